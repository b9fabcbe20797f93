/* Storage volumes: making, removing, looking at them. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

/* --- finding --- */

static virStorageVolPtr fail(Shell *shell, const char *name, const char *option)
{
        if (option)
                shell_error(shell, "failed to get vol '%s', specifying --%s might help", name, option);
        else
                shell_error(shell, "failed to get vol '%s'", name);
        return NULL;
}

static bool is_in(Shell *shell, virStorageVolPtr volume, virStoragePoolPtr pool, const char *name)
{
        g_autoptr(virStoragePool) own = virStoragePoolLookupByVolume(volume);

        if (own && strcmp(virStoragePoolGetName(own), virStoragePoolGetName(pool)) == 0)
                return true;
        shell_error(shell, "Requested volume '%s' is not in pool '%s'", name, virStoragePoolGetName(pool));
        return false;
}

/* By name in its pool, else by key or path anywhere. @option: what may help; NULL: nothing. */
static virStorageVolPtr find(Shell *shell, const char *name, virStoragePoolPtr pool, const char *option)
{
        virStorageVolPtr volume = NULL;

        if (pool && virStoragePoolIsActive(pool) == 0) {
                shell_error(shell, "pool '%s' is not active", virStoragePoolGetName(pool));
                return NULL;
        }
        volume = pool ? virStorageVolLookupByName(pool, name) : NULL;
        if (volume)
                return volume;
        volume = virStorageVolLookupByKey(connection_of(shell), name);
        if (!volume)
                volume = virStorageVolLookupByPath(connection_of(shell), name);
        if (!volume)
                return fail(shell, name, pool ? NULL : option);
        shell_forget_error();
        if (pool && !is_in(shell, volume, pool, name)) {
                virStorageVolFree(volume);
                return NULL;
        }
        return volume;
}

/* NULL after a complaint where the option names none. */
static virStoragePoolPtr named_pool(Shell *shell, const char *name)
{
        virStoragePoolPtr pool = NULL;

        if (strlen(name) == VIR_UUID_STRING_BUFLEN - 1)
                pool = virStoragePoolLookupByUUIDString(connection_of(shell), name);
        if (!pool)
                pool = virStoragePoolLookupByName(connection_of(shell), name);
        if (!pool)
                shell_error(shell, "failed to get pool '%s'", name);
        return pool;
}

static virStorageVolPtr volume_in(Shell *shell, const ShellArgs *args, const char *option)
{
        const char *pool_name = args_text(args, option);
        g_autoptr(virStoragePool) pool = pool_name ? named_pool(shell, pool_name) : NULL;
        const char *name = NULL;

        if ((pool_name && !pool) || args_string(shell, args, "vol", &name) <= 0)
                return NULL;
        return find(shell, name, pool, option);
}

virStorageVolPtr volume_get(Shell *shell, const ShellArgs *args)
{
        return volume_in(shell, args, "pool");
}

/* For commands that have no --pool. */
static virStorageVolPtr volume_anywhere(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;

        return args_string(shell, args, "vol", &name) <= 0 ? NULL : find(shell, name, NULL, NULL);
}

/* --- making --- */

#define PREALLOC                                                                                                       \
        {                                                                                                              \
                "prealloc-metadata", VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA                                          \
        }
#define REFLINK                                                                                                        \
        {                                                                                                              \
                "reflink", VIR_STORAGE_VOL_CREATE_REFLINK                                                              \
        }
#define VALIDATE                                                                                                       \
        {                                                                                                              \
                "validate", VIR_STORAGE_VOL_CREATE_VALIDATE                                                            \
        }

static const FlagRow create_flags[] = { PREALLOC, VALIDATE, { NULL, 0 } };
static const FlagRow create_as_flags[] = { PREALLOC, { NULL, 0 } };
static const FlagRow create_from_flags[] = { PREALLOC, REFLINK, VALIDATE, { NULL, 0 } };
static const FlagRow clone_flags[] = { PREALLOC, REFLINK, { NULL, 0 } };

