/* Snapshots of guests. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edit.h"
#include "tree.h"
#include "virsh.h"

/* --- creating --- */

static const FlagRow create_flags[] = {
        { "no-metadata", VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA },
        { "halt", VIR_DOMAIN_SNAPSHOT_CREATE_HALT },
        { "disk-only", VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY },
        { "reuse-external", VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT },
        { "quiesce", VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE },
        { "atomic", VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC },
        { "live", VIR_DOMAIN_SNAPSHOT_CREATE_LIVE },
        { "validate", VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE },
        { NULL, 0 },
};

static const FlagRow redefine_flags[] = {
        { "redefine", VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE },
        { "current", VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT },
        { NULL, 0 },
};

static bool create(Shell *shell, virDomainPtr domain, const char *xml, unsigned flags, const char *path)
{
        g_autoptr(virDomainSnapshot) snapshot = virDomainSnapshotCreateXML(domain, xml, flags);

        if (!snapshot)
                return false;
        if (path)
                shell_print_extra(shell, "Domain snapshot %s created from '%s'", virDomainSnapshotGetName(snapshot),
                                  path);
        else
                shell_print_extra(shell, "Domain snapshot %s created", virDomainSnapshotGetName(snapshot));
        return true;
}

bool cmd_snapshot_create(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        unsigned flags = flags_given(args, create_flags) | flags_given(args, redefine_flags);
        g_autoptr(virDomain) domain = NULL;

        if (!args_requires(shell, args, "current", "redefine"))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "xmlfile", &path) < 0)
                return false;
        xml = path ? file_text(shell, path) : g_strdup("<domainsnapshot/>");
        return xml && create(shell, domain, xml, flags, path);
}

/* "[file=]name[,snapshot=type]" */
static bool write_memory(Shell *shell, XmlOut *out, const char *spec)
{
        g_auto(GStrv) parts = words_split_commas(spec);
        const char *file = NULL;
        const char *snapshot = NULL;
        g_autoptr(GString) attributes = g_string_new(NULL);

        for (char **part = parts; *part; part++) {
                if (!snapshot && g_str_has_prefix(*part, "snapshot=")) {
                        snapshot = *part + strlen("snapshot=");
                } else if (!file && g_str_has_prefix(*part, "file=")) {
                        file = *part + strlen("file=");
                } else if (!file && part == parts) {
                        file = *part;
                } else {
                        shell_error(shell, "unable to parse memspec: %s", spec);
                        return false;
                }
        }
        attribute(attributes, "snapshot", snapshot);
        attribute(attributes, "file", file);
        out_line(out, "<memory%s/>", attributes->str);
        return true;
}

/* "disk[,key=value]...", keys in any order, each once. */
enum { SPEC_SNAPSHOT, SPEC_DRIVER, SPEC_STYPE, SPEC_FILE, SPEC_KEYS };
static const char *const spec_keys[SPEC_KEYS] = { "snapshot=", "driver=", "stype=", "file=" };

static bool parse_diskspec(char **parts, const char **values)
{
        if (!parts[0] || !*parts[0])
                return false;
        for (char **part = parts + 1; *part; part++) {
                int key = 0;

                while (key < SPEC_KEYS && (values[key] || !g_str_has_prefix(*part, spec_keys[key])))
                        key++;
                if (key == SPEC_KEYS)
                        return false;
                values[key] = *part + strlen(spec_keys[key]);
        }
        return true;
}

