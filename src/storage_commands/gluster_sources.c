/* Volumes of a gluster server, as sources of pools. */
#include <string.h>

#include "storage_commands/pool_command.h"

static void write_source(XmlWriter *out, const char *host, PoolType type, const char *volume)
{
        PoolSource source = { 0 };
        PoolHost *server = rows_list_insert(&PoolHost_rows, &source.hosts, &source.n_hosts, 0);

        server->name = g_strdup(host);
        if (type == POOL_TYPE_NETFS) {
                source.dir = g_strdup(volume);
                source.netfs_format = POOL_NETFS_GLUSTERFS;
        } else {
                source.dir = g_strdup("/");
                source.name = g_strdup(volume);
        }
        xml_open(out, "source");
        rows_format(pool_source_rows(type), &source, 0, out);
        xml_close(out);
        rows_drop(pool_source_rows(type), &source);
}

/* cliOutput/volInfo/volumes/volume/name */
static void write_volumes(XmlWriter *out, const XmlNode *root, const char *host, PoolType type)
{
        const XmlNode *info = xml_child(root, NULL, "volInfo", NULL);
        const XmlNode *volumes = info ? xml_child(info, NULL, "volumes", NULL) : NULL;

        for (XmlNode *volume = NULL; volumes && (volume = xml_child(volumes, NULL, "volume", volume));) {
                const XmlNode *name = xml_child(volume, NULL, "name", NULL);

                if (name && name->text)
                        write_source(out, host, type, name->text);
        }
}

char *pool_sources_of_gluster(const char *xml, size_t length, const char *host, PoolType type, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        XmlWriter *out;

        g_assert(type == POOL_TYPE_GLUSTER || type == POOL_TYPE_NETFS);
        if (xml_read(xml, length, "(gluster_cli_output)", "cliOutput", &document, err) < 0)
                return NULL;
        out = xml_writer_new();
        xml_open(out, "sources");
        xml_keep_open(out);
        write_volumes(out, xml_root(document), host, type);
        return xml_writer_finish(out);
}
