/* The machine: type, processor, memory, boot order, clock. */
#include "reader.h"

#include <string.h>

#include "util/text.h"

enum { MIB = 1024, VCPUS_MAX = 65535 };

Features *qemu_features(QemuReader *reader)
{
        if (!reader->d->features)
                reader->d->features = g_new0(Features, 1);
        return reader->d->features;
}

static MemoryBacking *memory_backing(Domain *d)
{
        if (!d->memory_backing)
                d->memory_backing = g_new0(MemoryBacking, 1);
        return d->memory_backing;
}

static Cpu *cpu_of(Domain *d)
{
        if (!d->cpu) {
                d->cpu = g_new0(Cpu, 1);
                rows_init(&Cpu_rows, d->cpu);
        }
        return d->cpu;
}

static Switch switch_of(const QemuOpts *opts, const char *key)
{
        if (!qemu_opts_get(opts, key))
                return SWITCH_ABSENT;
        return qemu_opts_is_on(opts, key) ? SWITCH_ON : SWITCH_OFF;
}

/* "kvm:tcg": the first is wanted. */
static void set_accelerator(Domain *d, const char *name)
{
        if (name && g_str_has_prefix(name, "kvm"))
                d->type = VIRT_KVM;
        else if (name && g_str_has_prefix(name, "tcg"))
                d->type = VIRT_QEMU;
}

int qemu_read_machine(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "type");
        const char *merge = qemu_opts_get(opts, "mem-merge");
        Domain *d = reader->d;

        if (qemu_opts_get(opts, "type")) {
                g_free(d->os.machine);
                d->os.machine = g_strdup(qemu_opts_get(opts, "type"));
        }
        set_accelerator(d, qemu_opts_get(opts, "accel"));
        if (qemu_opts_get(opts, "dump-guest-core"))
                d->dump_core = switch_of(opts, "dump-guest-core");
        if (merge && !qemu_opts_is_on(opts, "mem-merge"))
                memory_backing(d)->nosharepages = true;
        if (qemu_opts_get(opts, "vmport"))
                qemu_features(reader)->vmport = switch_of(opts, "vmport");
        if (qemu_opts_get(opts, "smm"))
                qemu_features(reader)->smm = switch_of(opts, "smm");
        return 0;
}

static HypervFeatures *hyperv_of(QemuReader *reader)
{
        Features *features = qemu_features(reader);

        if (!features->hyperv)
                features->hyperv = g_new0(HypervFeatures, 1);
        return features->hyperv;
}

static const struct {
        const char *name; /* without "hv_" or "hv-" */
        size_t at;
} hyperv_switches[] = {
        { "relaxed", offsetof(HypervFeatures, relaxed) },
        { "vapic", offsetof(HypervFeatures, vapic) },
        { "vpindex", offsetof(HypervFeatures, vpindex) },
        { "runtime", offsetof(HypervFeatures, runtime) },
        { "synic", offsetof(HypervFeatures, synic) },
        { "stimer", offsetof(HypervFeatures, stimer) },
        { "reset", offsetof(HypervFeatures, reset) },
        { "frequencies", offsetof(HypervFeatures, frequencies) },
        { "reenlightenment", offsetof(HypervFeatures, reenlightenment) },
        { "tlbflush", offsetof(HypervFeatures, tlbflush) },
        { "ipi", offsetof(HypervFeatures, ipi) },
        { "evmcs", offsetof(HypervFeatures, evmcs) },
        { "avic", offsetof(HypervFeatures, avic) },
};

