/* xend's description of a guest into a domain: everything but the devices. */
#include "sexpr_read.h"

#include <string.h>

#include "util/text.h"

/* 1 and *ret, 0 where there is none. VIR_ERR_INTERNAL_ERROR for a word that is no number. */
static int sexpr_number(const Sexpr *list, const char *path, uint64_t max, uint64_t *ret, Error *err)
{
        const char *word = sexpr_word(list, path);

        if (!word)
                return 0;
        if (!text_to_uint64(word, 10, ret) || *ret > max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "domain information incomplete: (%s %s) is no number up to %" G_GUINT64_FORMAT, path,
                                 word, (guint64)max);
        return 1;
}

static int read_names(const SexprReader *r, Error *err)
{
        const char *name = sexpr_word(r->root, "name"), *uuid = sexpr_word(r->root, "uuid");
        uint64_t id;
        int found = sexpr_number(r->root, "domid", INT32_MAX, &id, err);

        if (found < 0)
                return -1;
        r->d->id = found > 0 ? (int)id : -1;
        if (!name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain information incomplete, missing name");
        if (!uuid)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain information incomplete, missing uuid");
        r->d->name = g_strdup(name);
        return xen_parse_uuid(uuid, r->d->uuid, err);
}

static int read_memory(const SexprReader *r, Error *err)
{
        uint64_t now = 0, highest = 0;

        if (sexpr_number(r->root, "memory", UINT64_MAX >> 20, &now, err) < 0 ||
            sexpr_number(r->root, "maxmem", UINT64_MAX >> 20, &highest, err) < 0)
                return -1;
        r->d->current_memory_kib = now * 1024;
        r->d->memory_kib = MAX(now, highest) * 1024;
        return 0;
}

/* Which of them are there is a mask. */
static int read_vcpus(const SexprReader *r, Error *err)
{
        enum { VCPUS_MAX = 65535, CPUS_MAX = 4096 };
        uint64_t count = 1, mask;
        const char *cpus = sexpr_word(r->root, "cpus");
        int found;

        if (sexpr_number(r->root, "vcpus", VCPUS_MAX, &count, err) < 0)
                return -1;
        found = sexpr_number(r->root, "vcpu_avail", UINT64_MAX, &mask, err);
        if (found < 0)
                return -1;
        r->d->vcpu_placement = PLACEMENT_STATIC;
        r->d->vcpu_max = (unsigned)MAX(count, 1);
        if (found > 0 && (unsigned)__builtin_popcountll(mask) < r->d->vcpu_max)
                r->d->vcpu_current = (unsigned)__builtin_popcountll(mask);
        if (!cpus)
                return 0;
        r->d->vcpu_cpuset = bitmap_parse(cpus, CPUS_MAX, err);
        return r->d->vcpu_cpuset ? 0 : error_prefix(err, "invalid CPU mask %s", cpus);
}

static int look_up(const void *source, const char *key, const char **ret, Error *err)
{
        *ret = sexpr_word(source, key);
        return *ret ? 1 : 0;
}

static char *read_arguments(const SexprReader *r)
{
        const char *root = sexpr_word(r->image, "root"), *args = sexpr_word(r->image, "args");

        if (!root)
                return g_strdup(args);
        return args ? g_strdup_printf("root=%s %s", root, args) : g_strdup_printf("root=%s", root);
}

/* A machine's "kernel" is its firmware, unless that is said beside it. */
static void read_boot(const SexprReader *r)
{
        Os *os = &r->d->os;
        const char *kernel = sexpr_word(r->image, "kernel"), *loader = sexpr_word(r->image, "loader");
        const char *boot = sexpr_word(r->image, "boot");
        bool hvm = xen_is_hvm(r->d);

        if (hvm) {
                os->loader = g_strdup(loader ? loader : kernel);
                os->loader_type = os->loader ? LOADER_ROM : LOADER_NONE;
        }
        if (!hvm || loader) {
                os->kernel = g_strdup(kernel);
                os->initrd = g_strdup(sexpr_word(r->image, "ramdisk"));
                os->cmdline = read_arguments(r);
        }
        if (hvm && boot)
                xen_boot_read(r->d, boot);
        r->d->emulator = g_strdup(sexpr_word(r->image, "device_model"));
        r->d->bootloader = g_strdup(sexpr_word(r->root, "bootloader"));
        r->d->bootloader_args = g_strdup(sexpr_word(r->root, "bootloader_args"));
}

static void read_features(const SexprReader *r)
{
        static const struct {
                const char *name;
                size_t at;
        } flags[] = {
                { "acpi", offsetof(Features, acpi) },
                { "apic", offsetof(Features, apic) },
                { "pae", offsetof(Features, pae) },
                { "viridian", offsetof(Features, viridian) },
        };
        const char *hpet = sexpr_word(r->image, "hpet");

        if (!xen_is_hvm(r->d))
                return;
        for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
                if (sexpr_flag(r->image, flags[i].name))
                        *(bool *)((char *)xen_need_features(r->d) + flags[i].at) = true;
        if (sexpr_word(r->image, "hap") && !sexpr_flag(r->image, "hap"))
                xen_need_features(r->d)->hap = SWITCH_OFF;
        if (hpet)
                xen_need_timer(r->d, TIMER_HPET)->present = *hpet == '1' ? YESNO_YES : YESNO_NO;
}

static int read_clock(const SexprReader *r, Error *err)
{
        const char *offset = sexpr_word(r->image, "rtc_timeoffset");
        bool localtime = sexpr_flag(r->root, "localtime") || sexpr_flag(r->image, "localtime");
        int64_t seconds = 0;

        if (offset && !text_to_int64(offset, 10, &seconds))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain information incomplete: (rtc_timeoffset %s)",
                                 offset);
        xen_set_clock(r->d, localtime, offset && xen_is_hvm(r->d), seconds);
        return 0;
}

int xen_sexpr_read(const char *text, size_t length, int version, Domain **ret, Error *err)
{
        g_autoptr(Sexpr) root = NULL;
        g_autoptr(Domain) d = domain_new();
        SexprReader r = { .version = version, .d = d };

        if (version < XEND_3_0_2 || version >= XEND_VERSION_MAX_)
                return error_set(err, VIR_ERR_INVALID_ARG, "unknown version %d of xend's format", version);
        if (sexpr_parse(text, length, &root, err) < 0)
                return -1;
        if (!sexpr_is(root, "domain") && !sexpr_is(root, "vm"))
                return error_set(err, VIR_ERR_SEXPR_SERIAL, "expecting (domain ...) or (vm ...)");
        r.root = root;
        r.image = sexpr_find(root, "image/hvm");
        d->type = VIRT_XEN;
        d->os.type = g_strdup(r.image ? "hvm" : "linux");
        if (!r.image)
                r.image = sexpr_find(root, "image/linux");
        if (read_names(&r, err) < 0 || read_memory(&r, err) < 0 || read_vcpus(&r, err) < 0 ||
            xen_events_read(d, CRASH_DESTROY, look_up, root, err) < 0)
                return -1;
        read_boot(&r);
        read_features(&r);
        if (read_clock(&r, err) < 0 || sexpr_read_devices(&r, err) < 0)
                return -1;
        *ret = g_steal_pointer(&d);
        return 0;
}
