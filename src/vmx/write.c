/* The machine and the board. */
#include "write.h"

#include <string.h>

const char *vmx_printf(VmxWriter *writer, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        return g_string_chunk_insert(writer->texts, text);
}

int vmx_file_name(VmxWriter *writer, const char *path, const char **ret, Error *err)
{
        const VmxContext *context = writer->context;
        g_autofree char *name = NULL;

        if (!context || !context->to_vmx) {
                *ret = path;
                return 0;
        }
        name = context->to_vmx(path, context->opaque, err);
        if (!name)
                return -1;
        *ret = g_string_chunk_insert(writer->texts, name);
        return 0;
}

const char *vmx_uuid_text(VmxWriter *writer, const Uuid uuid)
{
        g_autoptr(GString) text = g_string_new(NULL);

        for (size_t i = 0; i < sizeof(Uuid); i++)
                g_string_append_printf(text, "%s%02x", i == 0 ? "" : i == 8 ? "-" : " ", uuid[i]);
        return g_string_chunk_insert(writer->texts, text->str);
}

/* Slashes and backslashes would be taken for folders. */
static const char *name_text(VmxWriter *writer, const char *name)
{
        g_autoptr(GString) text = g_string_new(NULL);

        for (; *name; name++) {
                if (strchr("/\\%", *name))
                        g_string_append_printf(text, "%%%02x", (unsigned char)*name);
                else
                        g_string_append_c(text, *name);
        }
        return g_string_chunk_insert(writer->texts, text->str);
}

static uint64_t get_big_endian(const unsigned char *bytes)
{
        uint64_t value = 0;

        for (int i = 0; i < 8; i++)
                value = value << 8 | bytes[i];
        return value;
}

static void fill_identity(VmxWriter *writer, VmxMachine *m)
{
        static const Uuid none;
        const Domain *d = writer->d;

        if (memcmp(d->uuid, none, sizeof(none)) == 0)
                m->uuid_action = "create";
        else
                m->uuid = vmx_uuid_text(writer, d->uuid);
        m->name = name_text(writer, d->name);
        m->annotation = d->description;
        if (memcmp(d->genid, none, sizeof(none)) == 0)
                return;
        m->genid_high = VMX_NUMBER_OF(get_big_endian(d->genid));
        m->genid_low = VMX_NUMBER_OF(get_big_endian(d->genid + 8));
}

static int fill_os(const Domain *d, VmxMachine *m, Error *err)
{
        if (d->type != VIRT_VMWARE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Expecting virt type to be 'vmware' but found '%s'",
                                 enum_text(VirtType, d->type));
        if (g_strcmp0(d->os.arch, "i686") == 0)
                m->guest_os = "other";
        else if (g_strcmp0(d->os.arch, "x86_64") == 0)
                m->guest_os = "other-64";
        else
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "Expecting domain XML attribute 'arch' of entry 'os/type' to be 'i686' or 'x86_64' but "
                        "found '%s'",
                        d->os.arch ? d->os.arch : "none");
        if (d->os.smbios == SMBIOS_HOST)
                m->reflect_host = YESNO_YES;
        else if (d->os.smbios == SMBIOS_SYSINFO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported SMBIOS mode '%s'",
                                 enum_text(SmbiosMode, d->os.smbios));
        return 0;
}

/* VMware takes memory in steps; what is beyond is kept from the guest. */
static void fill_memory(const Domain *d, VmxMachine *m)
{
        enum { MIB = 1024, STEP = 4 * MIB };
        uint64_t memory = (d->memory_kib + STEP - 1) / STEP * STEP;

        m->memory_mib = VMX_NUMBER_OF(memory / MIB);
        if (d->current_memory_kib < memory)
                m->memory_max_mib = VMX_NUMBER_OF((d->current_memory_kib + MIB - 1) / MIB);
        if (d->memtune && d->memtune->min_guarantee_kib.value > 0)
                m->memory_min_mib = VMX_NUMBER_OF((d->memtune->min_guarantee_kib.value + MIB - 1) / MIB);
}