/* "spinlocks=0x2fff": @name is behind "hv_". */
static int read_hyperv(QemuReader *reader, const char *name, const char *value, Error *err)
{
        HypervFeatures *hyperv = hyperv_of(reader);

        for (size_t i = 0; i < G_N_ELEMENTS(hyperv_switches); i++)
                if (strcmp(name, hyperv_switches[i].name) == 0)
                        *(Switch *)((char *)hyperv + hyperv_switches[i].at) = SWITCH_ON;
        if (strcmp(name, "spinlocks") == 0) {
                if (!value || !text_to_uint(value, 0, &hyperv->spinlock_retries))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse hv_spinlocks value '%s'",
                                         value ? value : "");
                hyperv->spinlocks = SWITCH_ON;
        } else if (strcmp(name, "vendor_id") == 0 || strcmp(name, "vendor-id") == 0) {
                hyperv->vendor_id_state = SWITCH_ON;
                g_free(hyperv->vendor_id);
                hyperv->vendor_id = g_strdup(value);
        }
        return 0;
}

static void add_timer(Domain *d, TimerName name, YesNo present)
{
        Timer *timer = rows_list_insert(&Timer_rows, &d->clock.timers, &d->clock.n_timers, d->clock.n_timers);

        timer->name = name;
        timer->present = present;
}

static void add_feature(Domain *d, const char *name, bool on)
{
        Cpu *cpu = cpu_of(d);
        CpuFeature *feature = rows_list_insert(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features);

        feature->name = g_strdup(name);
        feature->policy = on ? CPU_POLICY_REQUIRE : CPU_POLICY_DISABLE;
}

/* "+name", "-name", "name", "name=on|off|value" */
static int read_cpu_item(QemuReader *reader, const char *item, Error *err)
{
        g_auto(GStrv) pair = g_strsplit(item, "=", 2);
        const char *name = pair[0] ? pair[0] : "", *value = name[0] ? pair[1] : NULL;
        bool on = *name != '-' && g_strcmp0(value, "off") != 0;

        name += *name == '+' || *name == '-';
        if (!*name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown CPU syntax '%s'", item);
        if (strcmp(name, "kvmclock") == 0) {
                add_timer(reader->d, TIMER_KVMCLOCK, on ? YESNO_YES : YESNO_NO);
        } else if (g_str_has_prefix(name, "hv_") || g_str_has_prefix(name, "hv-")) {
                return read_hyperv(reader, name + 3, value, err);
        } else if (strcmp(name, "kvm_pv_eoi") == 0 || strcmp(name, "kvm-pv-eoi") == 0) {
                qemu_features(reader)->apic = true;
                qemu_features(reader)->apic_eoi = on ? SWITCH_ON : SWITCH_OFF;
        } else if (strcmp(name, "kvm") == 0) {
                if (!qemu_features(reader)->kvm)
                        reader->d->features->kvm = g_new0(KvmFeatures, 1);
                reader->d->features->kvm->hidden = on ? SWITCH_OFF : SWITCH_ON;
        } else if (!value || strcmp(value, "on") == 0 || strcmp(value, "off") == 0) {
                add_feature(reader->d, name, on);
        }
        return 0;
}

static void read_cpu_model(Domain *d, const char *model)
{
        Cpu *cpu;

        /* What QEMU takes anyway says nothing, but the one of 64 bits says which processor that is. */
        if (strcmp(model, "qemu64") == 0 && g_strcmp0(d->os.arch, "i686") == 0) {
                g_free(d->os.arch);
                d->os.arch = g_strdup("x86_64");
        }
        if (strcmp(model, "qemu32") == 0 || strcmp(model, "qemu64") == 0)
                return;
        cpu = cpu_of(d);
        if (strcmp(model, "host") == 0) {
                cpu->mode = CPU_MODE_HOST_PASSTHROUGH;
        } else if (strcmp(model, "max") == 0) {
                cpu->mode = CPU_MODE_MAXIMUM;
        } else {
                cpu->mode = CPU_MODE_CUSTOM;
                cpu->match = CPU_MATCH_EXACT;
                g_free(cpu->model);
                cpu->model = g_strdup(model);
        }
}

int qemu_read_cpu(QemuReader *reader, const char *value, Error *err)
{
        g_auto(GStrv) items = g_strsplit(value, ",", 1000);

        if (!items[0] || !*items[0])
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown CPU syntax '%s'", value);
        read_cpu_model(reader->d, items[0]);
        for (char **item = items + 1; *item; item++)
                if (read_cpu_item(reader, *item, err) < 0)
                        return -1;
        return 0;
}

/* "214", "2G": KiB. */
static bool read_size(const char *text, uint64_t *ret_kib)
{
        char *end;
        guint64 number = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &end, 10) : 0;
        static const struct {
                const char *suffix;
                unsigned shift; /* of KiB */
        } suffixes[] = { { "", 10 },  { "M", 10 }, { "m", 10 }, { "G", 20 }, { "g", 20 },
                         { "T", 30 }, { "t", 30 }, { "K", 0 },  { "k", 0 } };

        if (number == 0 || number > UINT64_C(1) << 40)
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
                if (strcmp(end, suffixes[i].suffix) == 0) {
                        *ret_kib = number << suffixes[i].shift;
                        return *ret_kib >> suffixes[i].shift == number;
                }
        return false;
}