static bool write_disk(Shell *shell, XmlOut *out, const char *spec)
{
        g_auto(GStrv) parts = words_split_commas(spec);
        const char *values[SPEC_KEYS] = { NULL };
        g_autoptr(GString) attributes = g_string_new(NULL);
        g_autoptr(GString) source = g_string_new(NULL);
        bool good = parse_diskspec(parts, values);
        bool block = values[SPEC_STYPE] && strcmp(values[SPEC_STYPE], "block") == 0;

        if (good && values[SPEC_STYPE] && !block && strcmp(values[SPEC_STYPE], "file") != 0) {
                shell_error(shell, "Unknown storage type: '%s'", values[SPEC_STYPE]);
                good = false;
        }
        if (!good) {
                shell_error(shell, "unable to parse diskspec: %s", spec);
                return false;
        }
        attribute(attributes, "name", parts[0]);
        attribute(attributes, "snapshot", values[SPEC_SNAPSHOT]);
        attribute(attributes, "type", values[SPEC_STYPE] ? values[SPEC_STYPE] : NULL);
        if (!values[SPEC_DRIVER] && !values[SPEC_FILE]) {
                out_line(out, "<disk%s/>", attributes->str);
                return true;
        }
        out_open(out, "<disk%s>", attributes->str);
        if (values[SPEC_DRIVER]) {
                g_autoptr(GString) driver = g_string_new(NULL);

                attribute(driver, "type", values[SPEC_DRIVER]);
                out_line(out, "<driver%s/>", driver->str);
        }
        attribute(source, block ? "dev" : "file", values[SPEC_FILE]);
        if (values[SPEC_FILE])
                out_line(out, "<source%s/>", source->str);
        out_close(out, "disk");
        return true;
}

static char *snapshot_xml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(GString) text = g_string_new(NULL);
        XmlOut out = { .text = text };
        g_autofree const char **disks = args_words(args, "diskspec");
        const char *name = NULL;
        const char *description = NULL;
        const char *memory = NULL;

        if (args_string(shell, args, "name", &name) < 0 || args_string(shell, args, "description", &description) < 0 ||
            args_string(shell, args, "memspec", &memory) < 0)
                return NULL;
        out_open(&out, "<domainsnapshot>");
        if (name)
                out_element(&out, "name", name);
        if (description)
                out_element(&out, "description", description);
        if (memory && !write_memory(shell, &out, memory))
                return NULL;
        if (disks[0])
                out_open(&out, "<disks>");
        for (const char **disk = disks; *disk; disk++) {
                if (!write_disk(shell, &out, *disk))
                        return NULL;
        }
        if (disks[0])
                out_close(&out, "disks");
        out_close(&out, "domainsnapshot");
        return g_string_free(g_steal_pointer(&text), FALSE);
}

bool cmd_snapshot_create_as(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree char *xml = domain ? snapshot_xml(shell, args) : NULL;

        if (!xml)
                return false;
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s\n", xml);
                return true;
        }
        return create(shell, domain, xml, flags_given(args, create_flags), NULL);
}

/* --- finding --- */

/* --snapshotname, or --current where the row has it; NULL after a complaint. */
static virDomainSnapshotPtr snapshot_get(Shell *shell, const ShellArgs *args, virDomainPtr domain, bool exclusive)
{
        const char *name = NULL;
        bool current = args_knows(args, "current") && args_has(args, "current");

        if (args_string(shell, args, "snapshotname", &name) < 0)
                return NULL;
        if (exclusive && name && current) {
                shell_error(shell, "--%s and --current are mutually exclusive", "snapshotname");
                return NULL;
        }
        if (name)
                return virDomainSnapshotLookupByName(domain, name, 0);
        if (current)
                return virDomainSnapshotCurrent(domain, 0);
        shell_error(shell, "--%s or --current is required", "snapshotname");
        return NULL;
}

/* The parent's name; NULL: none. */
static char *parent_name(virDomainSnapshotPtr snapshot)
{
        g_autoptr(virDomainSnapshot) parent = virDomainSnapshotGetParent(snapshot, 0);

        if (!parent)
                shell_forget_error();
        return parent ? g_strdup(virDomainSnapshotGetName(parent)) : NULL;
}