bool cmd_vol_create(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        g_autoptr(virStorageVol) volume = NULL;
        g_autofree char *xml = NULL;
        const char *path = NULL;

        if (!pool || args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        volume = virStorageVolCreateXML(pool, xml, flags_given(args, create_flags));
        if (!volume) {
                shell_error(shell, "Failed to create vol from %s", path);
                return false;
        }
        shell_print_extra(shell, "Vol %s created from %s\n", virStorageVolGetName(volume), path);
        return true;
}

bool cmd_vol_create_from(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        g_autoptr(virStorageVol) input = NULL;
        g_autoptr(virStorageVol) volume = NULL;
        g_autofree char *xml = NULL;
        const char *path = NULL;

        if (!pool || args_string(shell, args, "file", &path) <= 0)
                return false;
        input = volume_in(shell, args, "inputpool");
        xml = input ? file_text(shell, path) : NULL;
        if (!xml)
                return false;
        volume = virStorageVolCreateXMLFrom(pool, xml, input, flags_given(args, create_from_flags));
        if (!volume) {
                shell_error(shell, "Failed to create vol from %s", path);
                return false;
        }
        shell_print_extra(shell, "Vol %s created from input vol %s\n", virStorageVolGetName(volume),
                          virStorageVolGetName(input));
        return true;
}

/* Bytes; false after a complaint. */
static bool parse_size(Shell *shell, const char *text, unsigned long long *ret)
{
        g_autofree char *detail = NULL;

        if (scale_number(text, 1, G_MAXUINT64, ret, &detail) == 0)
                return true;
        shell_error(shell, "Malformed size %s", text);
        if (detail)
                shell_error(shell, "%s", detail);
        return false;
}

static bool size_of(Shell *shell, const ShellArgs *args, const char *option, unsigned long long *ret)
{
        const char *text = args_text(args, option);

        return !text || parse_size(shell, text, ret);
}

static bool put_backing(Shell *shell, const ShellArgs *args, virStoragePoolPtr pool, XmlOut *out)
{
        const char *name = args_text(args, "backing-vol");
        const char *format = args_text(args, "backing-vol-format");
        g_autoptr(virStorageVol) backing = name ? find(shell, name, pool, NULL) : NULL;
        g_autofree char *path = backing ? virStorageVolGetPath(backing) : NULL;
        g_autoptr(GString) type = g_string_new(NULL);

        if (!name)
                return true;
        if (!path)
                return false;
        out_open(out, "<backingStore>");
        out_element(out, "path", path);
        attribute(type, "type", format);
        if (format)
                out_line(out, "<format%s/>", type->str);
        out_close(out, "backingStore");
        return true;
}

/* NULL after a complaint. */
static char *volume_xml(Shell *shell, const ShellArgs *args, virStoragePoolPtr pool)
{
        const char *format = args_text(args, "format");
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GString) type = g_string_new(NULL);
        XmlOut out = { .text = text };
        unsigned long long capacity = 0, allocation = 0;

        if (!size_of(shell, args, "capacity", &capacity) || !size_of(shell, args, "allocation", &allocation))
                return NULL;
        out_open(&out, "<volume>");
        out_element(&out, "name", args_text(args, "name"));
        out_line(&out, "<capacity>%llu</capacity>", capacity);
        if (args_text(args, "allocation"))
                out_line(&out, "<allocation>%llu</allocation>", allocation);
        if (format) {
                attribute(type, "type", format);
                out_open(&out, "<target>");
                out_line(&out, "<format%s/>", type->str);
                out_close(&out, "target");
        }
        if (!put_backing(shell, args, pool, &out))
                return NULL;
        out_close(&out, "volume");
        return g_string_free(g_steal_pointer(&text), FALSE);
}

bool cmd_vol_create_as(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        g_autofree char *xml = pool ? volume_xml(shell, args, pool) : NULL;
        g_autoptr(virStorageVol) volume = NULL;
        const char *name = args_text(args, "name");

        if (!xml)
                return false;
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", xml);
                return true;
        }
        volume = virStorageVolCreateXML(pool, xml, flags_given(args, create_as_flags));
        if (!volume) {
                shell_error(shell, "Failed to create vol %s", name);
                return false;
        }
        shell_print_extra(shell, "Vol %s created\n", name);
        return true;
}

