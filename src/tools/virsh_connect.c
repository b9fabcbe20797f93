/* virsh's connection: opened by the first command that needs it, opened again when it was lost. */
#include "virsh.h"

static const char *const close_reasons[] = {
        [VIR_CONNECT_CLOSE_REASON_ERROR] = "Disconnected from %s due to I/O error",
        [VIR_CONNECT_CLOSE_REASON_EOF] = "Disconnected from %s due to end of file",
        [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "Disconnected from %s due to keepalive timeout",
        [VIR_CONNECT_CLOSE_REASON_CLIENT] = NULL, /* we closed it */
};

/* In the event thread. */
static void on_close(virConnectPtr connection, int reason, void *opaque)
{
        Virsh *virsh = (Virsh *)opaque;
        g_autofree char *uri = NULL;

        if (reason < 0 || reason >= (int)G_N_ELEMENTS(close_reasons) || !close_reasons[reason])
                return;
        if (g_atomic_int_get(&virsh->lost))
                return;
        uri = virConnectGetURI(connection);
        shell_error(&virsh->shell, close_reasons[reason], uri ? uri : "(unknown)");
        g_atomic_int_set(&virsh->lost, 1);
}

/* The answer of a driver that has no keepalive is a failure only if the user asked for it. */
static bool start_keepalive(Virsh *virsh, virConnectPtr connection)
{
        if (virsh->keepalive_interval <= 0)
                return true;
        if (virConnectSetKeepAlive(connection, virsh->keepalive_interval, virsh->keepalive_count) == 0)
                return true;
        if (virsh->keepalive_forced) {
                shell_error(&virsh->shell, "Cannot setup keepalive on connection as requested, disconnecting");
                shell_save_error();
                return false;
        }
        shell_debug(&virsh->shell, SHELL_LEVEL_INFO, "Failed to setup keepalive on connection");
        shell_forget_error();
        return true;
}

static virConnectPtr open_connection(Virsh *virsh, const char *uri, bool readonly)
{
        virConnectPtr connection = virConnectOpenAuth(uri, virConnectAuthPtrDefault, readonly ? VIR_CONNECT_RO : 0);

        if (!connection)
                return NULL;
        if (!start_keepalive(virsh, connection)) {
                virConnectClose(connection);
                return NULL;
        }
        if (virConnectRegisterCloseCallback(connection, on_close, virsh, NULL) < 0)
                shell_forget_error();
        return connection;
}

void virsh_disconnect(Virsh *virsh)
{
        if (!virsh->connection)
                return;
        virConnectUnregisterCloseCallback(virsh->connection, on_close);
        if (virConnectClose(virsh->connection) > 0)
                shell_error(&virsh->shell, "One or more references were leaked after disconnect from the hypervisor");
        virsh->connection = NULL;
        g_atomic_int_set(&virsh->lost, 0);
}

bool virsh_reconnect(Shell *shell, const char *uri, bool readonly)
{
        Virsh *virsh = virsh_of(shell);
        g_autofree char *name = g_strdup(uri);

        virsh_disconnect(virsh);
        virsh->connection = open_connection(virsh, name, readonly);
        if (!virsh->connection) {
                shell_error(shell, "failed to connect to the hypervisor");
                return false;
        }
        virsh->readonly = readonly;
        g_free(virsh->uri);
        virsh->uri = g_steal_pointer(&name);
        return true;
}

bool virsh_connect(Shell *shell)
{
        Virsh *virsh = virsh_of(shell);
        bool lost = virsh->connection && g_atomic_int_get(&virsh->lost);

        if (virsh->connection && !lost)
                return true;
        virsh->was_lost |= lost;
        if (!virsh_reconnect(shell, virsh->uri, virsh->readonly))
                return false;
        if (virsh->was_lost)
                shell_error(shell, "Reconnected to the hypervisor");
        virsh->was_lost = false;
        return true;
}

bool cmd_connect(Shell *shell, const ShellArgs *args)
{
        const Virsh *virsh = virsh_of(shell);
        const char *uri = args_text(args, "name");

        /* Without a name: the same connection once more. */
        if (!uri)
                return virsh_reconnect(shell, virsh->uri, virsh->readonly);
        return virsh_reconnect(shell, *uri ? uri : NULL, args_has(args, "readonly"));
}