bool cmd_snapshot_current(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(virDomainSnapshot) snapshot = NULL;
        g_autofree char *xml = NULL;
        int has = 0;

        if (!args_exclusive(shell, args, "name", "snapshotname"))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "snapshotname", &name) < 0)
                return false;
        if (name) {
                g_autoptr(virDomainSnapshot) chosen = virDomainSnapshotLookupByName(domain, name, 0);

                xml = chosen ? virDomainSnapshotGetXMLDesc(chosen, VIR_DOMAIN_SNAPSHOT_XML_SECURE) : NULL;
                snapshot = xml ? virDomainSnapshotCreateXML(domain, xml,
                                                            VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                                                                    VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT)
                               : NULL;
                if (!snapshot)
                        return false;
                shell_print_extra(shell, "Snapshot %s set as current", name);
                return true;
        }
        has = virDomainHasCurrentSnapshot(domain, 0);
        if (has < 0)
                return false;
        if (has == 0) {
                shell_error(shell, "domain '%s' has no current snapshot", virDomainGetName(domain));
                return false;
        }
        snapshot = virDomainSnapshotCurrent(domain, 0);
        if (!snapshot)
                return false;
        if (args_has(args, "name")) {
                shell_print(shell, "%s", virDomainSnapshotGetName(snapshot));
                return true;
        }
        xml = virDomainSnapshotGetXMLDesc(snapshot,
                                          args_has(args, "security-info") ? VIR_DOMAIN_SNAPSHOT_XML_SECURE : 0);
        if (!xml)
                return false;
        shell_print(shell, "%s", xml);
        return true;
}

bool cmd_snapshot_dumpxml(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(virDomainSnapshot) snapshot = NULL;
        g_autofree char *xml = NULL;

        if (args_string(shell, args, "snapshotname", &name) <= 0)
                return false;
        domain = domain_get(shell, args);
        snapshot = domain ? virDomainSnapshotLookupByName(domain, name, 0) : NULL;
        if (!snapshot)
                return false;
        xml = virDomainSnapshotGetXMLDesc(snapshot,
                                          args_has(args, "security-info") ? VIR_DOMAIN_SNAPSHOT_XML_SECURE : 0);
        return xml && xml_print(shell, args, xml);
}

bool cmd_snapshot_parent(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(virDomainSnapshot) snapshot = domain ? snapshot_get(shell, args, domain, true) : NULL;
        g_autofree char *parent = NULL;

        if (!snapshot)
                return false;
        parent = parent_name(snapshot);
        if (!parent) {
                shell_error(shell, "snapshot '%s' has no parent", virDomainSnapshotGetName(snapshot));
                return false;
        }
        shell_print(shell, "%s", parent);
        return true;
}

/* --- info --- */

static void print_row(Shell *shell, const char *label, const char *value)
{
        shell_print(shell, "%-15s %s\n", label, value);
}

static bool print_location(Shell *shell, Xml *xml, const char *state)
{
        g_autofree char *memory = xml_string(xml, NULL, "string(/domainsnapshot/memory/@snapshot)");
        g_autofree XmlNode **external = NULL;
        bool is_external = false;

        external = xml_nodes(xml, NULL, "/domainsnapshot/disks/disk[@snapshot='external']");
        is_external = (memory && strcmp(memory, "external") == 0) || *external;
        if (strcmp(state, "disk-snapshot") == 0)
                is_external = true;
        print_row(shell, "Location:", is_external ? "external" : "internal");
        return true;
}

