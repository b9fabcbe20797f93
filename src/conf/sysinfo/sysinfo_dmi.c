/* What dmidecode prints: blocks of lines, the first its title, the others indented "LABEL: VALUE". */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_SYSINFO
#include <string.h>

#include "sysinfo_private.h"
#include "util/text.h"

enum { BLOCKS_MAX = 65536 };

/* In the order of the document, which is not that of the source. */
static const SysinfoKey bios_keys[] = { { "Vendor", "vendor" },
                                        { "Version", "version" },
                                        { "Release Date", "date" },
                                        { "BIOS Revision", "release" },
                                        { NULL, NULL } };
static const SysinfoKey system_keys[] = { { "Manufacturer", "manufacturer" },
                                          { "Product Name", "product" },
                                          { "Version", "version" },
                                          { "Serial Number", "serial" },
                                          { "UUID", "uuid" },
                                          { "SKU Number", "sku" },
                                          { "Family", "family" },
                                          { NULL, NULL } };
static const SysinfoKey board_keys[] = { { "Manufacturer", "manufacturer" },
                                         { "Product Name", "product" },
                                         { "Version", "version" },
                                         { "Serial Number", "serial" },
                                         { "Asset Tag", "asset" },
                                         { "Location In Chassis", "location" },
                                         { NULL, NULL } };
static const SysinfoKey chassis_keys[] = {
        { "Manufacturer", "manufacturer" }, { "Version", "version" }, { "Serial Number", "serial" },
        { "Asset Tag", "asset" },           { "SKU Number", "sku" },  { NULL, NULL }
};
static const SysinfoKey processor_keys[] = { { "Socket Designation", "socket_destination" },
                                             { "Type", "type" },
                                             { "Family", "family" },
                                             { "Manufacturer", "manufacturer" },
                                             { "Signature", "signature" },
                                             { "Version", "version" },
                                             { "External Clock", "external_clock" },
                                             { "Max Speed", "max_speed" },
                                             { "Status", "status" },
                                             { "Serial Number", "serial_number" },
                                             { "Part Number", "part_number" },
                                             { NULL, NULL } };
static const SysinfoKey memory_keys[] = { { "Size", "size" },
                                          { "Form Factor", "form_factor" },
                                          { "Locator", "locator" },
                                          { "Bank Locator", "bank_locator" },
                                          { "Type", "type" },
                                          { "Type Detail", "type_detail" },
                                          { "Speed", "speed" },
                                          { "Manufacturer", "manufacturer" },
                                          { "Serial Number", "serial_number" },
                                          { "Part Number", "part_number" },
                                          { NULL, NULL } };

/* The lines of one block. */
typedef struct Block {
        char *title;
        GPtrArray *labels; /* within lines */
        GPtrArray *values;
} Block;

static const char *block_value(const Block *block, const char *label)
{
        for (guint i = 0; i < block->labels->len; i++)
                if (strcmp(g_ptr_array_index(block->labels, i), label) == 0)
                        return g_ptr_array_index(block->values, i);
        return NULL;
}

static void add_entries(SysinfoEntry **entries, size_t *n_entries, const SysinfoKey *keys, const Block *block)
{
        for (; keys->label; keys++)
                sysinfo_add(entries, n_entries, keys->name, block_value(block, keys->label));
}

static void add_block(SysinfoBlock **blocks, size_t *n_blocks, const SysinfoKey *keys, const Block *block)
{
        SysinfoBlock *fresh = rows_list_insert(&SysinfoBlock_rows, blocks, n_blocks, *n_blocks);

        add_entries(&fresh->entries, &fresh->n_entries, keys, block);
}

typedef struct Oem {
        SysinfoOemString get;
        void *opaque;
} Oem;

static void add_oem_strings(HostSysinfo *sysinfo, const Block *block, const Oem *oem)
{
        for (guint i = 0; i < block->labels->len; i++) {
                const char *label = g_ptr_array_index(block->labels, i);
                const char *value = g_ptr_array_index(block->values, i);
                g_autofree char *exact = NULL;
                unsigned number;

                if (!g_str_has_prefix(label, "String ") || !text_to_uint(label + strlen("String "), 10, &number))
                        continue;
                if (oem->get && strchr(value, '.'))
                        exact = oem->get(number, oem->opaque);
                sysinfo_add(&sysinfo->oem_strings, &sysinfo->n_oem_strings, NULL, exact ? exact : value);
        }
}