static int fill_topology(const Domain *d, VmxMachine *m, Error *err)
{
        const Cpu *cpu = d->cpu;

        if (!cpu)
                return 0;
        if (cpu->mode != CPU_MODE_NONE && cpu->mode != CPU_MODE_CUSTOM)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Expecting domain XML CPU mode 'custom' but found '%s'",
                                 enum_text(CpuMode, cpu->mode));
        if (cpu->threads != 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only 1 thread per core is supported");
        if (cpu->dies > 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only 1 die per socket is supported");
        if ((uint64_t)cpu->sockets * cpu->cores != d->vcpu_max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Expecting domain XML CPU sockets per core as %u but found %" G_GUINT64_FORMAT,
                                 d->vcpu_max, (uint64_t)cpu->sockets * cpu->cores);
        m->cores_per_socket = VMX_NUMBER_OF(cpu->cores);
        return 0;
}

static int fill_affinity(VmxWriter *writer, VmxMachine *m, Error *err)
{
        const Bitmap *cpus = writer->d->vcpu_cpuset;
        g_autoptr(GString) text = g_string_new(NULL);

        if (!cpus || bitmap_count(cpus) == 0)
                return 0;
        if (bitmap_count(cpus) < writer->d->vcpu_max)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting domain XML attribute 'cpuset' of entry 'vcpu' to contain at least %u CPU(s)",
                        writer->d->vcpu_max);
        for (long cpu = bitmap_next(cpus, -1); cpu >= 0; cpu = bitmap_next(cpus, cpu))
                g_string_append_printf(text, "%s%ld", text->len ? "," : "", cpu);
        m->affinity = g_string_chunk_insert(writer->texts, text->str);
        return 0;
}

static const char *shares_text(VmxWriter *writer)
{
        const Domain *d = writer->d;
        uint64_t shares = d->cputune ? d->cputune->shares.value : 0;

        if (!d->cputune || !d->cputune->shares.set)
                return NULL;
        for (const VmxShares *named = vmx_shares; named->name; named++)
                if (shares == (uint64_t)named->per_vcpu * d->vcpu_max)
                        return named->name;
        return vmx_printf(writer, "%" G_GUINT64_FORMAT, shares);
}

int vmx_write_machine(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;
        VmxMachine m = {
                .encoding = "UTF-8",
                .config_version = VMX_NUMBER_OF(8),
                .hardware = VMX_NUMBER_OF(writer->hardware),
                .vcpus = VMX_NUMBER_OF(d->vcpu_max),
        };

        if (d->vcpu_current != 0 && d->vcpu_current != d->vcpu_max)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "No support for domain XML entry 'vcpu' attribute 'current'");
        if (fill_os(d, &m, err) < 0 || fill_topology(d, &m, err) < 0 || fill_affinity(writer, &m, err) < 0)
                return -1;
        fill_identity(writer, &m);
        fill_memory(d, &m);
        m.shares = shares_text(writer);
        vmx_put(writer->out, "", vmx_machine_keys, &m);
        return 0;
}

int vmx_write_graphics(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;

        for (size_t i = 0; i < d->n_graphics; i++) {
                const Graphics *graphics = &d->graphics[i];
                const VncGraphics *vnc = &graphics->vnc;
                VmxVnc entries = { .enabled = YESNO_YES };

                if (graphics->type != GRAPHICS_VNC)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported graphics type '%s'",
                                         enum_text(GraphicsType, graphics->type));
                /* A port that VMware chooses by itself cannot be read back. */
                if (vnc->autoport != YESNO_YES && vnc->port > 0)
                        entries.port = VMX_NUMBER_OF(vnc->port);
                entries.ip = vnc->n_listens > 0 ? vnc->listens[0].address : NULL;
                entries.keymap = vnc->keymap;
                entries.password = vnc->password;
                vmx_put(writer->out, "RemoteDisplay.vnc.", vmx_vnc_keys, &entries);
        }
        return 0;
}

/* Root ports for what sits on PCI Express, and the communication interface: since virtual hardware 7. */
static void put_bridges(VmxWriter *writer)
{
        enum { SINCE = 7 };
        static const unsigned ports[] = { 4, 5, 6, 7 };

        if (writer->hardware < SINCE)
                return;
        if (writer->has_scsi)
                g_string_append(writer->out, "pciBridge0.present = \"true\"\n");
        for (size_t i = 0; writer->has_scsi && i < G_N_ELEMENTS(ports); i++)
                g_string_append_printf(writer->out,
                                       "pciBridge%u.present = \"true\"\n"
                                       "pciBridge%u.virtualDev = \"pcieRootPort\"\n"
                                       "pciBridge%u.functions = \"8\"\n",
                                       ports[i], ports[i], ports[i]);
        g_string_append(writer->out, "vmci0.present = \"true\"\n");
}

int vmx_write_board(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;
        VmxBoard board = { 0 };

        if (d->n_videos > 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "No support for multiple video devices");
        if (d->n_videos > 0 && d->videos[0].type != VIDEO_VMVGA)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported video device type '%s'",
                                 enum_text(VideoType, d->videos[0].type));
        if (d->n_videos > 0)
                board.svga_bytes = VMX_NUMBER_OF((int64_t)d->videos[0].vram_kib * 1024);
        if (d->os.firmware == FIRMWARE_EFI)
                board.firmware = "efi";
        vmx_put(writer->out, "", vmx_board_keys, &board);
        put_bridges(writer);
        return 0;
}
