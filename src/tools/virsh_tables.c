/* All of virsh's commands, in the groups that help shows. */
#include "virsh_tables.h"

#define TABLES(...) ((const ShellCommand *const[]){ __VA_ARGS__, NULL })

const ShellGroup virsh_groups[] = {
        { "domain", "Guests",
          TABLES(domain_commands, device_commands, tuning_commands, state_commands, guest_commands) },
        { "monitor", "Watching guests", TABLES(monitor_commands) },
        { "host", "Host and hypervisor", TABLES(host_commands) },
        { "checkpoint", "Checkpoints", TABLES(checkpoint_commands) },
        { "interface", "Host interfaces", TABLES(interface_commands) },
        { "filter", "Packet filters", TABLES(filter_commands) },
        { "network", "Networks", TABLES(network_commands) },
        { "nodedev", "Host devices", TABLES(nodedev_commands) },
        { "secret", "Secrets", TABLES(secret_commands) },
        { "snapshot", "Snapshots", TABLES(snapshot_commands) },
        { "backup", "Backups", TABLES(backup_commands) },
        { "pool", "Storage pools", TABLES(pool_commands) },
        { "volume", "Storage volumes", TABLES(volume_commands) },
        { "virsh", "The shell itself", TABLES(shell_own_commands, virsh_commands) },
        { NULL, NULL, NULL },
};
