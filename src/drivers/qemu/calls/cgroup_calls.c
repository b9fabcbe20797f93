/* Limits of a guest that clients read and change: processor time, memory, block I/O, NUMA nodes. Each is a row: its name
 * and type in the API, its member of the definition. What is in force is asked of the kernel. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/group.h"

typedef enum { MEMBER_OPT_UINT64, MEMBER_UINT64, MEMBER_INT64, MEMBER_UINT, MEMBER_DEVICES } MemberKind;

typedef struct LimitRow {
        const char *name;
        int type;
        MemberKind kind;
        size_t offset;
        uint64_t min, max; /* max 0: no bounds */
} LimitRow;

/* One family of limits. */
typedef struct LimitTable {
        const LimitRow *rows;
        size_t n;
        size_t member; /* of Domain: the struct's pointer */
        const Rows *member_rows;
        CgroupController controller;
        int (*apply)(Guest *guest, const Domain *from, const Domain *to, Error *err);
        const char *event; /* what stands before the names in events; NULL: there are none */
} LimitTable;

enum { PERIOD_MIN = 1000, PERIOD_MAX = 1000000, SHARES_MIN = 2, SHARES_MAX = 262144, WEIGHT_MAX = 1000 };

#define QUOTA_MAX  17592186044415ULL
#define U64(m)     MEMBER_UINT64, offsetof(Cputune, m), PERIOD_MIN, PERIOD_MAX
#define QUOTA(m)   MEMBER_INT64, offsetof(Cputune, m), PERIOD_MIN, QUOTA_MAX
#define MEMORY(m)  VIR_TYPED_PARAM_ULLONG, MEMBER_OPT_UINT64, offsetof(Memtune, m), 0, 0
#define DEVICES(m) VIR_TYPED_PARAM_STRING, MEMBER_DEVICES, offsetof(BlkioDevice, m), 0, 0

static const LimitRow cpu_rows[] = {
        { VIR_DOMAIN_SCHEDULER_CPU_SHARES, VIR_TYPED_PARAM_ULLONG, MEMBER_OPT_UINT64, offsetof(Cputune, shares),
          SHARES_MIN, SHARES_MAX },
        { VIR_DOMAIN_SCHEDULER_VCPU_PERIOD, VIR_TYPED_PARAM_ULLONG, U64(period) },
        { VIR_DOMAIN_SCHEDULER_VCPU_QUOTA, VIR_TYPED_PARAM_LLONG, QUOTA(quota) },
        { VIR_DOMAIN_SCHEDULER_EMULATOR_PERIOD, VIR_TYPED_PARAM_ULLONG, U64(emulator_period) },
        { VIR_DOMAIN_SCHEDULER_EMULATOR_QUOTA, VIR_TYPED_PARAM_LLONG, QUOTA(emulator_quota) },
        { VIR_DOMAIN_SCHEDULER_GLOBAL_PERIOD, VIR_TYPED_PARAM_ULLONG, U64(global_period) },
        { VIR_DOMAIN_SCHEDULER_GLOBAL_QUOTA, VIR_TYPED_PARAM_LLONG, QUOTA(global_quota) },
        { VIR_DOMAIN_SCHEDULER_IOTHREAD_PERIOD, VIR_TYPED_PARAM_ULLONG, U64(iothread_period) },
        { VIR_DOMAIN_SCHEDULER_IOTHREAD_QUOTA, VIR_TYPED_PARAM_LLONG, QUOTA(iothread_quota) },
};

static const LimitRow memory_rows[] = {
        { VIR_DOMAIN_MEMORY_HARD_LIMIT, MEMORY(hard_limit_kib) },
        { VIR_DOMAIN_MEMORY_SOFT_LIMIT, MEMORY(soft_limit_kib) },
        { VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT, MEMORY(swap_hard_limit_kib) },
};

