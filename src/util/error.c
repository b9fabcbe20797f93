/* The Error type, and the well-known words of each error number.
 *
 * The words are part of the interface: clients and scripts match them. */
#include "util/error.h"

#include <string.h>

#include "util/auto.h"

typedef struct Words {
        const char *alone;
        const char *detailed; /* with one %s, where the detail goes */
} Words;

#define WORDS(text)                                                                                                    \
        {                                                                                                              \
                text, text ": %s"                                                                                      \
        }

static const Words words[] = {
        [VIR_ERR_INTERNAL_ERROR] = WORDS("internal error"),
        [VIR_ERR_NO_MEMORY] = WORDS("out of memory"),
        [VIR_ERR_NO_SUPPORT] = WORDS("this function is not supported by the connection driver"),
        [VIR_ERR_UNKNOWN_HOST] = { "unknown host", "unknown host %s" },
        [VIR_ERR_NO_CONNECT] = { "no connection driver available", "no connection driver available for %s" },
        [VIR_ERR_INVALID_CONN] = { "invalid connection pointer in", "invalid connection pointer in %s" },
        [VIR_ERR_INVALID_DOMAIN] = { "invalid domain pointer in", "invalid domain pointer in %s" },
        [VIR_ERR_INVALID_ARG] = WORDS("invalid argument"),
        [VIR_ERR_OPERATION_FAILED] = WORDS("operation failed"),
        [VIR_ERR_GET_FAILED] = WORDS("GET operation failed"),
        [VIR_ERR_POST_FAILED] = WORDS("POST operation failed"),
        [VIR_ERR_HTTP_ERROR] = { "got unknown HTTP error code", "got unknown HTTP error code %s" },
        [VIR_ERR_SEXPR_SERIAL] = WORDS("failed to serialize S-Expr"),
        [VIR_ERR_NO_XEN] = { "could not use Xen hypervisor entry", "could not use Xen hypervisor entry %s" },
        [VIR_ERR_XEN_CALL] = { "failed Xen syscall", "failed Xen syscall %s" },
        [VIR_ERR_OS_TYPE] = { "unknown OS type", "unknown OS type %s" },
        [VIR_ERR_NO_KERNEL] = WORDS("missing kernel information"),
        [VIR_ERR_NO_ROOT] = { "missing root device information", "missing root device information in %s" },
        [VIR_ERR_NO_SOURCE] = { "missing source information for device", "missing source information for device %s" },
        [VIR_ERR_NO_TARGET] = { "missing target information for device", "missing target information for device %s" },
        [VIR_ERR_NO_NAME] = { "missing name information", "missing name information in %s" },
        [VIR_ERR_NO_OS] = { "missing operating system information", "missing operating system information for %s" },
        [VIR_ERR_NO_DEVICE] = { "missing devices information", "missing devices information for %s" },
        [VIR_ERR_NO_XENSTORE] = { "could not connect to Xen Store", "could not connect to Xen Store %s" },
        [VIR_ERR_DRIVER_FULL] = { "too many drivers registered", "too many drivers registered in %s" },
        [VIR_ERR_CALL_FAILED] = WORDS("library call failed"),
        [VIR_ERR_XML_ERROR] = { "XML description is invalid or not well formed", "XML error: %s" },
        [VIR_ERR_DOM_EXIST] = { "this domain exists already", "domain %s exists already" },
        [VIR_ERR_OPERATION_DENIED] = { "operation forbidden for read only access", "operation forbidden: %s" },
        [VIR_ERR_OPEN_FAILED] = { "failed to open configuration file", "failed to open configuration file %s" },
        [VIR_ERR_READ_FAILED] = { "failed to read configuration file", "failed to read configuration file %s" },
        [VIR_ERR_PARSE_FAILED] = { "failed to parse configuration file", "failed to parse configuration file %s" },
        [VIR_ERR_CONF_SYNTAX] = WORDS("configuration file syntax error"),
        [VIR_ERR_WRITE_FAILED] = WORDS("failed to write configuration file"),
        [VIR_ERR_XML_DETAIL] = { "parser error", "%s" },
        [VIR_ERR_INVALID_NETWORK] = { "invalid network pointer in", "invalid network pointer in %s" },
        [VIR_ERR_NETWORK_EXIST] = { "this network exists already", "network %s exists already" },
        [VIR_ERR_SYSTEM_ERROR] = { "system call error", "%s" },
        [VIR_ERR_RPC] = { "RPC error", "%s" },
        [VIR_ERR_GNUTLS_ERROR] = { "GNUTLS call error", "%s" },
        [VIR_WAR_NO_NETWORK] = WORDS("Failed to find the network"),
        [VIR_ERR_NO_DOMAIN] = WORDS("Domain not found"),
        [VIR_ERR_NO_NETWORK] = WORDS("Network not found"),
        [VIR_ERR_INVALID_MAC] = WORDS("invalid MAC address"),
        [VIR_ERR_AUTH_FAILED] = WORDS("authentication failed"),
        [VIR_ERR_INVALID_STORAGE_POOL] = { "invalid storage pool pointer in", "invalid storage pool pointer in %s" },
        [VIR_ERR_INVALID_STORAGE_VOL] = { "invalid storage volume pointer in", "invalid storage volume pointer in %s" },
        [VIR_WAR_NO_STORAGE] = WORDS("Failed to find a storage driver"),
        [VIR_ERR_NO_STORAGE_POOL] = WORDS("Storage pool not found"),
        [VIR_ERR_NO_STORAGE_VOL] = WORDS("Storage volume not found"),
        [VIR_WAR_NO_NODE] = WORDS("Failed to find a node driver"),
        [VIR_ERR_INVALID_NODE_DEVICE] = { "invalid node device pointer", "invalid node device pointer in %s" },
        [VIR_ERR_NO_NODE_DEVICE] = WORDS("Node device not found"),
        [VIR_ERR_NO_SECURITY_MODEL] = WORDS("Security model not found"),
        [VIR_ERR_OPERATION_INVALID] = WORDS("Requested operation is not valid"),
        [VIR_WAR_NO_INTERFACE] = WORDS("Failed to find the interface"),
        [VIR_ERR_NO_INTERFACE] = WORDS("Interface not found"),
        [VIR_ERR_INVALID_INTERFACE] = { "invalid interface pointer in", "invalid interface pointer in %s" },
        [VIR_ERR_MULTIPLE_INTERFACES] = WORDS("multiple matching interfaces found"),
        [VIR_WAR_NO_NWFILTER] = WORDS("Failed to start the nwfilter driver"),
        [VIR_ERR_INVALID_NWFILTER] = WORDS("Invalid network filter"),
        [VIR_ERR_NO_NWFILTER] = WORDS("Network filter not found"),
        [VIR_ERR_BUILD_FIREWALL] = WORDS("Error while building firewall"),
        [VIR_WAR_NO_SECRET] = WORDS("Failed to find a secret storage driver"),
        [VIR_ERR_INVALID_SECRET] = WORDS("Invalid secret"),
        [VIR_ERR_NO_SECRET] = WORDS("Secret not found"),
        [VIR_ERR_CONFIG_UNSUPPORTED] = WORDS("unsupported configuration"),
        [VIR_ERR_OPERATION_TIMEOUT] = WORDS("Timed out during operation"),
        [VIR_ERR_MIGRATE_PERSIST_FAILED] = WORDS("Failed to make domain persistent after migration"),
        [VIR_ERR_HOOK_SCRIPT_FAILED] = WORDS("Hook script execution failed"),
        [VIR_ERR_INVALID_DOMAIN_SNAPSHOT] = WORDS("Invalid domain snapshot"),
        [VIR_ERR_NO_DOMAIN_SNAPSHOT] = WORDS("Domain snapshot not found"),
        [VIR_ERR_INVALID_STREAM] = { "invalid stream pointer", "invalid stream pointer in %s" },
        [VIR_ERR_ARGUMENT_UNSUPPORTED] = WORDS("argument unsupported"),
        [VIR_ERR_STORAGE_PROBE_FAILED] = WORDS("Storage pool probe failed"),
        [VIR_ERR_STORAGE_POOL_BUILT] = WORDS("Storage pool already built"),
        [VIR_ERR_SNAPSHOT_REVERT_RISKY] = WORDS("revert requires force"),
        [VIR_ERR_OPERATION_ABORTED] = WORDS("operation aborted"),
        [VIR_ERR_AUTH_CANCELLED] = WORDS("authentication cancelled"),
        [VIR_ERR_NO_DOMAIN_METADATA] = WORDS("metadata not found"),
        [VIR_ERR_MIGRATE_UNSAFE] = WORDS("Unsafe migration"),
        [VIR_ERR_OVERFLOW] = WORDS("numerical overflow"),
        [VIR_ERR_BLOCK_COPY_ACTIVE] = WORDS("block copy still active"),
        [VIR_ERR_OPERATION_UNSUPPORTED] = WORDS("Operation not supported"),
        [VIR_ERR_SSH] = WORDS("SSH transport error"),
        [VIR_ERR_AGENT_UNRESPONSIVE] = WORDS("Guest agent is not responding"),
        [VIR_ERR_RESOURCE_BUSY] = WORDS("resource busy"),
        [VIR_ERR_ACCESS_DENIED] = WORDS("access denied"),
        [VIR_ERR_DBUS_SERVICE] = WORDS("error from service"),
        [VIR_ERR_STORAGE_VOL_EXIST] = { "this storage volume exists already", "storage volume %s exists already" },
        [VIR_ERR_CPU_INCOMPATIBLE] = WORDS("the CPU is incompatible with host CPU"),
        [VIR_ERR_XML_INVALID_SCHEMA] = WORDS("XML document failed to validate against schema"),
        [VIR_ERR_MIGRATE_FINISH_OK] = WORDS("migration successfully aborted"),
        [VIR_ERR_AUTH_UNAVAILABLE] = WORDS("authentication unavailable"),
        [VIR_ERR_NO_SERVER] = WORDS("Server not found"),
        [VIR_ERR_NO_CLIENT] = WORDS("Client not found"),
        [VIR_ERR_AGENT_UNSYNCED] = WORDS("guest agent replied with wrong id to guest-sync command"),
        [VIR_ERR_LIBSSH] = WORDS("libssh transport error"),
        [VIR_ERR_DEVICE_MISSING] = WORDS("device not found"),
        [VIR_ERR_INVALID_NWFILTER_BINDING] = WORDS("Invalid network filter binding"),
        [VIR_ERR_NO_NWFILTER_BINDING] = WORDS("Network filter binding not found"),
        [VIR_ERR_INVALID_DOMAIN_CHECKPOINT] = WORDS("Invalid domain checkpoint"),
        [VIR_ERR_NO_DOMAIN_CHECKPOINT] = WORDS("Domain checkpoint not found"),
        [VIR_ERR_NO_DOMAIN_BACKUP] = WORDS("Domain backup job id not found"),
        [VIR_ERR_INVALID_NETWORK_PORT] = WORDS("Invalid network port pointer"),
        [VIR_ERR_NETWORK_PORT_EXIST] = { "this network port exists already", "network port %s exists already" },
        [VIR_ERR_NO_NETWORK_PORT] = WORDS("network port not found"),
        [VIR_ERR_NO_HOSTNAME] = WORDS("no hostname found"),
        [VIR_ERR_CHECKPOINT_INCONSISTENT] = WORDS("checkpoint inconsistent"),
        [VIR_ERR_MULTIPLE_DOMAINS] = WORDS("multiple matching domains found"),
        [VIR_ERR_NO_NETWORK_METADATA] = WORDS("metadata not found"),
};

