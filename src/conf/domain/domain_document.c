/* A whole domain definition: reading, writing, sharing, comparing. */
#include "rows/rows_plan.h"

#include <string.h>

#include "conf/domain_rules.h"
#include "domain/hooks.h"

/* Only while they are applied. */
static void domain_set_rules(Domain *d, const DomainRules *rules, void *context)
{
        d->rules = rules;
        d->rules_context = context;
}

static unsigned parse_flags(unsigned flags)
{
        unsigned rows = 0;

        if (flags & DOMAIN_PARSE_INACTIVE)
                rows |= ROWS_INACTIVE;
        if (flags & DOMAIN_PARSE_STATUS)
                rows |= ROWS_STATUS;
        if (flags & DOMAIN_PARSE_VALIDATE)
                rows |= ROWS_VALIDATE;
        if (flags & DOMAIN_PARSE_NO_SETTLE)
                rows |= ROWS_NO_SETTLE;
        if (flags & DOMAIN_PARSE_STORED)
                rows |= ROWS_NO_CHECK;
        return rows;
}

static unsigned format_flags(unsigned flags)
{
        unsigned rows = 0;

        if (flags & DOMAIN_FORMAT_INACTIVE)
                rows |= ROWS_INACTIVE;
        if (flags & DOMAIN_FORMAT_SECURE)
                rows |= ROWS_SECURE;
        if (flags & DOMAIN_FORMAT_STATUS)
                rows |= ROWS_STATUS;
        return rows;
}

Domain *domain_new(void)
{
        Domain *d = g_new0(Domain, 1);

        rows_init(&Domain_rows, d);
        d->refs = 1;
        return d;
}

int domain_parse_node_for(const DomainRules *rules, void *context, XmlNode *element, unsigned flags, Domain **ret,
                          Error *err)
{
        g_autoptr(Domain) d = domain_new();
        int r;

        domain_set_rules(d, rules, context);
        r = rows_parse(&Domain_rows, d, element, parse_flags(flags), err);
        domain_set_rules(d, NULL, NULL);
        if (r == 0)
                *ret = g_steal_pointer(&d);
        return r;
}

int domain_parse_node(XmlNode *element, unsigned flags, Domain **ret, Error *err)
{
        return domain_parse_node_for(NULL, NULL, element, flags, ret, err);
}

int domain_parse_for(const DomainRules *rules, void *context, const char *xml, size_t length, const char *name,
                     unsigned flags, Domain **ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;

        if (xml_read(xml, length, name ? name : "(domain_definition)", "domain", &document, err) < 0)
                return -1;
        return domain_parse_node_for(rules, context, xml_root(document), flags, ret, err);
}

int domain_parse(const char *xml, size_t length, const char *name, unsigned flags, Domain **ret, Error *err)
{
        return domain_parse_for(NULL, NULL, xml, length, name, flags, ret, err);
}

/* The ports of a running guest that it was only given for this run. */
static int drop_ports(Domain *copy, Error *err)
{
        for (size_t i = 0; i < copy->n_graphics; i++)
                if (rows_settle(&Graphics_rows, &copy->graphics[i], ROWS_INACTIVE, err) < 0)
                        return -1;
        return 0;
}

static char *format_without_ports(const Domain *d, unsigned flags, Error *err)
{
        g_autoptr(Domain) copy = domain_copy(d);

        return drop_ports(copy, err) < 0 ? NULL : rows_document(&Domain_rows, copy, "domain", flags);
}

static char *format_rows(const void *s, unsigned flags, Error *err)
{
        g_autoptr(Domain) shown = domain_shown(s, flags & ROWS_STATUS);
        const Domain *d = shown ? shown : s;

        if (flags & ROWS_INACTIVE && d->id >= 0 && d->n_graphics > 0)
                return format_without_ports(d, flags, err);
        return rows_document(&Domain_rows, d, "domain", flags);
}

static char *format_migratable(const DomainRules *rules, const Domain *d, Error *err)
{
        g_autoptr(Domain) shown = domain_shown(d, false);
        g_autoptr(Domain) copy = domain_copy(shown ? shown : d);

        if (drop_ports(copy, err) < 0)
                return NULL;
        domain_make_migratable(copy, rules);
        return rows_document(&Domain_rows, copy, "domain", ROWS_INACTIVE | ROWS_SECURE);
}