static const LimitRow block_rows[] = {
        { VIR_DOMAIN_BLKIO_WEIGHT, VIR_TYPED_PARAM_UINT, MEMBER_UINT, offsetof(Blkiotune, weight), 1, WEIGHT_MAX },
        { VIR_DOMAIN_BLKIO_DEVICE_WEIGHT, DEVICES(weight) },
        { VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS, DEVICES(read_iops_sec) },
        { VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS, DEVICES(write_iops_sec) },
        { VIR_DOMAIN_BLKIO_DEVICE_READ_BPS, DEVICES(read_bytes_sec) },
        { VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS, DEVICES(write_bytes_sec) },
};

#define TABLE(rows, part, member_rows) rows, G_N_ELEMENTS(rows), offsetof(Domain, part), member_rows

static const LimitTable cpu_limits = { TABLE(cpu_rows, cputune, &Cputune_rows), CGROUP_CPU, guest_group_apply_cpu,
                                       "cputune." };
static const LimitTable memory_limits = { TABLE(memory_rows, memtune, &Memtune_rows), CGROUP_MEMORY,
                                          guest_group_apply_memory, NULL };
static const LimitTable block_limits = { TABLE(block_rows, blkiotune, &Blkiotune_rows), CGROUP_BLKIO,
                                         guest_group_apply_block, NULL };

static const LimitRow *find_row(const LimitTable *table, const virTypedParameter *param, Error *err)
{
        for (size_t i = 0; i < table->n; i++) {
                if (strcmp(table->rows[i].name, param->field) != 0)
                        continue;
                if (param->type == table->rows[i].type)
                        return &table->rows[i];
                return error_null(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", param->field);
        }
        return error_null(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported", param->field);
}

/* Block devices: "PATH,VALUE,PATH,VALUE" */

static BlkioDevice *device_of(Blkiotune *tune, const char *path)
{
        BlkioDevice *device;

        for (size_t i = 0; i < tune->n_devices; i++)
                if (g_strcmp0(tune->devices[i].path, path) == 0)
                        return &tune->devices[i];
        device = rows_list_insert(&BlkioDevice_rows, &tune->devices, &tune->n_devices, tune->n_devices);
        device->path = g_strdup(path);
        return device;
}

static bool is_wide(const LimitRow *row)
{
        return row->offset == offsetof(BlkioDevice, read_bytes_sec) ||
               row->offset == offsetof(BlkioDevice, write_bytes_sec);
}

static int set_devices(Blkiotune *tune, const LimitRow *row, const char *text, Error *err)
{
        g_auto(GStrv) words = g_strsplit(text, ",", -1);
        guint n = g_strv_length(words);

        if (n == 0 || n % 2 != 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "unable to parse blkio device '%s' '%s'", row->name, text);
        for (guint i = 0; i < n; i += 2) {
                char *member = (char *)device_of(tune, words[i]) + row->offset;
                char *end = NULL;
                guint64 value = g_ascii_strtoull(words[i + 1], &end, 10);

                if (!g_ascii_isdigit(words[i + 1][0]) || *end || (!is_wide(row) && value > UINT32_MAX))
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "invalid value '%s' for parameter '%s' of device '%s'", words[i + 1],
                                         row->name, words[i]);
                if (is_wide(row))
                        *(uint64_t *)(void *)member = value;
                else
                        *(unsigned *)(void *)member = (unsigned)value;
        }
        return 0;
}

static uint64_t device_value(const BlkioDevice *device, const LimitRow *row)
{
        const char *member = (const char *)device + row->offset;

        return is_wide(row) ? *(const uint64_t *)(const void *)member : *(const unsigned *)(const void *)member;
}

static char *device_text(const Blkiotune *tune, const LimitRow *row)
{
        GString *text = g_string_new(NULL);

        for (size_t i = 0; tune && i < tune->n_devices; i++)
                if (device_value(&tune->devices[i], row) > 0)
                        g_string_append_printf(text, "%s%s,%" G_GUINT64_FORMAT, text->len ? "," : "",
                                               tune->devices[i].path, device_value(&tune->devices[i], row));
        return g_string_free(text, FALSE);
}

/* Into the definition */

static int check_range(const LimitRow *row, const virTypedParameter *param, Error *err)
{
        int64_t quota = param->type == VIR_TYPED_PARAM_LLONG ? param->value.l : 0;
        uint64_t value = param->type == VIR_TYPED_PARAM_UINT     ? param->value.ui
                         : param->type == VIR_TYPED_PARAM_ULLONG ? param->value.ul
                                                                 : (uint64_t)MAX(quota, 0);

        /* 0 of a period: as it is; a quota below 0: none. */
        if (row->max == 0 || quota < 0 || (value == 0 && row->kind != MEMBER_OPT_UINT64) ||
            (value >= row->min && value <= row->max))
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG,
                         "value of '%s' is out of range [%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT "]", row->name,
                         row->min, row->max);
}

