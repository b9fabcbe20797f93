/* The machine: name, memory, processors, display. */
#include "read.h"

#include <string.h>

#include "util/text.h"

enum { MIB = 1024, MEMORY_MIB_MAX = 1 << 30, MEMORY_MIB_DEFAULT = 32, MEMORY_MIB_STEP = 4, VCPUS_MAX = 65535 };

int vmx_read_uuid(const char *text, Uuid uuid, Error *err)
{
        g_autoptr(GString) digits = g_string_new(NULL);

        for (const char *at = text; *at; at++)
                if (*at != ' ' && *at != '-')
                        g_string_append_c(digits, *at);
        if (!uuid_parse(digits->str, uuid))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Could not parse UUID from string '%s'", text);
        return 0;
}

int vmx_read_file(const VmxReader *reader, const char *name, char **ret, Error *err)
{
        const VmxContext *context = reader->context;

        if (context && context->from_vmx)
                return context->from_vmx(name, context->opaque, ret, err);
        *ret = g_strdup(name);
        return VMX_FILE_FOUND;
}

static int check_versions(const VmxMachine *m, Error *err)
{
        if (!m->config_version.set)
                return vmx_missing("", "config.version", err);
        if (m->config_version.value != 8)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry 'config.version' to be 8 but found %" G_GINT64_FORMAT,
                                 m->config_version.value);
        if (!m->hardware.set)
                return vmx_missing("", "virtualHW.version", err);
        if (m->hardware.value < VMX_HARDWARE_MIN)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry 'virtualHW.version' to be 4 or higher but found %" G_GINT64_FORMAT,
                        m->hardware.value);
        return 0;
}

/* "%2f" in names: what file systems of datastores do not take. */
static int read_name(const char *text, char **ret, Error *err)
{
        g_autofree char *name = g_uri_unescape_string(text, NULL);

        if (!name)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "VMX entry 'name' contains invalid escape sequence: '%s' needs %%25 for a percent sign", text);
        for (const char *at = name; *at; at++)
                if ((unsigned char)*at < ' ')
                        return error_set(
                                err, VIR_ERR_INTERNAL_ERROR,
                                "VMX entry 'name' contains invalid escape sequence: '%s' has a control character",
                                text);
        if (!g_utf8_validate(name, -1, NULL))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "VMX entry 'name' contains invalid escape sequence: '%s' is no text", text);
        *ret = g_steal_pointer(&name);
        return 0;
}

static void put_big_endian(unsigned char *bytes, uint64_t value)
{
        for (int i = 7; i >= 0; i--, value >>= 8)
                bytes[i] = (unsigned char)value;
}

static int read_identity(const VmxMachine *m, Domain *d, Error *err)
{
        if (m->uuid && vmx_read_uuid(m->uuid, d->uuid, err) < 0)
                return -1;
        if (m->name && read_name(m->name, &d->name, err) < 0)
                return -1;
        put_big_endian(d->genid, (uint64_t)m->genid_high.value);
        put_big_endian(d->genid + 8, (uint64_t)m->genid_low.value);
        if (m->annotation && *m->annotation)
                d->description = g_strdup(m->annotation);
        return 0;
}

static uint64_t limit_kib(const VmxNumber *mib, uint64_t most_kib)
{
        if (!mib->set || mib->value <= 0)
                return 0;
        return MIN((uint64_t)mib->value, MEMORY_MIB_MAX) * MIB > most_kib ? most_kib : (uint64_t)mib->value * MIB;
}

static int read_memory(const VmxMachine *m, Domain *d, Error *err)
{
        int64_t mib = m->memory_mib.set ? m->memory_mib.value : MEMORY_MIB_DEFAULT;
        uint64_t least;

        if (mib <= 0 || mib % MEMORY_MIB_STEP != 0 || mib > MEMORY_MIB_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry 'memsize' to be an unsigned integer (multiple of 4) but found "
                                 "%" G_GINT64_FORMAT,
                                 mib);
        d->memory_kib = (uint64_t)mib * MIB;
        d->current_memory_kib = limit_kib(&m->memory_max_mib, d->memory_kib);
        if (d->current_memory_kib == 0)
                d->current_memory_kib = d->memory_kib;
        least = limit_kib(&m->memory_min_mib, d->memory_kib);
        if (least > 0) {
                d->memtune = g_new0(Memtune, 1);
                d->memtune->min_guarantee_kib = (OptUint64){ .value = least, .set = true };
        }
        return 0;
}

static int read_topology(const VmxMachine *m, Domain *d, Error *err)
{
        int64_t cores = m->cores_per_socket.value;

        if (cores <= 1)
                return 0;
        if (cores > d->vcpu_max)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "VMX entry 'cpuid.coresPerSocket' smaller than 'numvcpus': a socket of %" G_GINT64_FORMAT
                        " cores needs as many vcpus, found %u",
                        cores, d->vcpu_max);
        d->cpu = g_new0(Cpu, 1);
        rows_init(&Cpu_rows, d->cpu);
        d->cpu->sockets = d->vcpu_max / (unsigned)cores;
        d->cpu->dies = 1;
        d->cpu->cores = (unsigned)cores;
        d->cpu->threads = 1;
        return 0;
}

