/* A whole VMX file to a whole definition, and back. */
#include "vmx/vmx.h"

#include <string.h>

#include "conf/driver_namespaces.h"
#include "read.h"
#include "write.h"

/* Who looks at a guest looks at VMware's own card. */
static int settle_early(Domain *d, unsigned flags, void *context, Error *err)
{
        if (d->n_graphics > 0 && d->n_videos == 0)
                VMX_ADD(Video, d, videos);
        for (size_t i = 0; i < d->n_videos; i++) {
                Video *video = &d->videos[i];

                if (video->type == VIDEO_DEFAULT)
                        video->type = VIDEO_VMVGA;
                if (video->vram_kib == 0 && video->type == VIDEO_VMVGA)
                        video->vram_kib = VMX_VRAM_KIB;
        }
        return 0;
}

const DomainRules vmx_rules = {
        .name = "VMware",
        .space = &vmware_namespace,
        .features = DOMAIN_RULES_WIDE_SCSI | DOMAIN_RULES_NAME_SLASH | DOMAIN_RULES_FIRMWARE,
        .arch = "i686",
        .mac_start = { 0x00, 0x0c, 0x29 },
        .early = settle_early,
};

static void set_namespace(Domain *d, const VmxContext *context)
{
        VmwareNamespace *content;

        if (!context || (!context->datacenter_path && !context->moref))
                return;
        content = g_new0(VmwareNamespace, 1);
        content->datacenter_path = g_strdup(context->datacenter_path);
        content->moref = g_strdup(context->moref);
        d->extra = (Extra){ .space = &vmware_namespace, .content = content };
}

static int read_parts(VmxReader *reader, Error *err)
{
        static int (*const parts[])(VmxReader * reader, Error * err) = {
                vmx_read_machine,    vmx_read_disks,   vmx_read_folders,
                vmx_read_interfaces, vmx_read_display, vmx_read_ports,
        };

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i](reader, err) < 0)
                        return -1;
        if (!reader->d->name || !*reader->d->name)
                return vmx_missing("", "displayName", err);
        set_namespace(reader->d, reader->context);
        return 0;
}

static bool *note_unknown_macs(const Domain *d)
{
        bool *unknown = g_new0(bool, d->n_interfaces + 1);

        for (size_t i = 0; i < d->n_interfaces; i++)
                unknown[i] = !mac_is_set(&d->interfaces[i].mac);
        return unknown;
}

/* The defaults of the document, except for what VMware itself chooses when the guest first starts. */
static int settle(Domain *d, Error *err)
{
        g_autofree bool *unknown = note_unknown_macs(d);
        Uuid uuid;

        memcpy(uuid, d->uuid, sizeof(uuid));
        if (domain_settle_for(&vmx_rules, NULL, d, DOMAIN_PARSE_INACTIVE, err) < 0)
                return -1;
        memcpy(d->uuid, uuid, sizeof(uuid));
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (unknown[i])
                        d->interfaces[i].mac = (Mac){ 0 };
        for (size_t i = 0; i < d->n_videos; i++)
                d->videos[i].heads = 0;
        while (d->os.n_boot > 0)
                rows_list_remove(&OsBoot_rows, &d->os.boot, &d->os.n_boot, 0);
        return 0;
}

int vmx_parse(const char *text, size_t length, const VmxContext *context, Domain **ret, Error *err)
{
        g_autoptr(VmxConfig) config = NULL;
        g_autoptr(Domain) d = domain_new();
        VmxReader reader = { .context = context, .d = d };

        if (vmx_config_parse(text, length, &config, err) < 0)
                return -1;
        reader.config = config;
        if (read_parts(&reader, err) < 0 || settle(d, err) < 0)
                return -1;
        *ret = g_steal_pointer(&d);
        return 0;
}

static int write_parts(VmxWriter *writer, Error *err)
{
        static int (*const parts[])(VmxWriter * writer, Error * err) = {
                vmx_write_machine,    vmx_write_graphics, vmx_write_disks, vmx_write_folders,
                vmx_write_interfaces, vmx_write_ports,    vmx_write_board,
        };

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i](writer, err) < 0)
                        return -1;
        return 0;
}

char *vmx_format(const Domain *d, unsigned hardware, const VmxContext *context, Error *err)
{
        g_autoptr(GString) out = g_string_new(NULL);
        VmxWriter writer = { .context = context, .d = d, .hardware = hardware, .out = out };
        int r;

        if (hardware < VMX_HARDWARE_MIN)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "virtual hardware %u is older than %d", hardware,
                                  VMX_HARDWARE_MIN);
        writer.texts = g_string_chunk_new(1024);
        r = write_parts(&writer, err);
        g_string_chunk_free(writer.texts);
        return r < 0 ? NULL : g_string_free(g_steal_pointer(&out), FALSE);
}