static int set_member(void *tune, const LimitRow *row, const virTypedParameter *param, Error *err)
{
        void *member = (char *)tune + row->offset;

        if (check_range(row, param, err) < 0)
                return -1;
        switch (row->kind) {
        case MEMBER_OPT_UINT64: *(OptUint64 *)member = (OptUint64){ param->value.ul, true }; return 0;
        case MEMBER_UINT64: *(uint64_t *)member = param->value.ul; return 0;
        case MEMBER_INT64: *(int64_t *)member = param->value.l; return 0;
        case MEMBER_UINT: *(unsigned *)member = param->value.ui; return 0;
        case MEMBER_DEVICES: return set_devices(tune, row, param->value.s, err);
        }
        return 0;
}

static void *tune_of(Domain *definition, const LimitTable *table)
{
        void **tune = (void **)(void *)((char *)definition + table->member);

        if (!*tune) {
                *tune = g_malloc0(table->member_rows->size);
                rows_init(table->member_rows, *tune);
        }
        return *tune;
}

/* What is unlimited is not written down. */
static void settle_memory(Memtune *tune)
{
        OptUint64 *limits[] = { &tune->hard_limit_kib, &tune->soft_limit_kib, &tune->swap_hard_limit_kib };

        for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
                if (limits[i]->set && limits[i]->value >= VIR_DOMAIN_MEMORY_PARAM_UNLIMITED)
                        limits[i]->value = VIR_DOMAIN_MEMORY_PARAM_UNLIMITED;
}

static int check_memory(const Memtune *tune, Error *err)
{
        uint64_t hard = tune->hard_limit_kib.set ? tune->hard_limit_kib.value : VIR_DOMAIN_MEMORY_PARAM_UNLIMITED;
        uint64_t swap =
                tune->swap_hard_limit_kib.set ? tune->swap_hard_limit_kib.value : VIR_DOMAIN_MEMORY_PARAM_UNLIMITED;

        if (!tune->hard_limit_kib.set || hard <= swap)
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG,
                         "memory hard_limit tunable value must be lower than or equal to "
                         "swap_hard_limit");
}

typedef struct Limits {
        const LimitTable *table;
        const virTypedParameter *list;
        int n;
} Limits;

static int edit(Domain *definition, bool live, const Change *change, Error *err)
{
        const Limits *limits = change->input;
        void *tune = tune_of(definition, limits->table);

        for (int i = 0; i < limits->n; i++) {
                const LimitRow *row = find_row(limits->table, &limits->list[i], err);

                if (!row || set_member(tune, row, &limits->list[i], err) < 0)
                        return -1;
        }
        if (limits->table != &memory_limits)
                return 0;
        settle_memory(tune);
        return check_memory(tune, err);
}

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return ((const Limits *)change->input)->table->apply(guest, from, to, err);
}

static void tell(const Change *change, Params *fields)
{
        const Limits *limits = change->input;

        for (int i = 0; limits->table->event && i < limits->n; i++)
                params_add(fields, limits->table->event, &limits->list[i]);
}

