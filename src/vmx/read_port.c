/* Serial and parallel ports. */
#include "read.h"

#include <string.h>

/* "telnet://HOST:PORT" */
static int read_service(const char *prefix, const char *key, const char *text, TcpChardev *tcp, Error *err)
{
        g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);

        if (!uri || g_uri_get_port(uri) <= 0 || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "VMX entry '%s%s' doesn't contain a port part: '%s' is not SCHEME://HOST:PORT", prefix,
                                 key, text);
        tcp->protocol = vmx_port_protocol(g_uri_get_scheme(uri));
        if (tcp->protocol == CHARDEV_PROTOCOL_MAX_) {
                tcp->protocol = CHARDEV_PROTOCOL_RAW;
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "VMX entry '%s%s' contains unsupported scheme '%s'",
                                 prefix, key, g_uri_get_scheme(uri));
        }
        tcp->host = g_strdup(g_uri_get_host(uri));
        tcp->service = g_strdup_printf("%d", g_uri_get_port(uri));
        return 0;
}

static int read_network(const char *prefix, const VmxPort *entries, Chardev *source, Error *err)
{
        const char *key = entries->concentrator ? "vspc" : "fileName";
        const char *text = entries->concentrator ? entries->concentrator : entries->file;

        if (!text)
                return vmx_missing(prefix, "fileName", err);
        source->type = CHARDEV_TCP;
        if (!entries->network_end || vmx_is(entries->network_end, "server"))
                source->tcp.mode = CHARDEV_MODE_BIND;
        else if (vmx_is(entries->network_end, "client"))
                source->tcp.mode = CHARDEV_MODE_CONNECT;
        else
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry '%snetwork.endPoint' to be 'server' or 'client' but found '%s'",
                                 prefix, entries->network_end);
        return read_service(prefix, key, text, &source->tcp, err);
}

static int read_file(const VmxReader *reader, const char *prefix, const VmxPort *entries, Chardev *source, Error *err)
{
        int r;

        if (!entries->file)
                return vmx_missing(prefix, "fileName", err);
        source->type = CHARDEV_FILE;
        r = vmx_read_file(reader, entries->file, &source->path.path, err);
        if (r == VMX_FILE_MISSING)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the place of the file '%s' of VMX entry '%sfileName' does not "
                                 "exist",
                                 entries->file, prefix);
        return r;
}

static int read_serial_source(const VmxReader *reader, const char *prefix, const VmxPort *entries, Chardev *source,
                              Error *err)
{
        const char *type = entries->file_type;

        if (vmx_is(type, "file"))
                return read_file(reader, prefix, entries, source, err);
        if (vmx_is(type, "network"))
                return read_network(prefix, entries, source, err);
        if (type && !vmx_is(type, "device") && !vmx_is(type, "pipe"))
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry '%sfileType' to be 'device', 'file' or 'pipe' or 'network' but found "
                        "'%s'",
                        prefix, type);
        source->type = vmx_is(type, "pipe") ? CHARDEV_PIPE : CHARDEV_DEV;
        source->path.path = g_strdup(entries->file);
        return 0;
}

static int read_serial(VmxReader *reader, unsigned number, Error *err)
{
        char prefix[16];
        VmxPort entries = { 0 };
        Serial *serial;

        g_snprintf(prefix, sizeof(prefix), "serial%u.", number);
        if (vmx_take(reader->config, prefix, vmx_port_keys, &entries, err) < 0)
                return -1;
        /* ThinPrint is a printer of the program on the host, not a port that leads anywhere. */
        if (entries.present != YESNO_YES || vmx_is(entries.file_type, "thinprint"))
                return 0;
        serial = VMX_ADD(Serial, reader->d, serials);
        serial->port = (OptUint){ .value = number, .set = true };
        return read_serial_source(reader, prefix, &entries, &serial->source, err);
}

static int read_parallel(VmxReader *reader, unsigned number, Error *err)
{
        char prefix[16];
        VmxPort entries = { 0 };
        Parallel *parallel;

        g_snprintf(prefix, sizeof(prefix), "parallel%u.", number);
        if (vmx_take(reader->config, prefix, vmx_port_keys, &entries, err) < 0)
                return -1;
        if (entries.present != YESNO_YES)
                return 0;
        if (!entries.file_type)
                return vmx_missing(prefix, "fileType", err);
        if (!entries.file)
                return vmx_missing(prefix, "fileName", err);
        parallel = VMX_ADD(Parallel, reader->d, parallels);
        parallel->port = (OptUint){ .value = number, .set = true };
        if (vmx_is(entries.file_type, "file"))
                return read_file(reader, prefix, &entries, &parallel->source, err);
        if (!vmx_is(entries.file_type, "device"))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry '%sfileType' to be 'device' or 'file' but found '%s'", prefix,
                                 entries.file_type);
        parallel->source.type = CHARDEV_DEV;
        parallel->source.path.path = g_strdup(entries.file);
        return 0;
}

int vmx_read_ports(VmxReader *reader, Error *err)
{
        for (unsigned number = 0; number < VMX_SERIALS; number++)
                if (read_serial(reader, number, err) < 0)
                        return -1;
        for (unsigned number = 0; number < VMX_PARALLELS; number++)
                if (read_parallel(reader, number, err) < 0)
                        return -1;
        return 0;
}
