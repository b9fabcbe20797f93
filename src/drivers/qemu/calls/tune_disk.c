/* Limits of disks: bytes and operations a second, alone or shared by a group. The running QEMU keeps them. */
#include <string.h>

#include "blockdev/blockdev.h"
#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "hotplug/limits.h"
#include "hotplug/live.h"

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

#define LIMIT_MAX 1000000000000000ULL

typedef struct Limits {
        const char *disk;
        const virTypedParameter *list;
        int n;
} Limits;

/* What is asked for */

static const BlockLimit *find_limit(const char *name)
{
        for (size_t i = 0; i < BLOCK_LIMITS; i++)
                if (strcmp(block_limits[i].name, name) == 0)
                        return &block_limits[i];
        return NULL;
}

static bool is_group(const virTypedParameter *given)
{
        return strcmp(given->field, VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME) == 0;
}

static int check_given(const Limits *limits, Error *err)
{
        for (int i = 0; i < limits->n; i++) {
                const virTypedParameter *given = &limits->list[i];

                if (!is_group(given) && !find_limit(given->field))
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported",
                                         given->field);
                if (given->type != (is_group(given) ? VIR_TYPED_PARAM_STRING : VIR_TYPED_PARAM_ULLONG))
                        return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", given->field);
                if (!is_group(given) && given->value.ul > LIMIT_MAX)
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                         "block I/O throttle limit value must be no more than %llu", LIMIT_MAX);
        }
        return 0;
}

/* A set of total, reading and writing is replaced as a whole. */
static void clear_set(DiskIoTune *tune, BlockLimitSet set)
{
        for (size_t i = 0; set != BLOCK_LIMIT_ALONE && i < BLOCK_LIMITS; i++)
                if (block_limits[i].set == set)
                        block_limit_set(tune, &block_limits[i], 0);
}

static void set_given(DiskIoTune *tune, const Limits *limits)
{
        for (int i = 0; i < limits->n; i++)
                if (!is_group(&limits->list[i]))
                        clear_set(tune, find_limit(limits->list[i].field)->set);
        for (int i = 0; i < limits->n; i++) {
                const virTypedParameter *given = &limits->list[i];

                if (!is_group(given)) {
                        block_limit_set(tune, find_limit(given->field), given->value.ul);
                        continue;
                }
                g_free(tune->group_name);
                tune->group_name = given->value.s && given->value.s[0] ? g_strdup(given->value.s) : NULL;
        }
}

/* Whether they go together */

static const char *const set_names[] = { [BLOCK_BYTES] = "bytes_sec",
                                         [BLOCK_IOPS] = "iops_sec",
                                         [BLOCK_BYTES_MAX] = "bytes_sec_max",
                                         [BLOCK_IOPS_MAX] = "iops_sec_max" };

static int check_exclusive(const DiskIoTune *tune, BlockLimitSet set, Error *err)
{
        bool total = false, one_way = false;

        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                bool there = block_limits[i].set == set && block_limit_get(tune, &block_limits[i]);

                total |= there && block_limits[i].total;
                one_way |= there && !block_limits[i].total;
        }
        if (total && one_way)
                return error_set(err, VIR_ERR_INVALID_ARG, "total and read/write of %s cannot be set at the same time",
                                 set_names[set]);
        return 0;
}

/* A burst is above something. */
static int check_bursts(const DiskIoTune *tune, Error *err)
{
        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                const BlockLimit *burst = &block_limits[i];
                g_autofree char *name = NULL;

                if ((burst->set != BLOCK_BYTES_MAX && burst->set != BLOCK_IOPS_MAX) || !block_limit_get(tune, burst))
                        continue;
                name = g_strndup(burst->name, strlen(burst->name) - strlen("_max"));
                if (!block_limit_get(tune, find_limit(name)))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "cannot reset '%s' when '%s' is set", name,
                                         burst->name);
        }
        return 0;
}

static int check_tune(const DiskIoTune *tune, Error *err)
{
        for (BlockLimitSet set = BLOCK_BYTES; set < BLOCK_LIMIT_ALONE; set++)
                if (check_exclusive(tune, set, err) < 0)
                        return -1;
        return check_bursts(tune, err);
}

/* Definitions */

static const char *given_group(const Limits *limits)
{
        for (int i = 0; i < limits->n; i++)
                if (is_group(&limits->list[i]) && limits->list[i].value.s && limits->list[i].value.s[0])
                        return limits->list[i].value.s;
        return NULL;
}

