/* Storage pools: their life, looking at them, editing. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "virsh.h"

/* What users wrote, for messages. */
static const char *given(const ShellArgs *args)
{
        return args_text(args, "pool");
}

/* --- changing --- */

static const FlagRow build_flags[] = {
        { "no-overwrite", VIR_STORAGE_POOL_BUILD_NO_OVERWRITE },
        { "overwrite", VIR_STORAGE_POOL_BUILD_OVERWRITE },
        { NULL, 0 },
};

static const FlagRow create_flags[] = {
        { "build", VIR_STORAGE_POOL_CREATE_WITH_BUILD },
        { "no-overwrite", VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE },
        { "overwrite", VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE },
        { NULL, 0 },
};

bool pool_create_flags(Shell *shell, const ShellArgs *args, unsigned *ret)
{
        if (!args_exclusive(shell, args, "overwrite", "no-overwrite"))
                return false;
        *ret = flags_given(args, create_flags);
        return true;
}

bool cmd_pool_autostart(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        bool off = args_has(args, "disable");

        return pool && tell(shell, given(args), virStoragePoolSetAutostart(pool, !off),
                            off ? "failed to unmark pool %s as autostarted" : "failed to mark pool %s as autostarted",
                            off ? "Pool %s unmarked as autostarted\n" : "Pool %s marked as autostarted\n");
}

bool cmd_pool_build(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);

        return pool && tell(shell, given(args), virStoragePoolBuild(pool, flags_given(args, build_flags)),
                            "Failed to build pool %s", "Pool %s built\n");
}

bool cmd_pool_delete(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);

        return pool &&
               tell(shell, given(args), virStoragePoolDelete(pool, 0), "Failed to delete pool %s", "Pool %s deleted\n");
}

bool cmd_pool_destroy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);

        return pool && tell(shell, given(args), virStoragePoolDestroy(pool), "Failed to destroy pool %s",
                            "Pool %s destroyed\n");
}

bool cmd_pool_refresh(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);

        return pool && tell(shell, given(args), virStoragePoolRefresh(pool, 0), "Failed to refresh pool %s",
                            "Pool %s refreshed\n");
}

bool cmd_pool_start(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = NULL;
        unsigned flags;

        if (!pool_create_flags(shell, args, &flags))
                return false;
        pool = pool_get(shell, args);
        return pool && tell(shell, given(args), virStoragePoolCreate(pool, flags), "Failed to start pool %s",
                            "Pool %s started\n");
}

bool cmd_pool_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);

        return pool && tell(shell, given(args), virStoragePoolUndefine(pool), "Failed to undefine pool %s",
                            "Pool %s has been undefined\n");
}

bool cmd_pool_create(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virStoragePool) pool = NULL;
        unsigned flags;

        if (!pool_create_flags(shell, args, &flags) || args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        pool = virStoragePoolCreateXML(connection_of(shell), xml, flags);
        if (!pool) {
                shell_error(shell, "Failed to create pool from %s", path);
                return false;
        }
        shell_print_extra(shell, "Pool %s created from %s\n", virStoragePoolGetName(pool), path);
        return true;
}

bool cmd_pool_define(Shell *shell, const ShellArgs *args)
{
        unsigned flags = args_has(args, "validate") ? VIR_STORAGE_POOL_DEFINE_VALIDATE : 0;
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virStoragePool) pool = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        pool = virStoragePoolDefineXML(connection_of(shell), xml, flags);
        if (!pool) {
                shell_error(shell, "Failed to define pool from %s", path);
                return false;
        }
        shell_print_extra(shell, "Pool %s defined from %s\n", virStoragePoolGetName(pool), path);
        return true;
}

typedef struct EditPool {
        virStoragePoolPtr pool;
} EditPool;

static char *edit_get(void *opaque)
{
        EditPool *edit = (EditPool *)opaque;
        char *xml = virStoragePoolGetXMLDesc(edit->pool, VIR_STORAGE_XML_INACTIVE);

        /* Drivers that know no stored form have the one in use. */
        return xml ? xml : virStoragePoolGetXMLDesc(edit->pool, 0);
}

static bool edit_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        EditPool *edit = (EditPool *)opaque;
        virStoragePoolPtr pool = virStoragePoolDefineXML(connection_of(shell), xml, 0);

        (void)relax;
        if (!pool)
                return false;
        virStoragePoolFree(edit->pool);
        edit->pool = pool;
        return true;
}