/* Where the files of large pages are says nothing that a definition wants to know. */
int qemu_read_mem_path(QemuReader *reader, const char *value, Error *err)
{
        if (strstr(value, "huge"))
                memory_backing(reader->d)->hugepages = true;
        return 0;
}

int qemu_read_memory(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "size");
        const char *size = qemu_opts_get(opts, "size"), *most = qemu_opts_get(opts, "maxmem");
        Domain *d = reader->d;

        if (!size || !read_size(size, &d->memory_kib))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse memory level '%s'", value);
        if (most && !read_size(most, &d->max_memory_kib))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse memory level '%s'", value);
        if (qemu_opts_get(opts, "slots") && !text_to_uint(qemu_opts_get(opts, "slots"), 10, &d->max_memory_slots))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse the memory slots of '%s'", value);
        return 0;
}

static int read_count(const QemuOpts *opts, const char *key, unsigned *ret, Error *err)
{
        const char *text = qemu_opts_get(opts, key);

        if (text && (!text_to_uint(text, 10, ret) || *ret == 0 || *ret > VCPUS_MAX))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse CPU topology '%s=%s'", key, text);
        return 0;
}

int qemu_read_smp(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "cpus");
        unsigned cpus = 1, most = 0, sockets = 0, dies = 0, cores = 0, threads = 0;
        Domain *d = reader->d;

        if (read_count(opts, "cpus", &cpus, err) < 0 || read_count(opts, "maxcpus", &most, err) < 0 ||
            read_count(opts, "sockets", &sockets, err) < 0 || read_count(opts, "dies", &dies, err) < 0 ||
            read_count(opts, "cores", &cores, err) < 0 || read_count(opts, "threads", &threads, err) < 0)
                return -1;
        d->vcpu_max = most ? most : cpus;
        d->vcpu_current = most && most != cpus ? cpus : 0;
        if (d->vcpu_current > d->vcpu_max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse CPU topology '%s': fewer at most than now",
                                 value);
        if (!sockets && !cores && !threads)
                return 0;
        if (!sockets || !cores || !threads)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "cannot parse CPU topology '%s': sockets, cores and threads belong together", value);
        cpu_of(d)->sockets = sockets;
        d->cpu->dies = dies;
        d->cpu->cores = cores;
        d->cpu->threads = threads;
        return 0;
}

static void add_boot(Domain *d, char letter)
{
        static const struct {
                char letter;
                BootDevice device;
        } letters[] = { { 'a', BOOT_FD }, { 'c', BOOT_HD }, { 'd', BOOT_CDROM }, { 'n', BOOT_NETWORK } };

        for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
                OsBoot *boot;

                if (letters[i].letter != letter)
                        continue;
                boot = rows_list_insert(&OsBoot_rows, &d->os.boot, &d->os.n_boot, d->os.n_boot);
                boot->dev = letters[i].device;
        }
}

