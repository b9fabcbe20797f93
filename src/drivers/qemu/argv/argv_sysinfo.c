/* What the guest's firmware tables say: SMBIOS, files of fw_cfg, the generation of the machine. */
#include "argv/argv.h"

#include <string.h>

/* @skip: the entry that is left out; NULL: none. */
static void table(QemuArgv *argv, unsigned type, const SysinfoEntry *entries, size_t n, const char *skip)
{
        g_autoptr(GString) value = g_string_new(NULL);

        if (n == 0)
                return;
        g_string_append_printf(value, "type=%u", type);
        for (size_t i = 0; i < n; i++) {
                g_autofree char *text = argv_comma(entries[i].value ? entries[i].value : "");

                if (g_strcmp0(entries[i].name, skip) != 0)
                        g_string_append_printf(value, ",%s=%s", entries[i].name, text);
        }
        argv_add_pair(argv, "-smbios", value->str);
}

static void oem_strings(QemuArgv *argv, const Sysinfo *info)
{
        g_autoptr(GString) value = g_string_new("type=11");

        if (info->n_oem_strings == 0)
                return;
        for (size_t i = 0; i < info->n_oem_strings; i++) {
                g_autofree char *text = argv_comma(info->oem_strings[i].value ? info->oem_strings[i].value : "");

                g_string_append_printf(value, ",value=%s", text);
        }
        argv_add_pair(argv, "-smbios", value->str);
}

static const Sysinfo *sysinfo_of(const Domain *domain, SysinfoType type)
{
        for (size_t i = 0; i < domain->n_sysinfo; i++)
                if (domain->sysinfo[i].type == type)
                        return &domain->sysinfo[i];
        return NULL;
}

/* The tables of a host, borrowed; those that only tell of its own hardware are left out. */
static Sysinfo of_host(const HostSysinfo *host)
{
        return (Sysinfo){
                .type = SYSINFO_SMBIOS,
                .bios = host->bios,
                .n_bios = host->n_bios,
                .system = host->system,
                .n_system = host->n_system,
                .base_boards = host->base_boards,
                .n_base_boards = host->n_base_boards,
                .chassis = host->chassis,
                .n_chassis = host->n_chassis,
                .oem_strings = host->oem_strings,
                .n_oem_strings = host->n_oem_strings,
        };
}

static int smbios(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        const Sysinfo *info = NULL;
        const char *skip = NULL;
        Sysinfo host;

        switch (domain->os.smbios) {
        case SMBIOS_HOST:
                if (!argv->host->sysinfo)
                        return error_set(err, VIR_ERR_XML_ERROR, "Host SMBIOS information is not available");
                host = of_host(argv->host->sysinfo);
                info = &host;
                skip = "uuid"; /* the guest's is its own */
                break;
        case SMBIOS_SYSINFO:
                info = sysinfo_of(domain, SYSINFO_SMBIOS);
                if (!info)
                        return error_set(err, VIR_ERR_XML_ERROR, "Domain '%s' sysinfo are not available", domain->name);
                break;
        default: return 0;
        }
        table(argv, 0, info->bios, info->n_bios, NULL);
        table(argv, 1, info->system, info->n_system, skip);
        for (size_t i = 0; i < info->n_base_boards; i++)
                table(argv, 2, info->base_boards[i].entries, info->base_boards[i].n_entries, NULL);
        table(argv, 3, info->chassis, info->n_chassis, NULL);
        oem_strings(argv, info);
        return 0;
}

static void configuration_files(QemuArgv *argv)
{
        const Domain *domain = argv->domain;

        for (size_t k = 0; k < domain->n_sysinfo; k++) {
                const Sysinfo *info = &domain->sysinfo[k];

                for (size_t i = 0; info->type == SYSINFO_FWCFG && i < info->n_entries; i++) {
                        const SysinfoEntry *entry = &info->entries[i];
                        g_autofree char *name = argv_comma(entry->name);
                        g_autofree char *text = argv_comma(entry->value  ? entry->value
                                                           : entry->file ? entry->file
                                                                         : "");

                        argv_add_format(argv, "-fw_cfg", "name=%s,%s=%s", name, entry->value ? "string" : "file", text);
                }
        }
}

static void generation(QemuArgv *argv)
{
        char text[UUID_TEXT_LENGTH];
        Json *json;

        if (!uuid_is_valid(argv->domain->genid))
                return;
        uuid_format(argv->domain->genid, text);
        json = qdev_new("vmgenid");
        qdev_string(json, "guid", text);
        qdev_string(json, "id", "vmgenid0");
        argv_add_json(argv, "-device", json);
}

int argv_sysinfo(QemuArgv *argv, Error *err)
{
        if (smbios(argv, err) < 0)
                return -1;
        configuration_files(argv);
        generation(argv);
        return 0;
}