const DocumentKind domain_kind = {
        .name = "domain",
        .element = "domain",
        .rows = &Domain_rows,
        .format = format_rows,
};

char *domain_format_for(const DomainRules *rules, const Domain *d, unsigned flags, Error *err)
{
        if (flags & DOMAIN_FORMAT_MIGRATABLE)
                return format_migratable(rules, d, err);
        return format_rows(d, format_flags(flags), err);
}

char *domain_format(const Domain *d, unsigned flags, Error *err)
{
        return domain_format_for(NULL, d, flags, err);
}

void domain_format_into(const Domain *d, unsigned flags, XmlWriter *out)
{
        g_autoptr(Domain) shown = domain_shown(d, false);

        xml_open(out, "domain");
        xml_keep(out);
        rows_format(&Domain_rows, shown ? shown : d, format_flags(flags), out);
        xml_close(out);
}

Domain *domain_ref(const Domain *d)
{
        Domain *shared = (Domain *)d;

        g_atomic_int_inc(&shared->refs);
        return shared;
}

Domain *domain_unref(Domain *d)
{
        if (d && g_atomic_int_dec_and_test(&d->refs)) {
                rows_drop(&Domain_rows, d);
                g_free(d);
        }
        return NULL;
}

Domain *domain_take(Domain **part)
{
        Domain *d = g_steal_pointer(part);

        d->refs = 1;
        return d;
}

Domain *domain_copy(const Domain *d)
{
        Domain *copy = g_new(Domain, 1);

        rows_copy(&Domain_rows, copy, d);
        copy->refs = 1;
        return copy;
}

static bool has_volume(const Disk *disk)
{
        if (disk->source.of_volume)
                return true;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (below->source.of_volume)
                        return true;
        return false;
}

Domain *domain_shown(const Domain *d, bool status)
{
        Domain *copy = NULL;

        for (size_t i = 0; i < d->n_disks; i++) {
                if (!has_volume(&d->disks[i]))
                        continue;
                if (!copy)
                        copy = domain_copy(d);
                source_show_volume(&copy->disks[i].source, status);
                for (BackingStore *below = copy->disks[i].backing; below; below = below->backing)
                        source_show_volume(&below->source, status);
        }
        return copy;
}

int domain_settle_for(const DomainRules *rules, void *context, Domain *d, unsigned flags, Error *err)
{
        int r;

        domain_set_rules(d, rules, context);
        r = rows_settle(&Domain_rows, d, parse_flags(flags), err);
        domain_set_rules(d, NULL, NULL);
        return r;
}

int domain_settle(Domain *d, unsigned flags, Error *err)
{
        return domain_settle_for(NULL, NULL, d, flags, err);
}

int domain_check_for(const DomainRules *rules, void *context, const Domain *d, Error *err)
{
        if (rows_check(&Domain_rows, d, err) < 0)
                return -1;
        return domain_check_hypervisor(d, rules, context, err);
}

int domain_check(const Domain *d, Error *err)
{
        return rows_check(&Domain_rows, d, err);
}

/* How people know these fields. The others are named by their path. */
static const struct AbiWords {
        const char *path, *words;
} abi_words[] = {
        { "@type", "domain virt type" },
        { "name", "domain name" },
        { "uuid", "domain uuid" },
        { "genid", "domain genid" },
        { "memory", "domain memory" },
        { "maxMemory", "domain maximum memory size" },
        { "maxMemory/@slots", "domain memory slots" },
        { "vcpu", "domain vCPU max" },
        { "os/type", "domain OS type" },
        { "os/type/@arch", "domain architecture" },
        { "os/type/@machine", "domain machine type" },
        { "os/smbios/@mode", "domain SMBIOS mode" },
        { "sysinfo", "domain sysinfo count" },
        { "devices/disk", "domain disk count" },
        { "devices/controller", "domain controller count" },
        { "devices/filesystem", "domain filesystem count" },
        { "devices/interface", "domain net card count" },
        { "devices/smartcard", "domain smartcard count" },
        { "devices/serial", "domain serial port count" },
        { "devices/parallel", "domain parallel port count" },
        { "devices/console", "domain console count" },
        { "devices/channel", "domain channel count" },
        { "devices/input", "domain input device count" },
        { "devices/tpm", "domain TPM device count" },
        { "devices/sound", "domain sound card count" },
        { "devices/video", "domain video card count" },
        { "devices/hostdev", "domain host device count" },
        { "devices/redirdev", "domain redirected devices count" },
        { "devices/hub", "domain hub device count" },
        { "devices/watchdog", "domain watchdog count" },
        { "devices/rng", "domain RNG device count" },
        { "devices/panic", "domain panic device count" },
        { "devices/shmem", "domain shared memory device count" },
        { "devices/memory", "domain memory device count" },
        { "devices/crypto", "domain crypto device count" },
};

