/* The thread-local error of the public API, and the telling of error functions. Filled by the entry points only. */
#include "lib/last_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "connect_private.h"
#include "util/auto.h"
#include "vireo/entry.h"

static struct {
        pthread_mutex_t lock; /* all below */
        virErrorFunc func;
        void *opaque;
} process = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* How virDefaultErrorFunc() names a domain. */
static const char *const domain_names[] = {
        [VIR_FROM_NONE] = "",
        [VIR_FROM_XEN] = "Xen Driver",
        [VIR_FROM_XEND] = "Xen Daemon",
        [VIR_FROM_XENSTORE] = "Xen Store",
        [VIR_FROM_SEXPR] = "S-Expression",
        [VIR_FROM_XML] = "XML Util",
        [VIR_FROM_DOM] = "Domain",
        [VIR_FROM_RPC] = "XML-RPC",
        [VIR_FROM_PROXY] = "Proxy Daemon",
        [VIR_FROM_CONF] = "Config File",
        [VIR_FROM_QEMU] = "QEMU Driver",
        [VIR_FROM_NET] = "Network",
        [VIR_FROM_TEST] = "Test Driver",
        [VIR_FROM_REMOTE] = "Remote Driver",
        [VIR_FROM_OPENVZ] = "OpenVZ Driver",
        [VIR_FROM_XENXM] = "Xen XM Driver",
        [VIR_FROM_STATS_LINUX] = "Linux Statistics",
        [VIR_FROM_LXC] = "LXC Driver",
        [VIR_FROM_STORAGE] = "Storage Driver",
        [VIR_FROM_NETWORK] = "Network Driver",
        [VIR_FROM_DOMAIN] = "Domain Config",
        [VIR_FROM_UML] = "User Mode Linux Driver",
        [VIR_FROM_NODEDEV] = "Node Device Driver",
        [VIR_FROM_XEN_INOTIFY] = "Xen Inotify Driver",
        [VIR_FROM_SECURITY] = "Security Driver",
        [VIR_FROM_VBOX] = "VirtualBox Driver",
        [VIR_FROM_INTERFACE] = "Network Interface Driver",
        [VIR_FROM_ONE] = "Open Nebula Driver",
        [VIR_FROM_ESX] = "ESX Driver",
        [VIR_FROM_PHYP] = "Power Hypervisor Driver",
        [VIR_FROM_SECRET] = "Secrets Driver",
        [VIR_FROM_CPU] = "CPU Driver",
        [VIR_FROM_XENAPI] = "XenAPI Driver",
        [VIR_FROM_NWFILTER] = "Network Filter Driver",
        [VIR_FROM_HOOK] = "Lifecycle Hook",
        [VIR_FROM_DOMAIN_SNAPSHOT] = "Domain Snapshot",
        [VIR_FROM_AUDIT] = "Audit Utils",
        [VIR_FROM_SYSINFO] = "Sysinfo Utils",
        [VIR_FROM_STREAMS] = "I/O Stream Utils",
        [VIR_FROM_VMWARE] = "VMware Driver",
        [VIR_FROM_EVENT] = "Event Loop",
        [VIR_FROM_LIBXL] = "Xen Light Driver",
        [VIR_FROM_LOCKING] = "Lock Driver",
        [VIR_FROM_HYPERV] = "Hyper-V Driver",
        [VIR_FROM_CAPABILITIES] = "Capabilities Utils",
        [VIR_FROM_URI] = "URI Utils",
        [VIR_FROM_AUTH] = "Authentication Utils",
        [VIR_FROM_DBUS] = "DBus Utils",
        [VIR_FROM_PARALLELS] = "Parallels Cloud Server",
        [VIR_FROM_DEVICE] = "Device Config",
        [VIR_FROM_SSH] = "SSH transport layer",
        [VIR_FROM_LOCKSPACE] = "Lock Space",
        [VIR_FROM_INITCTL] = "Init control",
        [VIR_FROM_IDENTITY] = "Identity",
        [VIR_FROM_CGROUP] = "Cgroup",
        [VIR_FROM_ACCESS] = "Access Manager",
        [VIR_FROM_SYSTEMD] = "Systemd",
        [VIR_FROM_BHYVE] = "Bhyve",
        [VIR_FROM_CRYPTO] = "Crypto",
        [VIR_FROM_FIREWALL] = "Firewall",
        [VIR_FROM_POLKIT] = "Polkit",
        [VIR_FROM_THREAD] = "Thread jobs",
        [VIR_FROM_ADMIN] = "Admin Interface",
        [VIR_FROM_LOGGING] = "Log Manager",
        [VIR_FROM_XENXL] = "Xen XL Config",
        [VIR_FROM_PERF] = "Perf",
        [VIR_FROM_LIBSSH] = "Libssh transport layer",
        [VIR_FROM_RESCTRL] = "Resource control",
        [VIR_FROM_FIREWALLD] = "FirewallD",
        [VIR_FROM_DOMAIN_CHECKPOINT] = "Domain Checkpoint",
        [VIR_FROM_TPM] = "TPM",
        [VIR_FROM_BPF] = "BPF",
        [VIR_FROM_CH] = "Cloud-Hypervisor Driver",
};

static void thread_free(void *opaque)
{
        last_error_clear(opaque);
        g_free(opaque);
}

static GPrivate thread_error = G_PRIVATE_INIT(thread_free);

static virErrorPtr thread_get(void)
{
        virErrorPtr error = g_private_get(&thread_error);

        if (!error) {
                error = g_new0(virError, 1);
                g_private_set(&thread_error, error);
        }
        return error;
}