/* The document of @original with another name. */
static char *renamed(Shell *shell, virStorageVolPtr original, const char *name)
{
        g_autofree char *text = virStorageVolGetXMLDesc(original, 0);
        g_autoptr(Xml) xml = text ? xml_parse(shell, text, "(volume_definition)") : NULL;
        g_autofree XmlNode **nodes = xml ? xml_nodes(xml, NULL, "/volume/name") : NULL;

        if (!nodes || !nodes[0])
                return NULL;
        xml_set_text(nodes[0], name);
        return xml_text(xml);
}

bool cmd_vol_clone(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) original = volume_get(shell, args);
        g_autoptr(virStoragePool) pool = original ? virStoragePoolLookupByVolume(original) : NULL;
        g_autoptr(virStorageVol) volume = NULL;
        g_autofree char *xml = NULL;
        const char *name = NULL;

        if (!pool || args_string(shell, args, "newname", &name) <= 0)
                return false;
        xml = renamed(shell, original, name);
        if (!xml) {
                shell_error(shell, "Failed to generate XML");
                return false;
        }
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", xml);
                return true;
        }
        volume = virStorageVolCreateXMLFrom(pool, xml, original, flags_given(args, clone_flags));
        if (!volume) {
                shell_error(shell, "Failed to clone vol from %s", virStorageVolGetName(original));
                return false;
        }
        shell_print_extra(shell, "Vol %s cloned from %s\n", virStorageVolGetName(volume),
                          virStorageVolGetName(original));
        return true;
}

/* --- changing --- */

bool cmd_vol_delete(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        unsigned flags = args_has(args, "delete-snapshots") ? VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS : 0;

        if (!volume)
                return false;
        if (virStorageVolDelete(volume, flags) < 0) {
                shell_error(shell, "Failed to delete vol %s", args_text(args, "vol"));
                return false;
        }
        shell_print_extra(shell, "Vol %s deleted\n", args_text(args, "vol"));
        return true;
}

static const char *const wipe_algorithms[] = { "zero",      "nnsa",       "dod",    "bsi",  "gutmann", "schneier",
                                               "pfitzner7", "pfitzner33", "random", "trim", NULL };

bool cmd_vol_wipe(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        const char *text = args_text(args, "algorithm");
        int algorithm = text ? number_of(wipe_algorithms, text) : 0;
        int r;

        if (!volume)
                return false;
        if (algorithm < 0) {
                shell_error(shell, "Unsupported algorithm '%s'", text);
                return false;
        }
        r = text ? virStorageVolWipePattern(volume, (unsigned)algorithm, 0) : virStorageVolWipe(volume, 0);
        if (r < 0) {
                shell_error(shell, "Failed to wipe vol %s", args_text(args, "vol"));
                return false;
        }
        shell_print_extra(shell, "Vol %s wiped\n", args_text(args, "vol"));
        return true;
}

static const FlagRow resize_flags[] = {
        { "allocate", VIR_STORAGE_VOL_RESIZE_ALLOCATE },
        { "delta", VIR_STORAGE_VOL_RESIZE_DELTA },
        { "shrink", VIR_STORAGE_VOL_RESIZE_SHRINK },
        { NULL, 0 },
};

bool cmd_vol_resize(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        const char *text = args_text(args, "capacity");
        const char *how = args_has(args, "delta") ? "by" : "to";
        unsigned long long capacity;

        if (!volume)
                return false;
        /* The sign is for people: the library has a flag. */
        if (*text == '-' && !args_has(args, "shrink")) {
                shell_error(shell, "negative size requires --shrink");
                return false;
        }
        text += *text == '-';
        if (!parse_size(shell, text, &capacity))
                return false;
        if (virStorageVolResize(volume, capacity, flags_given(args, resize_flags)) < 0) {
                shell_error(shell, "Failed to change size of volume '%s' %s %s", virStorageVolGetName(volume), how,
                            text);
                return false;
        }
        shell_print_extra(shell, "Size of volume '%s' successfully changed %s %s\n", virStorageVolGetName(volume), how,
                          text);
        return true;
}

/* --- looking --- */