const char *error_text(int code, bool detail)
{
        if (code <= VIR_ERR_OK || (size_t)code >= ARRAY_SIZE(words))
                return NULL;
        return detail ? words[code].detailed : words[code].alone;
}

/* @format with its one %s replaced; the words of our own table, so there is at most one. */
static char *compose(const char *format, const char *detail)
{
        const char *place = strstr(format, "%s");

        if (!place)
                return g_strdup(format);
        return g_strdup_printf("%.*s%s%s", (int)(place - format), format, detail, place + 2);
}

/* Fills the texts from the code; takes over @detail (NULL: the code's words stand alone). */
static void set_texts(Error *err, char *detail)
{
        const char *text = error_text(err->code, detail != NULL);

        err->str2 = detail;
        if (!text) /* a number newer than we are */
                text = detail ? "%s" : "unknown error";
        err->str1 = g_strdup(text);
        err->message = compose(text, detail);
}

static int fill(Error *err, int domain, int code, int errnum, char *detail)
{
        if (!err || error_is_set(err)) {
                g_free(detail);
                return -1;
        }
        *err = ERROR_INIT;
        err->code = code;
        err->domain = domain;
        err->level = VIR_ERR_ERROR;
        err->int1 = errnum;
        set_texts(err, detail);
        return -1;
}