void last_error_clear(virErrorPtr error)
{
        g_free(error->message);
        g_free(error->str1);
        g_free(error->str2);
        g_free(error->str3);
        *error = (virError){ 0 };
}

void last_error_copy(virErrorPtr to, const virError *from)
{
        /* The handles in it are deprecated and never filled. */
        virError copy = {
                .code = from->code,
                .domain = from->domain,
                .level = from->level,
                .message = g_strdup(from->message),
                .str1 = g_strdup(from->str1),
                .str2 = g_strdup(from->str2),
                .str3 = g_strdup(from->str3),
                .int1 = from->int1,
                .int2 = from->int2,
        };

        last_error_clear(to);
        *to = copy;
}

virErrorPtr last_error_get(void)
{
        virErrorPtr error = g_private_get(&thread_error);

        return error && error->code != VIR_ERR_OK ? error : NULL;
}

void last_error_set(const virError *error)
{
        last_error_copy(thread_get(), error);
}

void entry_begin(void)
{
        virErrorPtr error = g_private_get(&thread_error);

        if (error && error->code != VIR_ERR_OK)
                last_error_clear(error);
}

void last_error_set_func(virErrorFunc func, void *opaque)
{
        LOCKED(&process.lock);
        process.func = func;
        process.opaque = opaque;
}

void last_error_set_connection_func(virConnectPtr conn, virErrorFunc func, void *opaque)
{
        LOCKED(&conn->private_->lock);
        conn->private_->error_func = func;
        conn->private_->error_data = opaque;
}

virErrorPtr last_error_borrow(virConnectPtr conn)
{
        virErrorPtr error = &conn->private_->last_error;

        return error->code != VIR_ERR_OK ? error : NULL;
}

int last_error_of_connection(virConnectPtr conn, virErrorPtr to)
{
        LOCKED(&conn->private_->lock);
        last_error_copy(to, &conn->private_->last_error);
        return to->code;
}

void last_error_forget(virConnectPtr conn)
{
        LOCKED(&conn->private_->lock);
        last_error_clear(&conn->private_->last_error);
}

void last_error_print(const virError *error)
{
        static const char *const levels[] = { "", "warning", "error" };
        const char *domain = "Unknown";
        const char *level = "";
        const char *message = error->message ? error->message : "";

        if (error->code == VIR_ERR_OK)
                return;
        if (error->domain >= 0 && (size_t)error->domain < G_N_ELEMENTS(domain_names))
                domain = domain_names[error->domain];
        if ((size_t)error->level < G_N_ELEMENTS(levels))
                level = levels[error->level];
        fprintf(stderr, "libvirt: %s %s : %s%s", domain, level, message, g_str_has_suffix(message, "\n") ? "" : "\n");
}

/* The function to tell, read under its lock and called without. */
static void error_tell(virConnectPtr conn, virErrorPtr error)
{
        virErrorFunc func = NULL;
        void *opaque = NULL;

        if (conn) {
                LOCKED(&conn->private_->lock);
                last_error_copy(&conn->private_->last_error, error);
                func = conn->private_->error_func;
                opaque = conn->private_->error_data;
        }
        if (!func) {
                LOCKED(&process.lock);
                func = process.func;
                opaque = process.opaque;
        }
        if (func)
                func(opaque, error);
        else
                last_error_print(error);
}

/* The thread's error takes over what @err holds. */
static void error_publish(virErrorPtr to, Error *err)
{
        last_error_clear(to);
        to->code = err->code;
        to->domain = err->domain;
        to->level = err->level ? err->level : VIR_ERR_ERROR;
        to->message = g_steal_pointer(&err->message);
        to->str1 = g_steal_pointer(&err->str1);
        to->str2 = g_steal_pointer(&err->str2);
        to->str3 = g_steal_pointer(&err->str3);
        to->int1 = err->int1;
        to->int2 = err->int2;
        error_clear(err);
}

int entry_failed(virConnectPtr conn, Error *err)
{
        virErrorPtr error = thread_get();
        int saved = errno;

        if (!error_is_set(err)) {
                last_error_clear(error);
                error->code = VIR_ERR_INTERNAL_ERROR;
                error->level = VIR_ERR_ERROR;
                error->message = g_strdup("An error occurred, but the cause is unknown");
        } else {
                error_publish(error, err);
        }
        error_tell(conn && conn->private_ ? conn : NULL, error);
        errno = saved;
        return -1;
}

int entry_argument_from(Error *err, int domain, const char *function, const char *name, const char *format, ...)
{
        va_list args;

        if (!err)
                return -1;
        error_clear(err);
        va_start(args, format);
        *err = (Error){
                .code = VIR_ERR_INVALID_ARG,
                .domain = domain,
                .level = VIR_ERR_ERROR,
                .message = g_strdup_vprintf(format, args),
                .str1 = g_strdup(function),
                .str2 = g_strdup(name),
        };
        va_end(args);
        return -1;
}

int entry_flags_from(Error *err, int domain, const char *function, unsigned flags, unsigned known)
{
        unsigned extra = flags & ~known;

        if (!extra)
                return 0;
        return entry_argument_from(err, domain, function, "flags", "unsupported flags (0x%x) in function %s", extra,
                                   function);
}

int entry_writable_from(Error *err, int domain, virConnectPtr conn, const char *function)
{
        if (!(conn->flags & VIR_CONNECT_RO))
                return 0;
        return error_set_from(err, domain, VIR_ERR_OPERATION_DENIED, "read only access prevents %s", function);
}