bool cmd_vol_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        g_autofree char *xml = volume ? virStorageVolGetXMLDesc(volume, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

static const char *const types[] = { "file", "block", "dir", "network", "netdir", "ploop" };

static char *size_text(unsigned long long bytes)
{
        const char *unit;
        double size = size_pretty(bytes, &unit);

        return g_strdup_printf("%.2lf %s", size, unit);
}

static void print_size(Shell *shell, const char *label, unsigned long long bytes, bool plain)
{
        g_autofree char *pretty = plain ? g_strdup_printf("%llu bytes", bytes) : size_text(bytes);

        shell_print(shell, "%-15s %s\n", label, pretty);
}

bool cmd_vol_info(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        bool plain = args_has(args, "bytes"), physical = args_has(args, "physical");
        virStorageVolInfo info;
        int r;

        if (!volume)
                return false;
        shell_print(shell, "%-15s %s\n", "Name:", virStorageVolGetName(volume));
        r = physical ? virStorageVolGetInfoFlags(volume, &info, VIR_STORAGE_VOL_GET_PHYSICAL)
                     : virStorageVolGetInfo(volume, &info);
        if (r < 0)
                return false;
        shell_print(shell, "%-15s %s\n", "Type:", text_of(types, info.type));
        print_size(shell, "Capacity:", info.capacity, plain);
        print_size(shell, physical ? "Physical:" : "Allocation:", info.allocation, plain);
        return true;
}

bool cmd_vol_key(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);

        if (volume)
                shell_print(shell, "%s\n", virStorageVolGetKey(volume));
        return volume;
}

bool cmd_vol_name(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_anywhere(shell, args);

        if (volume)
                shell_print(shell, "%s\n", virStorageVolGetName(volume));
        return volume;
}

bool cmd_vol_path(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_get(shell, args);
        g_autofree char *path = volume ? virStorageVolGetPath(volume) : NULL;

        if (path)
                shell_print(shell, "%s\n", path);
        return path;
}

bool cmd_vol_pool(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStorageVol) volume = volume_anywhere(shell, args);
        g_autoptr(virStoragePool) pool = volume ? virStoragePoolLookupByVolume(volume) : NULL;
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (!volume)
                return false;
        if (!pool) {
                shell_error(shell, "failed to get parent pool");
                return false;
        }
        if (!args_has(args, "uuid"))
                shell_print(shell, "%s\n", virStoragePoolGetName(pool));
        else if (virStoragePoolGetUUIDString(pool, uuid) == 0)
                shell_print(shell, "%s\n", uuid);
        return true;
}

static int compare(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virStorageVolGetName(*(virStorageVolPtr *)a),
                                  virStorageVolGetName(*(virStorageVolPtr *)b));
}

static void add_row(Table *table, virStorageVolPtr volume, bool details)
{
        g_autofree char *path = virStorageVolGetPath(volume);
        g_autofree char *capacity = NULL, *allocation = NULL;
        virStorageVolInfo info;

        if (!details) {
                table_row(table, virStorageVolGetName(volume), path ? path : "", NULL);
                return;
        }
        if (virStorageVolGetInfo(volume, &info) < 0) {
                shell_forget_error();
                table_row(table, virStorageVolGetName(volume), path ? path : "", "unknown", "unknown", "unknown", NULL);
                return;
        }
        capacity = size_text(info.capacity);
        allocation = size_text(info.allocation);
        table_row(table, virStorageVolGetName(volume), path ? path : "", text_of(types, info.type), capacity,
                  allocation, NULL);
}

bool cmd_vol_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = pool_get(shell, args);
        bool details = args_has(args, "details");
        g_autoptr(Table) table = NULL;
        virStorageVolPtr *volumes = NULL;
        int n;

        if (!pool)
                return false;
        n = virStoragePoolListAllVolumes(pool, &volumes, 0);
        if (n < 0) {
                shell_error(shell, "Failed to list volumes");
                return false;
        }
        if (n > 0)
                qsort(volumes, (size_t)n, sizeof(volumes[0]), compare);
        table = details ? table_new("Name", "Path", "Type", "Capacity", "Allocation", NULL)
                        : table_new("Name", "Path", NULL);
        for (int i = 0; i < n; i++) {
                add_row(table, volumes[i], details);
                virStorageVolFree(volumes[i]);
        }
        free(volumes);
        table_print(table, shell);
        return true;
}