int error_set_from(Error *err, int domain, int code, const char *format, ...)
{
        char *detail = NULL;
        va_list args;

        if (format) {
                va_start(args, format);
                detail = g_strdup_vprintf(format, args);
                va_end(args);
        }
        return fill(err, domain, code, -1, detail);
}

int error_errno_from(Error *err, int domain, int errnum, const char *format, ...)
{
        g_autofree char *what = NULL;
        va_list args;

        va_start(args, format);
        what = g_strdup_vprintf(format, args);
        va_end(args);
        return fill(err, domain, VIR_ERR_SYSTEM_ERROR, errnum, g_strdup_printf("%s: %s", what, g_strerror(errnum)));
}

int error_prefix(Error *err, const char *format, ...)
{
        g_autofree char *context = NULL;
        char *detail;
        va_list args;

        if (!error_is_set(err))
                return -1;
        va_start(args, format);
        context = g_strdup_vprintf(format, args);
        va_end(args);

        detail = err->str2 ? g_strdup_printf("%s: %s", context, err->str2) : g_steal_pointer(&context);
        g_free(err->message);
        g_free(err->str1);
        g_free(err->str2);
        set_texts(err, detail);
        return -1;
}

void error_clear(Error *err)
{
        if (!err)
                return;
        g_free(err->message);
        g_free(err->str1);
        g_free(err->str2);
        g_free(err->str3);
        *err = ERROR_INIT;
}

int error_move(Error *dst, Error *src)
{
        if (!dst) {
                error_clear(src);
                return -1;
        }
        error_clear(dst);
        *dst = *src;
        *src = ERROR_INIT;
        return -1;
}

void error_copy(Error *dst, const Error *src)
{
        Error copy = *src;

        copy.message = g_strdup(src->message);
        copy.str1 = g_strdup(src->str1);
        copy.str2 = g_strdup(src->str2);
        copy.str3 = g_strdup(src->str3);
        error_clear(dst);
        *dst = copy;
}
