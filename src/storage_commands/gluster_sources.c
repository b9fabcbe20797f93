/* Volumes of a gluster server, as sources of pools. */
#include "storage_commands/pool_command.h"

static void source_clear(void *source)
{
        rows_drop(pool_source_rows(POOL_TYPE_GLUSTER), source);
}

static void add_source(GArray *sources, const char *host, PoolType type, const char *volume)
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
        g_array_append_val(sources, source);
}

/* cliOutput/volInfo/volumes/volume/name */
static void read_volumes(const XmlNode *root, const char *host, PoolType type, GArray *sources)
{
        const XmlNode *info = xml_child(root, NULL, "volInfo", NULL);
        const XmlNode *volumes = info ? xml_child(info, NULL, "volumes", NULL) : NULL;

        for (XmlNode *volume = NULL; volumes && (volume = xml_child(volumes, NULL, "volume", volume));) {
                const XmlNode *name = xml_child(volume, NULL, "name", NULL);

                if (name && name->text)
                        add_source(sources, host, type, name->text);
        }
}

char *pool_sources_of_gluster(const char *xml, size_t length, const char *host, PoolType type, Error *err)
{
        g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(PoolSource));
        g_autoptr(XmlDocument) document = NULL;

        g_assert(type == POOL_TYPE_GLUSTER || type == POOL_TYPE_NETFS);
        g_array_set_clear_func(sources, source_clear);
        if (xml_read(xml, length, "(gluster_cli_output)", "cliOutput", &document, err) < 0)
                return NULL;
        read_volumes(xml_root(document), host, type, sources);
        return pool_sources_format(type, (const PoolSource *)(void *)sources->data, sources->len);
}