static const char *words_of(const char *path)
{
        for (size_t i = 0; i < G_N_ELEMENTS(abi_words); i++)
                if (strcmp(abi_words[i].path, path) == 0)
                        return abi_words[i].words;
        return NULL;
}

static bool refuse_difference(const RowDifference *difference, void *opaque)
{
        const char *words = words_of(difference->path);

        error_set(opaque, VIR_ERR_CONFIG_UNSUPPORTED, "Target %s%s %s does not match source %s", words ? "" : "domain ",
                  words ? words : difference->path, difference->after ? difference->after : "none",
                  difference->before ? difference->before : "none");
        return true;
}

int domain_compare_abi(const Domain *source, const Domain *target, Error *err)
{
        return rows_compare(&Domain_rows, source, target, ROW_ABI, refuse_difference, err) ? -1 : 0;
}

static bool note_change(const RowDifference *difference, void *opaque)
{
        GArray *changes = opaque;
        DomainChange change = {
                .path = g_strdup(difference->path),
                .before = g_strdup(difference->before),
                .after = g_strdup(difference->after),
                .live = difference->row->flags & ROW_HOT,
        };

        g_array_append_val(changes, change);
        return false;
}

DomainChanges *domain_difference(const Domain *before, const Domain *after)
{
        g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(DomainChange));
        DomainChanges *changes;

        if (!rows_compare(&Domain_rows, before, after, 0, note_change, found))
                return NULL;
        changes = g_new0(DomainChanges, 1);
        changes->n_changes = found->len;
        changes->changes = (DomainChange *)(void *)g_array_free(g_steal_pointer(&found), FALSE);
        return changes;
}

DomainChanges *domain_changes_free(DomainChanges *changes)
{
        if (!changes)
                return NULL;
        for (size_t i = 0; i < changes->n_changes; i++) {
                g_free(changes->changes[i].path);
                g_free(changes->changes[i].before);
                g_free(changes->changes[i].after);
        }
        g_free(changes->changes);
        g_free(changes);
        return NULL;
}

/* The row of the list or pointer that holds devices called @name; NULL: no such device. */
static const PlannedRow *device_row(const char *name)
{
        const RowPlan *plan = rows_plan(&Domain_rows);

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];

                if (planned->n_steps == 2 && strcmp(planned->steps[0].name, "devices") == 0 &&
                    strcmp(planned->steps[1].name, name) == 0 && planned->row->kind != ROW_VALUE)
                        return planned;
        }
        return NULL;
}

int domain_parse_device_for(const DomainRules *rules, void *context, const char *xml, size_t length, unsigned flags,
                            Domain **ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autoptr(Domain) d = domain_new();
        const PlannedRow *planned;
        const Row *row;
        void *device;

        if (xml_read(xml, length, "(device_definition)", NULL, &document, err) < 0)
                return -1;
        planned = device_row(xml_root(document)->name);
        if (!planned)
                return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_INTERNAL_ERROR, "unknown device type '%s'",
                                      xml_root(document)->name);
        row = planned->row;
        if (row->kind == ROW_ARRAY) {
                device = rows_list_insert(row->sub, row_at(d, row), row_count(d, row), 0);
        } else {
                device = *(void **)row_at(d, row) = g_malloc0(row->sub->size);
                rows_init(row->sub, device);
        }
        if (rows_parse(row->sub, device, xml_root(document), parse_flags(flags), err) < 0)
                return -1;
        domain_settle_macs(d, rules);
        *ret = g_steal_pointer(&d);
        return 0;
}

int domain_parse_device(const char *xml, size_t length, unsigned flags, Domain **ret, Error *err)
{
        return domain_parse_device_for(NULL, NULL, xml, length, flags, ret, err);
}