bool cmd_pool_edit(Shell *shell, const ShellArgs *args)
{
        EditPool edit = { .pool = pool_get(shell, args) };
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = &edit };
        int r;

        if (!edit.pool)
                return false;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Pool %s XML configuration not changed.\n", virStoragePoolGetName(edit.pool));
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Pool %s XML configuration edited.\n", virStoragePoolGetName(edit.pool));
        virStoragePoolFree(edit.pool);
        return r != EDIT_FAILED;
}

/* --- looking --- */

bool cmd_pool_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        g_autofree char *xml = NULL;

        if (!pool)
                return false;
        xml = virStoragePoolGetXMLDesc(pool, args_has(args, "inactive") ? VIR_STORAGE_XML_INACTIVE : 0);
        return xml && xml_print(shell, args, xml);
}

bool cmd_pool_name(Shell *shell, const ShellArgs *args)
{
        const char *uuid = NULL;
        g_autoptr(virStoragePool) pool = NULL;

        if (args_string(shell, args, "pool", &uuid) <= 0)
                return false;
        if (strlen(uuid) == VIR_UUID_STRING_BUFLEN - 1)
                pool = virStoragePoolLookupByUUIDString(connection_of(shell), uuid);
        if (!pool) {
                shell_error(shell, "failed to get pool '%s'", uuid);
                return false;
        }
        shell_print(shell, "%s\n", virStoragePoolGetName(pool));
        return true;
}

bool cmd_pool_uuid(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virStoragePool) pool = NULL;
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (args_string(shell, args, "pool", &name) <= 0)
                return false;
        pool = virStoragePoolLookupByName(connection_of(shell), name);
        if (!pool) {
                shell_error(shell, "failed to get pool '%s'", name);
                return false;
        }
        if (virStoragePoolGetUUIDString(pool, uuid) < 0) {
                shell_error(shell, "failed to get pool UUID");
                return false;
        }
        shell_print(shell, "%s\n", uuid);
        return true;
}

static const char *const states[] = { "inactive", "building", "running", "degraded", "inaccessible" };

static void print_size(Shell *shell, const char *label, unsigned long long bytes, bool plain)
{
        const char *unit;
        double size = size_pretty(bytes, &unit);

        if (plain)
                shell_print(shell, "%-15s %llu\n", label, bytes);
        else
                shell_print(shell, "%-15s %2.2lf %s\n", label, size, unit);
}

static const char *yes_or_no(int value)
{
        return value < 0 ? "unknown" : value ? "yes" : "no";
}

static const char *autostart_text(virStoragePoolPtr pool)
{
        int on = 0;

        return virStoragePoolGetAutostart(pool, &on) < 0 ? "no autostart" : on ? "yes" : "no";
}

bool cmd_pool_info(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        bool plain = args_has(args, "bytes");
        char uuid[VIR_UUID_STRING_BUFLEN];
        virStoragePoolInfo info;

        if (!pool)
                return false;
        shell_print(shell, "%-15s %s\n", "Name:", virStoragePoolGetName(pool));
        if (virStoragePoolGetUUIDString(pool, uuid) == 0)
                shell_print(shell, "%-15s %s\n", "UUID:", uuid);
        if (virStoragePoolGetInfo(pool, &info) < 0)
                return false;
        shell_print(shell, "%-15s %s\n", "State:", text_of(states, info.state));
        shell_print(shell, "%-15s %s\n", "Persistent:", yes_or_no(virStoragePoolIsPersistent(pool)));
        shell_print(shell, "%-15s %s\n", "Autostart:", autostart_text(pool));
        if (info.state != VIR_STORAGE_POOL_RUNNING && info.state != VIR_STORAGE_POOL_DEGRADED)
                return true;
        print_size(shell, "Capacity:", info.capacity, plain);
        print_size(shell, "Allocation:", info.allocation, plain);
        print_size(shell, "Available:", info.available, plain);
        return true;
}

/* --- listing --- */

static const FlagRow list_filters[] = {
        { "transient", VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT },
        { "persistent", VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT },
        { "autostart", VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART },
        { "no-autostart", VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART },
        { NULL, 0 },
};

static const FlagRow types[] = {
        { "dir", VIR_CONNECT_LIST_STORAGE_POOLS_DIR },
        { "fs", VIR_CONNECT_LIST_STORAGE_POOLS_FS },
        { "netfs", VIR_CONNECT_LIST_STORAGE_POOLS_NETFS },
        { "logical", VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL },
        { "disk", VIR_CONNECT_LIST_STORAGE_POOLS_DISK },
        { "iscsi", VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI },
        { "iscsi-direct", VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT },
        { "scsi", VIR_CONNECT_LIST_STORAGE_POOLS_SCSI },
        { "mpath", VIR_CONNECT_LIST_STORAGE_POOLS_MPATH },
        { "rbd", VIR_CONNECT_LIST_STORAGE_POOLS_RBD },
        { "sheepdog", VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG },
        { "gluster", VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER },
        { "zfs", VIR_CONNECT_LIST_STORAGE_POOLS_ZFS },
        { "vstorage", VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE },
        { NULL, 0 },
};