/* An empty slot is no memory device. */
static bool has_module(const Block *block)
{
        return g_strcmp0(block_value(block, "Size"), "No Module Installed") != 0;
}

/* A range of addresses that a module fills. libvirt counts it as a module, with the range's size and what else the next
 * slot says; so do we. On a host nobody sees that: such records are not asked for. */
static void take_mapped(HostSysinfo *sysinfo, const Block *block, const char **mapped)
{
        SysinfoBlock *fresh;

        if (!*mapped)
                return;
        fresh = rows_list_insert(&SysinfoBlock_rows, &sysinfo->memory_devices, &sysinfo->n_memory_devices,
                                 sysinfo->n_memory_devices);
        sysinfo_add(&fresh->entries, &fresh->n_entries, memory_keys[0].name, *mapped);
        add_entries(&fresh->entries, &fresh->n_entries, memory_keys + 1, block);
        *mapped = NULL;
}

static void take_memory(HostSysinfo *sysinfo, const Block *block, const char **mapped)
{
        take_mapped(sysinfo, block, mapped);
        if (has_module(block))
                add_block(&sysinfo->memory_devices, &sysinfo->n_memory_devices, memory_keys, block);
}

static void take_block(HostSysinfo *sysinfo, const Block *block, const Oem *oem, const char **mapped)
{
        if (strcmp(block->title, "BIOS Information") == 0 && sysinfo->n_bios == 0)
                add_entries(&sysinfo->bios, &sysinfo->n_bios, bios_keys, block);
        else if (strcmp(block->title, "System Information") == 0 && sysinfo->n_system == 0)
                add_entries(&sysinfo->system, &sysinfo->n_system, system_keys, block);
        else if (strcmp(block->title, "Base Board Information") == 0)
                add_block(&sysinfo->base_boards, &sysinfo->n_base_boards, board_keys, block);
        else if (strcmp(block->title, "Chassis Information") == 0 && sysinfo->n_chassis == 0)
                add_entries(&sysinfo->chassis, &sysinfo->n_chassis, chassis_keys, block);
        else if (strcmp(block->title, "Processor Information") == 0)
                add_block(&sysinfo->processors, &sysinfo->n_processors, processor_keys, block);
        else if (strcmp(block->title, "Memory Device") == 0)
                take_memory(sysinfo, block, mapped);
        else if (strcmp(block->title, "Memory Device Mapped Address") == 0)
                *mapped = block_value(block, "Range Size");
        else if (strcmp(block->title, "OEM Strings") == 0)
                add_oem_strings(sysinfo, block, oem);
}

static void block_begin(Block *block, char *title)
{
        block->title = title;
        g_ptr_array_set_size(block->labels, 0);
        g_ptr_array_set_size(block->values, 0);
}

HostSysinfo *host_sysinfo_from_dmi(const char *text, SysinfoOemString oem, void *opaque, Error *err)
{
        g_autoptr(HostSysinfo) sysinfo = host_sysinfo_new();
        g_autoptr(GPtrArray) labels = g_ptr_array_new();
        g_autoptr(GPtrArray) values = g_ptr_array_new();
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        Block block = { .title = NULL, .labels = labels, .values = values };
        const Oem source = { oem, opaque };
        const char *mapped = NULL; /* within lines */
        unsigned blocks = 0;
        char *value;

        sysinfo->type = SYSINFO_SMBIOS;
        for (char **line = lines; *line; line++) {
                if (**line && !g_ascii_isspace(**line)) {
                        if (++blocks > BLOCKS_MAX)
                                return error_null(err, VIR_ERR_OVERFLOW, "dmidecode printed more than %d blocks",
                                                  BLOCKS_MAX);
                        if (block.title)
                                take_block(sysinfo, &block, &source, &mapped);
                        block_begin(&block, g_strchomp(*line));
                } else if (sysinfo_split(*line, &value)) {
                        g_ptr_array_add(labels, *line);
                        g_ptr_array_add(values, value);
                }
        }
        if (block.title)
                take_block(sysinfo, &block, &source, &mapped);
        return g_steal_pointer(&sysinfo);
}