static int edit(Domain *definition, bool live, const Change *change, Error *err)
{
        const Limits *limits = change->input;
        Disk *disk = call_find_disk(definition, limits->disk);
        const char *group = given_group(limits);
        const DiskIoTune *base;

        if (!disk)
                return error_set(err, VIR_ERR_INVALID_ARG, "disk '%s' was not found in the domain config",
                                 limits->disk);
        if (live && disk->source.type == SOURCE_VHOSTUSER)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "QEMU does not see what disk '%s' of another process does: it cannot limit it",
                                 disk->target);
        base = group && (!disk->iotune || g_strcmp0(disk->iotune->group_name, group) != 0)
                       ? limits_of_group(definition, group, disk)
                       : NULL;
        limits_replace(disk, base ? base : disk->iotune);
        set_given(disk->iotune, limits);
        if (check_tune(disk->iotune, err) < 0)
                return -1;
        if (limits_any(disk->iotune))
                limits_share(definition, disk);
        else
                limits_drop(disk);
        return 0;
}

/* The running guest */

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        LiveTalk live = { 0 };
        int r = live_talk_init(&live, guest, err);

        if (r < 0)
                return -1;
        r = limits_put(&live.talk, from, to, &why);
        if (r < 0)
                limits_put(&live.talk, to, from, NULL);
        live_talk_done(&live);
        return r < 0 ? error_move(err, &why) : 0;
}

static void tell(const Change *change, Params *fields)
{
        const Limits *limits = change->input;

        params_string(fields, VIR_DOMAIN_TUNABLE_BLKDEV_DISK, limits->disk);
        for (int i = 0; i < limits->n; i++)
                params_add(fields, "blkdeviotune.", &limits->list[i]);
}

int qemu_domain_set_block_io_tune(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int nparams,
                                  unsigned int flags, Error *err)
{
        Limits limits = { disk, params, nparams };
        Change change = {
                .name = "block-io-tune", .flags = flags, .input = &limits, .edit = edit, .apply = apply, .tell = tell
        };

        if (check_call_flags(flags, AFFECT, "qemuDomainSetBlockIoTune", err) < 0 || check_given(&limits, err) < 0)
                return -1;
        return change_run(dom, &change, err);
}

/* Looking */

static const Json *inserted_of(const Json *blocks, const Disk *disk)
{
        g_autofree char *path = block_device_path(disk);

        for (size_t i = 0; i < json_length(blocks); i++)
                if (g_strcmp0(json_get_string(json_at(blocks, i), "qdev"), path) == 0)
                        return json_get(json_at(blocks, i), "inserted");
        return NULL;
}

/* What is in force: QEMU adds what nobody said, such as how long a burst may last. */
static int ask(Guest *guest, const Disk *disk, DiskIoTune *ret, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autoptr(Json) blocks = NULL;
        const Json *inserted;

        if (!qmp || qmp_call(qmp, "query-block", NULL, MONITOR_MS, &blocks, err) < 0)
                return -1;
        inserted = inserted_of(blocks, disk);
        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                uint64_t value = 0;

                json_get_uint(inserted, block_limits[i].key, &value);
                block_limit_set(ret, &block_limits[i], value);
        }
        ret->group_name = g_strdup(json_get_string(inserted, "group"));
        return 0;
}

static void give(Params *list, const DiskIoTune *tune)
{
        for (size_t i = 0; i < BLOCK_LIMITS; i++) {
                params_ullong(list, block_limits[i].name, block_limit_get(tune, &block_limits[i]));
                /* Programs have always seen the group's name after the limits of the first releases. */
                if (strcmp(block_limits[i].name, VIR_DOMAIN_BLOCK_IOTUNE_SIZE_IOPS_SEC) == 0)
                        params_string(list, VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME,
                                      tune && tune->group_name ? tune->group_name : "");
        }
}

int qemu_domain_get_block_io_tune(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int *nparams,
                                  unsigned int flags, Error *err)
{
        enum { KNOWN = AFFECT | VIR_TYPED_PARAM_STRING_OKAY };
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        g_autoptr(DomainView) view = entry ? domain_view_get(entry) : NULL;
        const Domain *definition;
        const Disk *found;
        DiskIoTune seen = { 0 };
        Params list = { 0 };

        if (!entry || check_call_flags(flags, KNOWN, "qemuDomainGetBlockIoTune", err) < 0)
                return -1;
        definition = view ? domain_view_pick(view, flags & AFFECT, err) : NULL;
        if (!definition)
                return error_is_set(err) ? -1 : error_bare(err, VIR_ERR_NO_DOMAIN);
        found = disk ? call_find_disk(definition, disk) : NULL;
        if (disk && !found)
                return error_set(err, VIR_ERR_INVALID_ARG, "disk '%s' was not found in the domain config", disk);
        if (found && *nparams > 0 && definition == view->live && ask(guest_of(entry), found, &seen, err) < 0)
                return -1;
        give(&list, definition == view->live ? &seen : found ? found->iotune : NULL);
        rows_drop(&DiskIoTune_rows, &seen);
        return params_give(&list, params, nparams);
}