/* "0,1, 5": a list of numbers, no ranges. */
static int read_affinity(const char *text, Domain *d, Error *err)
{
        enum { CPUS_MAX = 16384 };
        g_autoptr(Bitmap) cpus = bitmap_new(1);
        g_auto(GStrv) words = g_strsplit(text, ",", CPUS_MAX);
        unsigned n = 0, cpu;

        for (char **word = words; *word; word++, n++) {
                if (!text_to_uint(g_strstrip(*word), 10, &cpu))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "Expecting VMX entry 'sched.cpu.affinity' to be a comma separated list of "
                                         "unsigned integers but found '%s'",
                                         text);
                if (cpu >= CPUS_MAX)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "VMX entry 'sched.cpu.affinity' contains a %u, this value is too large", cpu);
                bitmap_set(cpus, cpu, true);
        }
        if (n < d->vcpu_max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry 'sched.cpu.affinity' to contain at least as many values as "
                                 "'numvcpus' (%u) but found only %u value(s)",
                                 d->vcpu_max, n);
        d->vcpu_cpuset = g_steal_pointer(&cpus);
        return 0;
}

static int read_shares(const char *text, Domain *d, Error *err)
{
        uint64_t shares = 0;
        unsigned number;

        for (const VmxShares *named = vmx_shares; named->name; named++)
                if (vmx_is(text, named->name))
                        shares = (uint64_t)named->per_vcpu * d->vcpu_max;
        if (shares == 0 && text_to_uint(text, 10, &number))
                shares = number;
        else if (shares == 0)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry 'sched.cpu.shares' to be an unsigned integer or 'low', 'normal' or "
                        "'high' but found '%s'",
                        text);
        d->cputune = g_new0(Cputune, 1);
        d->cputune->shares = (OptUint64){ .value = shares, .set = true };
        return 0;
}

static int read_vcpus(const VmxMachine *m, Domain *d, Error *err)
{
        int64_t vcpus = m->vcpus.set ? m->vcpus.value : 1;

        if (vcpus <= 0 || vcpus > VCPUS_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting VMX entry 'numvcpus' to be an unsigned integer greater than 0 but found "
                                 "%" G_GINT64_FORMAT,
                                 vcpus);
        d->vcpu_max = (unsigned)vcpus;
        if (read_topology(m, d, err) < 0)
                return -1;
        if (m->affinity && !vmx_is(m->affinity, "all") && read_affinity(m->affinity, d, err) < 0)
                return -1;
        return m->shares ? read_shares(m->shares, d, err) : 0;
}

static void read_os(const VmxMachine *m, Domain *d)
{
        g_autofree char *guest = g_ascii_strdown(m->guest_os ? m->guest_os : "", -1);

        d->os.type = g_strdup("hvm");
        d->os.arch = g_strdup(g_str_has_suffix(guest, "-64") ? "x86_64" : "i686");
        if (m->reflect_host == YESNO_YES)
                d->os.smbios = SMBIOS_HOST;
}

int vmx_read_machine(VmxReader *reader, Error *err)
{
        VmxMachine m = { 0 };
        Domain *d = reader->d;

        d->type = VIRT_VMWARE;
        if (vmx_take(reader->config, "", vmx_machine_keys, &m, err) < 0 || check_versions(&m, err) < 0)
                return -1;
        if (read_identity(&m, d, err) < 0 || read_memory(&m, d, err) < 0 || read_vcpus(&m, d, err) < 0)
                return -1;
        read_os(&m, d);
        return 0;
}

static int read_vnc(VmxReader *reader, Error *err)
{
        VmxVnc vnc = { 0 };
        Graphics *graphics;

        if (vmx_take(reader->config, "RemoteDisplay.vnc.", vmx_vnc_keys, &vnc, err) < 0)
                return -1;
        if (vnc.enabled != YESNO_YES)
                return 0;
        if (vnc.port.set && (vnc.port.value <= 0 || vnc.port.value > 65535))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "VNC port %" G_GINT64_FORMAT " it out of [%d..%d] range",
                                 vnc.port.value, VMX_VNC_PORT_MIN, VMX_VNC_PORT_MAX);
        graphics = VMX_ADD(Graphics, reader->d, graphics);
        graphics->type = GRAPHICS_VNC;
        graphics->vnc.port = vnc.port.set ? (int)vnc.port.value : -1;
        graphics->vnc.legacy_listen = g_strdup(vnc.ip);
        graphics->vnc.keymap = g_strdup(vnc.keymap);
        graphics->vnc.password = g_strdup(vnc.password);
        return 0;
}

static int read_board(VmxReader *reader, Error *err)
{
        enum { KIB = 1024 };
        VmxBoard board = { 0 };
        Video *video;

        if (vmx_take(reader->config, "", vmx_board_keys, &board, err) < 0)
                return -1;
        if (board.svga_bytes.value < 0 || board.svga_bytes.value > INT64_C(0xffffffff) * KIB)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Config entry 'svga.vramSize' must represent an integer value that is a size in bytes");
        video = VMX_ADD(Video, reader->d, videos);
        video->type = VIDEO_VMVGA;
        video->vram_kib = board.svga_bytes.set ? (unsigned)((board.svga_bytes.value + KIB - 1) / KIB) : VMX_VRAM_KIB;
        if (vmx_is(board.firmware, "efi"))
                reader->d->os.firmware = FIRMWARE_EFI;
        else if (board.firmware && !vmx_is(board.firmware, "bios"))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "VMX entry 'firmware' has unknown value '%s', expecting 'bios' or 'efi'",
                                 board.firmware);
        return 0;
}

int vmx_read_display(VmxReader *reader, Error *err)
{
        return read_vnc(reader, err) < 0 ? -1 : read_board(reader, err);
}