int qemu_read_boot(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "order");
        const char *order = qemu_opts_get(opts, "order"), *timeout = qemu_opts_get(opts, "reboot-timeout");
        const char *splash = qemu_opts_get(opts, "splash-time");
        enum { DEVICES_MAX = 4, TIMEOUT_MAX = 65535 };
        Os *os = &reader->d->os;

        for (size_t i = 0; order && order[i] && i < DEVICES_MAX; i++)
                add_boot(reader->d, order[i]);
        if (qemu_opts_get(opts, "menu"))
                os->bootmenu = qemu_opts_is_on(opts, "menu") ? YESNO_YES : YESNO_NO;
        if (splash && text_to_uint(splash, 10, &os->bootmenu_timeout.value))
                os->bootmenu_timeout.set = true;
        if (!timeout)
                return 0;
        if (!text_to_int(timeout, 10, &os->bios_reboot_timeout.value) || os->bios_reboot_timeout.value < -1 ||
            os->bios_reboot_timeout.value > TIMEOUT_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse reboot-timeout value '%s'", timeout);
        os->bios_reboot_timeout.set = true;
        return 0;
}

int qemu_read_rtc(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, NULL);
        const char *base = qemu_opts_get(opts, "base"), *clock = qemu_opts_get(opts, "clock");
        bool slew = g_strcmp0(qemu_opts_get(opts, "driftfix"), "slew") == 0;
        Domain *d = reader->d;

        if (g_strcmp0(base, "localtime") == 0)
                d->clock.offset = CLOCK_LOCALTIME;
        if (!slew && !clock)
                return 0;
        add_timer(d, TIMER_RTC, YESNO_ABSENT);
        if (slew)
                d->clock.timers[d->clock.n_timers - 1].tickpolicy = TICK_POLICY_CATCHUP;
        if (g_strcmp0(clock, "vm") == 0)
                d->clock.timers[d->clock.n_timers - 1].track = TIMER_TRACK_GUEST;
        else if (g_strcmp0(clock, "rt") == 0)
                d->clock.timers[d->clock.n_timers - 1].track = TIMER_TRACK_REALTIME;
        return 0;
}

static int read_nvram(Domain *d, const char *value, Error *err)
{
        Address *address;

        if (!d->nvram) {
                d->nvram = g_new0(Nvram, 1);
                d->nvram->info.address = g_new0(Address, 1);
        }
        address = d->nvram->info.address;
        address->type = ADDRESS_SPAPR_VIO;
        address->spapr_vio.reg.set = text_to_uint64(value, 0, &address->spapr_vio.reg.value);
        if (!address->spapr_vio.reg.set)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse nvram's address '%s'", value);
        return 0;
}

/* "PIIX4_PM.disable_s3=1": those that the document knows; others are kept as they are. */
int qemu_read_global(QemuReader *reader, const char *value, Error *err)
{
        const char *dot = strchr(value, '.'), *equals = dot ? strchr(dot, '=') : NULL;
        YesNo enabled = equals && strcmp(equals + 1, "0") == 0 ? YESNO_YES : YESNO_NO;
        static const char nvram[] = "spapr-nvram.reg=";
        bool pm = g_str_has_prefix(value, "PIIX4_PM.") || g_str_has_prefix(value, "ICH9-LPC.");

        if (pm && equals && g_str_has_prefix(dot + 1, "disable_s3=")) {
                reader->d->suspend_to_mem = enabled;
        } else if (pm && equals && g_str_has_prefix(dot + 1, "disable_s4=")) {
                reader->d->suspend_to_disk = enabled;
        } else if (g_str_has_prefix(value, nvram)) {
                return read_nvram(reader->d, value + strlen(nvram), err);
        } else {
                g_ptr_array_add(reader->unknown, g_strdup("-global"));
                g_ptr_array_add(reader->unknown, g_strdup(value));
        }
        return 0;
}

int qemu_read_name(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "guest");

        if (qemu_opts_get(opts, "guest")) {
                g_free(reader->d->name);
                reader->d->name = g_strdup(qemu_opts_get(opts, "guest"));
        }
        return 0;
}

int qemu_read_uuid(QemuReader *reader, const char *value, Error *err)
{
        if (!uuid_parse(value, reader->d->uuid))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse UUID '%s'", value);
        return 0;
}