bool cmd_snapshot_info(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(virDomainSnapshot) snapshot = domain ? snapshot_get(shell, args, domain, true) : NULL;
        g_autofree char *text = NULL;
        g_autoptr(Xml) xml = NULL;
        g_autofree char *state = NULL;
        g_autofree char *parent = NULL;
        int n = 0;

        if (!snapshot)
                return false;
        print_row(shell, "Name:", virDomainSnapshotGetName(snapshot));
        print_row(shell, "Domain:", virDomainGetName(domain));
        print_row(shell, "Current:", virDomainSnapshotIsCurrent(snapshot, 0) > 0 ? "yes" : "no");
        text = virDomainSnapshotGetXMLDesc(snapshot, 0);
        xml = text ? xml_parse(shell, text, "(domain_snapshot)") : NULL;
        state = xml ? xml_string(xml, NULL, "string(/domainsnapshot/state)") : NULL;
        if (!state || !*state) {
                shell_error(shell, "unexpected problem reading snapshot xml");
                return false;
        }
        print_row(shell, "State:", state);
        print_location(shell, xml, state);
        parent = parent_name(snapshot);
        print_row(shell, "Parent:", parent ? parent : "-");
        n = virDomainSnapshotNumChildren(snapshot, 0);
        if (n < 0)
                return false;
        shell_print(shell, "%-15s %d\n", "Children:", n);
        n = virDomainSnapshotNumChildren(snapshot, VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS);
        if (n < 0)
                return false;
        shell_print(shell, "%-15s %d\n", "Descendants:", n);
        print_row(shell, "Metadata:", virDomainSnapshotHasMetadata(snapshot, 0) > 0 ? "yes" : "no");
        return true;
}

/* --- list --- */

typedef struct SnapshotList {
        virDomainSnapshotPtr *snapshots;
        int n;
} SnapshotList;

static void snapshot_list_done(SnapshotList *list)
{
        for (int i = 0; i < list->n; i++)
                virDomainSnapshotFree(list->snapshots[i]);
        free(list->snapshots);
}

static int compare_snapshots(const void *a, const void *b)
{
        return strcmp(virDomainSnapshotGetName(*(virDomainSnapshotPtr *)a),
                      virDomainSnapshotGetName(*(virDomainSnapshotPtr *)b));
}

static const FlagRow list_flags[] = {
        { "roots", VIR_DOMAIN_SNAPSHOT_LIST_ROOTS },
        { "leaves", VIR_DOMAIN_SNAPSHOT_LIST_LEAVES },
        { "no-leaves", VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES },
        { "metadata", VIR_DOMAIN_SNAPSHOT_LIST_METADATA },
        { "no-metadata", VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA },
        { "inactive", VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE },
        { "active", VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE },
        { "disk-only", VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY },
        { "internal", VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL },
        { "external", VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL },
        { "descendants", VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS },
        { "topological", VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL },
        { NULL, 0 },
};

