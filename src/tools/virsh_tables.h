/* What the tables of commands share: rows that many commands have, and the list of all tables. */
#pragma once

#include "virsh.h"
#include "virsh_commands.h"

#define OPT_DOMAIN(which)                                                                                              \
        {                                                                                                              \
                "domain", OPTION_DATA, OPTION_REQUIRED, "guest: name, id or UUID", complete_domains, which             \
        }
#define OPT_CONFIG                                                                                                     \
        {                                                                                                              \
                "config", OPTION_BOOL, 0, "change the stored definition (takes effect at the next boot)"               \
        }
#define OPT_LIVE                                                                                                       \
        {                                                                                                              \
                "live", OPTION_BOOL, 0, "change the running guest"                                                     \
        }
#define OPT_CURRENT                                                                                                    \
        {                                                                                                              \
                "current", OPTION_BOOL, 0, "change what is in effect now"                                              \
        }
#define OPT_PERSISTENT                                                                                                 \
        {                                                                                                              \
                "persistent", OPTION_BOOL, 0, "make a live change last"                                                \
        }
#define OPT_VALIDATE                                                                                                   \
        {                                                                                                              \
                "validate", OPTION_BOOL, 0, "check the XML against the schema first"                                   \
        }
#define OPT_XPATH                                                                                                      \
        {                                                                                                              \
                "xpath", OPTION_STRING, OPTION_NAMED, "print only what this XPath expression finds"                    \
        }
#define OPT_WRAP                                                                                                       \
        {                                                                                                              \
                "wrap", OPTION_BOOL, 0, "put what --xpath finds inside one root element"                               \
        }

extern const ShellCommand domain_commands[];
extern const ShellCommand tuning_commands[];
extern const ShellCommand device_commands[];
extern const ShellCommand guest_commands[];
extern const ShellCommand state_commands[];
extern const ShellCommand monitor_commands[];
extern const ShellCommand host_commands[];
extern const ShellCommand checkpoint_commands[];
extern const ShellCommand snapshot_commands[];
extern const ShellCommand backup_commands[];
extern const ShellCommand interface_commands[];
extern const ShellCommand filter_commands[];
extern const ShellCommand network_commands[];
extern const ShellCommand nodedev_commands[];
extern const ShellCommand secret_commands[];
extern const ShellCommand pool_commands[];
extern const ShellCommand volume_commands[];
extern const ShellCommand virsh_commands[];

extern const ShellGroup virsh_groups[];