static unsigned type_flag(const char *name)
{
        const FlagRow *row = types;

        while (row->name && strcmp(row->name, name) != 0)
                row++;
        return row->flag;
}

static bool list_flags(Shell *shell, const ShellArgs *args, unsigned *ret)
{
        const char *wanted = NULL;
        g_auto(GStrv) names = NULL;

        *ret = args_has(args, "inactive") ? VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE
                                          : VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE;
        if (args_has(args, "all"))
                *ret = VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE | VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE;
        *ret |= flags_given(args, list_filters);
        if (args_string(shell, args, "type", &wanted) < 0)
                return false;
        names = wanted ? words_split_commas(wanted) : NULL;
        for (char **name = names; name && *name; name++) {
                if (!type_flag(*name)) {
                        shell_error(shell, "Invalid pool type '%s'", *name);
                        return false;
                }
                *ret |= type_flag(*name);
        }
        return true;
}

static int compare(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virStoragePoolGetName(*(virStoragePoolPtr *)a),
                                  virStoragePoolGetName(*(virStoragePoolPtr *)b));
}

static char *size_text(unsigned long long bytes)
{
        const char *unit;
        double size = size_pretty(bytes, &unit);

        return g_strdup_printf("%.2lf %s", size, unit);
}

static void add_details(Table *table, virStoragePoolPtr pool, const virStoragePoolInfo *info, const char *autostart)
{
        bool known = info->state != VIR_STORAGE_POOL_INACTIVE;
        g_autofree char *capacity = known ? size_text(info->capacity) : g_strdup("-");
        g_autofree char *allocation = known ? size_text(info->allocation) : g_strdup("-");
        g_autofree char *available = known ? size_text(info->available) : g_strdup("-");

        table_row(table, virStoragePoolGetName(pool), text_of(states, info->state), autostart,
                  yes_or_no(virStoragePoolIsPersistent(pool)), capacity, allocation, available, NULL);
}

static void add_row(Table *table, virStoragePoolPtr pool, bool details)
{
        const char *autostart = autostart_text(pool);
        virStoragePoolInfo info = { .state = VIR_STORAGE_POOL_INACTIVE };

        if (!details) {
                table_row(table, virStoragePoolGetName(pool), virStoragePoolIsActive(pool) > 0 ? "active" : "inactive",
                          autostart, NULL);
                return;
        }
        if (virStoragePoolGetInfo(pool, &info) < 0)
                shell_forget_error();
        add_details(table, pool, &info, autostart);
}

static void print_words(Shell *shell, const ShellArgs *args, virStoragePoolPtr pool)
{
        char uuid[VIR_UUID_STRING_BUFLEN];
        bool name = args_has(args, "name");

        if (args_has(args, "uuid") && virStoragePoolGetUUIDString(pool, uuid) == 0)
                shell_print(shell, name ? "%-36s " : "%s\n", uuid);
        if (name)
                shell_print(shell, "%-20s\n", virStoragePoolGetName(pool));
}

bool cmd_pool_list(Shell *shell, const ShellArgs *args)
{
        bool details = args_has(args, "details"), words = args_has(args, "name") || args_has(args, "uuid");
        g_autoptr(Table) table = NULL;
        virStoragePoolPtr *pools = NULL;
        unsigned flags;
        int n;

        if (!list_flags(shell, args, &flags))
                return false;
        n = virConnectListAllStoragePools(connection_of(shell), &pools, flags);
        if (n < 0) {
                shell_error(shell, "Failed to list pools");
                return false;
        }
        if (n > 0)
                qsort(pools, (size_t)n, sizeof(pools[0]), compare);
        table = details ? table_new("Name", "State", "Autostart", "Persistent", "Capacity", "Allocation", "Available",
                                    NULL)
                        : table_new("Name", "State", "Autostart", NULL);
        for (int i = 0; i < n; i++) {
                if (words)
                        print_words(shell, args, pools[i]);
                else
                        add_row(table, pools[i], details);
                virStoragePoolFree(pools[i]);
        }
        free(pools);
        if (!words)
                table_print(table, shell);
        return true;
}