static int set_limits(virDomainPtr domain, const LimitTable *table, virTypedParameterPtr params, int n, unsigned flags,
                      Error *err)
{
        Limits limits = { table, params, n };
        Change change = {
                .name = "limits", .flags = flags, .input = &limits, .edit = edit, .apply = apply, .tell = tell
        };

        return change_run(domain, &change, err);
}

int qemu_domain_set_scheduler_parameters_flags(virDomainPtr domain, virTypedParameterPtr params, int nparams,
                                               unsigned int flags, Error *err)
{
        return set_limits(domain, &cpu_limits, params, nparams, flags, err);
}

int qemu_domain_set_memory_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                      Error *err)
{
        return set_limits(domain, &memory_limits, params, nparams, flags, err);
}

int qemu_domain_set_blkio_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                     Error *err)
{
        return set_limits(domain, &block_limits, params, nparams, flags, err);
}

/* Reading */

static void give_member(Params *list, const void *tune, const LimitRow *row)
{
        const void *member = tune ? (const char *)tune + row->offset : NULL;

        switch (row->kind) {
        case MEMBER_OPT_UINT64: {
                const OptUint64 *value = member;
                bool memory = strstr(row->name, "limit");

                params_ullong(list, row->name,
                              value && value->set ? value->value
                              : memory            ? VIR_DOMAIN_MEMORY_PARAM_UNLIMITED
                                                  : 0);
                break;
        }
        case MEMBER_UINT64: params_ullong(list, row->name, member ? *(const uint64_t *)member : 0); break;
        case MEMBER_INT64: params_llong(list, row->name, member ? *(const int64_t *)member : 0); break;
        case MEMBER_UINT: params_uint(list, row->name, member ? *(const unsigned *)member : 0); break;
        case MEMBER_DEVICES: {
                g_autofree char *text = device_text(tune, row);

                params_string(list, row->name, text);
                break;
        }
        }
}

static int get_limits(virDomainPtr domain, const LimitTable *table, virTypedParameterPtr params, int *nparams,
                      unsigned flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        g_autoptr(DomainView) view = entry ? domain_view_get(entry) : NULL;
        const Domain *picked;
        Domain *seen;
        Params list = { 0 };

        flags &= VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
        picked = view ? domain_view_pick(view, flags, err) : NULL;
        if (!picked)
                return error_is_set(err) ? -1 : error_bare(err, VIR_ERR_NO_DOMAIN);
        seen = domain_copy(picked);
        if (picked == view->live && (guest_group_need(guest_of(entry), table->controller, err) < 0 ||
                                     guest_group_read(guest_of(entry), seen, err) < 0)) {
                domain_unref(seen);
                return -1;
        }
        for (size_t i = 0; i < table->n; i++)
                give_member(&list, *(void **)(void *)((char *)seen + table->member), &table->rows[i]);
        domain_unref(seen);
        return params_give(&list, params, nparams);
}

int qemu_domain_get_scheduler_parameters_flags(virDomainPtr domain, virTypedParameterPtr params, int *nparams,
                                               unsigned int flags, Error *err)
{
        return get_limits(domain, &cpu_limits, params, nparams, flags, err);
}

int qemu_domain_get_memory_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams,
                                      unsigned int flags, Error *err)
{
        return get_limits(domain, &memory_limits, params, nparams, flags, err);
}

int qemu_domain_get_blkio_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                     Error *err)
{
        return get_limits(domain, &block_limits, params, nparams, flags, err);
}

char *qemu_domain_get_scheduler_type(virDomainPtr domain, int *nparams, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        g_autoptr(DomainView) view = entry ? domain_view_get(entry) : NULL;

        if (!entry || (view && view->live && guest_group_need(guest_of(entry), CGROUP_CPU, err) < 0))
                return NULL;
        if (nparams)
                *nparams = (int)cpu_limits.n;
        return g_strdup("posix");
}