static bool check_list_options(Shell *shell, const ShellArgs *args)
{
        static const char *const pairs[][2] = {
                { "tree", "name" },  { "parent", "roots" }, { "parent", "tree" },
                { "roots", "tree" }, { "roots", "from" },   { "roots", "current" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
                if (!args_exclusive(shell, args, pairs[i][0], pairs[i][1]))
                        return false;
        }
        if (args_has(args, "from") && args_has(args, "current")) {
                shell_error(shell, "--%s and --current are mutually exclusive", "from");
                return false;
        }
        if (args_has(args, "descendants") && !args_has(args, "from") && !args_has(args, "current")) {
                shell_error(shell, "--descendants requires either --from or --current");
                return false;
        }
        return true;
}

static void print_tree(Shell *shell, const SnapshotList *list, const char *from)
{
        int n = list->n + (from ? 1 : 0);
        g_autofree const char **names = g_new0(const char *, (gsize)n + 1);
        g_autofree int *parents = g_new0(int, (gsize)n + 1);

        if (from)
                names[0] = from;
        for (int i = from ? 1 : 0; i < n; i++)
                names[i] = virDomainSnapshotGetName(list->snapshots[i - (from ? 1 : 0)]);
        for (int i = 0; i < n; i++) {
                g_autofree char *parent = from && i == 0 ? NULL : parent_name(list->snapshots[i - (from ? 1 : 0)]);

                parents[i] = -1;
                for (int j = 0; parent && j < n; j++) {
                        if (strcmp(names[j], parent) == 0)
                                parents[i] = j;
                }
        }
        tree_print(shell, names, parents, n);
}

static char *time_text(const char *seconds)
{
        g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(g_ascii_strtoll(seconds, NULL, 10));

        return time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S %z") : g_strdup("");
}

static bool add_row(Shell *shell, Table *table, virDomainSnapshotPtr snapshot, bool with_parent)
{
        g_autofree char *text = virDomainSnapshotGetXMLDesc(snapshot, 0);
        g_autoptr(Xml) xml = text ? xml_parse(shell, text, "(domain_snapshot)") : NULL;
        g_autofree char *parent = xml ? xml_string(xml, NULL, "string(/domainsnapshot/parent/name)") : NULL;
        g_autofree char *state = xml ? xml_string(xml, NULL, "string(/domainsnapshot/state)") : NULL;
        g_autofree char *seconds = xml ? xml_string(xml, NULL, "string(/domainsnapshot/creationTime)") : NULL;
        g_autofree char *time = seconds ? time_text(seconds) : NULL;

        if (!xml)
                return false;
        if (with_parent)
                table_row(table, virDomainSnapshotGetName(snapshot), time, state ? state : "", parent ? parent : "",
                          NULL);
        else
                table_row(table, virDomainSnapshotGetName(snapshot), time, state ? state : "", NULL);
        return true;
}

static bool print_list(Shell *shell, const ShellArgs *args, const SnapshotList *list)
{
        bool with_parent = args_has(args, "parent");
        g_autoptr(Table) table = with_parent ? table_new("Name", "Creation Time", "State", "Parent", NULL)
                                             : table_new("Name", "Creation Time", "State", NULL);

        for (int i = 0; i < list->n; i++) {
                if (!add_row(shell, table, list->snapshots[i], with_parent))
                        return false;
        }
        table_print(table, shell);
        return true;
}

/* What the tree of --from needs is below it, at any depth only if that was asked for. */
static int list_snapshots(virDomainPtr domain, virDomainSnapshotPtr from, unsigned flags, SnapshotList *list)
{
        list->n = from ? virDomainSnapshotListAllChildren(from, &list->snapshots, flags)
                       : virDomainListAllSnapshots(domain, &list->snapshots, flags);
        if (list->n >= 0)
                return 0;
        list->n = 0;
        return -1;
}

bool cmd_snapshot_list(Shell *shell, const ShellArgs *args)
{
        const char *from_name = NULL;
        unsigned flags = flags_given(args, list_flags);
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(virDomainSnapshot) from = NULL;
        __attribute__((cleanup(snapshot_list_done))) SnapshotList list = { NULL };

        if (!check_list_options(shell, args))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "from", &from_name) < 0)
                return false;
        if (from_name || args_has(args, "current")) {
                from = from_name ? virDomainSnapshotLookupByName(domain, from_name, 0)
                                 : virDomainSnapshotCurrent(domain, 0);
                if (!from)
                        return false;
        }
        if (list_snapshots(domain, from, flags, &list) < 0)
                return false;
        if (!args_has(args, "topological") && list.n > 0)
                qsort(list.snapshots, (size_t)list.n, sizeof(list.snapshots[0]), compare_snapshots);
        if (args_has(args, "tree")) {
                print_tree(shell, &list, from ? virDomainSnapshotGetName(from) : NULL);
                return true;
        }
        if (!args_has(args, "name"))
                return print_list(shell, args, &list);
        for (int i = 0; i < list.n; i++)
                shell_print(shell, "%s\n", virDomainSnapshotGetName(list.snapshots[i]));
        return true;
}

/* --- changing --- */

bool cmd_snapshot_revert(Shell *shell, const ShellArgs *args)
{
        static const FlagRow flags[] = {
                { "running", VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING },
                { "paused", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED },
                { "force", VIR_DOMAIN_SNAPSHOT_REVERT_FORCE },
                { "reset-nvram", VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM },
                { NULL, 0 },
        };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(virDomainSnapshot) snapshot = domain ? snapshot_get(shell, args, domain, true) : NULL;

        if (!snapshot)
                return false;
        if (virDomainRevertToSnapshot(snapshot, flags_given(args, flags)) < 0) {
                shell_error(shell, "Failed to revert snapshot %s", virDomainSnapshotGetName(snapshot));
                return false;
        }
        shell_print_extra(shell, "Domain snapshot %s reverted\n", virDomainSnapshotGetName(snapshot));
        return true;
}

bool cmd_snapshot_delete(Shell *shell, const ShellArgs *args)
{
        static const FlagRow flags[] = {
                { "children", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN },
                { "children-only", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY },
                { "metadata", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY },
                { NULL, 0 },
        };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(virDomainSnapshot) snapshot = domain ? snapshot_get(shell, args, domain, true) : NULL;
        const char *name = NULL;

        if (!snapshot)
                return false;
        name = virDomainSnapshotGetName(snapshot);
        if (virDomainSnapshotDelete(snapshot, flags_given(args, flags)) < 0) {
                shell_error(shell, "Failed to delete snapshot %s", name);
                return false;
        }
        shell_print_extra(shell,
                          args_has(args, "children-only") ? "Domain snapshot %s children deleted\n"
                                                          : "Domain snapshot %s deleted\n",
                          name);
        return true;
}

typedef struct EditSnapshot {
        virDomainPtr domain;
        virDomainSnapshotPtr snapshot;
        unsigned flags;
        bool may_clone;
        bool may_rename;
        char *new_name; /* where it changed */
} EditSnapshot;

static char *edit_snapshot_get(void *opaque)
{
        const EditSnapshot *edit = (const EditSnapshot *)opaque;

        return virDomainSnapshotGetXMLDesc(edit->snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
}

/* Another name makes another snapshot: with --rename the old one goes, with --clone it stays. */
static bool edit_snapshot_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        EditSnapshot *edit = (EditSnapshot *)opaque;
        const char *old = virDomainSnapshotGetName(edit->snapshot);
        g_autoptr(virDomainSnapshot) edited = virDomainSnapshotCreateXML(edit->domain, xml, edit->flags);

        (void)relax;
        if (!edited)
                return false;
        if (strcmp(virDomainSnapshotGetName(edited), old) == 0)
                return true;
        if (!edit->may_clone && !edit->may_rename) {
                shell_error(shell, "Must use --rename or --clone to change %s to %s", old,
                            virDomainSnapshotGetName(edited));
                virDomainSnapshotDelete(edited, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
                return false;
        }
        if (edit->may_rename && virDomainSnapshotDelete(edit->snapshot, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY) < 0) {
                shell_error(shell, "Failed to clean up %s", old);
                return false;
        }
        edit->new_name = g_strdup(virDomainSnapshotGetName(edited));
        return true;
}

bool cmd_snapshot_edit(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(virDomainSnapshot) snapshot = NULL;
        EditSnapshot edit = { .may_clone = args_has(args, "clone"), .may_rename = args_has(args, "rename") };
        EditObject object = { .get = edit_snapshot_get, .put = edit_snapshot_put, .opaque = &edit };
        const char *name = NULL;
        int r = 0;

        if (!args_exclusive(shell, args, "rename", "clone"))
                return false;
        domain = domain_get(shell, args);
        snapshot = domain ? snapshot_get(shell, args, domain, false) : NULL;
        if (!snapshot)
                return false;
        name = virDomainSnapshotGetName(snapshot);
        edit.domain = domain;
        edit.snapshot = snapshot;
        edit.flags = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE;
        if (args_has(args, "current") || virDomainSnapshotIsCurrent(snapshot, 0) > 0)
                edit.flags |= VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Snapshot %s XML configuration not changed.\n", name);
        else if (r == EDIT_DONE && edit.new_name && edit.may_clone)
                shell_print_extra(shell, "Snapshot %s cloned to %s.\n", name, edit.new_name);
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Snapshot %s edited.\n", name);
        g_free(edit.new_name);
        return r != EDIT_FAILED;
}
