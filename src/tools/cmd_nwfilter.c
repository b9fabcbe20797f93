/* Network filters and their bindings. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "virsh.h"

static virNWFilterPtr get(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        virNWFilterPtr filter = NULL;

        if (args_string(shell, args, "nwfilter", &name) <= 0)
                return NULL;
        if (strlen(name) == VIR_UUID_STRING_BUFLEN - 1)
                filter = virNWFilterLookupByUUIDString(connection_of(shell), name);
        if (!filter)
                filter = virNWFilterLookupByName(connection_of(shell), name);
        if (filter)
                shell_forget_error();
        else
                shell_error(shell, "failed to get nwfilter '%s'", name);
        return filter;
}

static virNWFilterPtr define(Shell *shell, const char *xml, bool validate)
{
        return validate ? virNWFilterDefineXMLFlags(connection_of(shell), xml, VIR_NWFILTER_DEFINE_VALIDATE)
                        : virNWFilterDefineXML(connection_of(shell), xml);
}

bool cmd_nwfilter_define(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virNWFilter) filter = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        filter = define(shell, xml, args_has(args, "validate"));
        if (!filter) {
                shell_error(shell, "Failed to define network filter from %s", path);
                return false;
        }
        shell_print_extra(shell, "Network filter %s defined from %s\n", virNWFilterGetName(filter), path);
        return true;
}

bool cmd_nwfilter_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNWFilter) filter = get(shell, args);
        g_autofree char *xml = filter ? virNWFilterGetXMLDesc(filter, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

bool cmd_nwfilter_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNWFilter) filter = get(shell, args);

        if (!filter)
                return false;
        if (virNWFilterUndefine(filter) < 0) {
                shell_error(shell, "Failed to undefine network filter %s", args_text(args, "nwfilter"));
                return false;
        }
        shell_print_extra(shell, "Network filter %s undefined\n", args_text(args, "nwfilter"));
        return true;
}

static int compare_filters(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virNWFilterGetName(*(virNWFilterPtr *)a), virNWFilterGetName(*(virNWFilterPtr *)b));
}

bool cmd_nwfilter_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(Table) table = table_new("UUID", "Name", NULL);
        virNWFilterPtr *filters = NULL;
        int n = virConnectListAllNWFilters(connection_of(shell), &filters, 0);

        (void)args;
        if (n < 0) {
                shell_error(shell, "Failed to list network filters");
                return false;
        }
        if (n > 0)
                qsort(filters, (size_t)n, sizeof(*filters), compare_filters);
        for (int i = 0; i < n; i++) {
                char uuid[VIR_UUID_STRING_BUFLEN] = "";

                virNWFilterGetUUIDString(filters[i], uuid);
                table_row(table, uuid, virNWFilterGetName(filters[i]), NULL);
                virNWFilterFree(filters[i]);
        }
        free(filters);
        table_print(table, shell);
        return true;
}

static char *edit_get(void *opaque)
{
        return virNWFilterGetXMLDesc(*(virNWFilterPtr *)opaque, 0);
}

static bool edit_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        virNWFilterPtr *filter = (virNWFilterPtr *)opaque;
        virNWFilterPtr fresh = define(shell, xml, false);

        (void)relax;
        if (!fresh)
                return false;
        virNWFilterFree(*filter);
        *filter = fresh;
        return true;
}

bool cmd_nwfilter_edit(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNWFilter) filter = get(shell, args);
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = &filter };
        int r;

        if (!filter)
                return false;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Network filter %s XML configuration not changed.\n",
                                  virNWFilterGetName(filter));
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Network filter %s XML configuration edited.\n", virNWFilterGetName(filter));
        return r != EDIT_FAILED;
}

/* --- bindings --- */

static virNWFilterBindingPtr binding_get(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        virNWFilterBindingPtr binding;

        if (args_string(shell, args, "binding", &name) <= 0)
                return NULL;
        binding = virNWFilterBindingLookupByPortDev(connection_of(shell), name);
        if (!binding)
                shell_error(shell, "failed to get nwfilter binding '%s'", name);
        return binding;
}

bool cmd_nwfilter_binding_create(Shell *shell, const ShellArgs *args)
{
        unsigned flags = args_has(args, "validate") ? VIR_NWFILTER_BINDING_CREATE_VALIDATE : 0;
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virNWFilterBinding) binding = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        binding = virNWFilterBindingCreateXML(connection_of(shell), xml, flags);
        if (!binding) {
                shell_error(shell, "Failed to create network filter from %s", path);
                return false;
        }
        shell_print_extra(shell, "Network filter binding on %s created from %s\n",
                          virNWFilterBindingGetPortDev(binding), path);
        return true;
}

bool cmd_nwfilter_binding_delete(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNWFilterBinding) binding = binding_get(shell, args);

        if (!binding)
                return false;
        if (virNWFilterBindingDelete(binding) < 0) {
                shell_error(shell, "Failed to delete network filter binding on %s",
                            virNWFilterBindingGetPortDev(binding));
                return false;
        }
        shell_print_extra(shell, "Network filter binding on %s deleted\n", virNWFilterBindingGetPortDev(binding));
        return true;
}

bool cmd_nwfilter_binding_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNWFilterBinding) binding = binding_get(shell, args);
        g_autofree char *xml = binding ? virNWFilterBindingGetXMLDesc(binding, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

static int compare_bindings(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virNWFilterBindingGetPortDev(*(virNWFilterBindingPtr *)a),
                                  virNWFilterBindingGetPortDev(*(virNWFilterBindingPtr *)b));
}

bool cmd_nwfilter_binding_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(Table) table = table_new("Port Dev", "Filter", NULL);
        virNWFilterBindingPtr *bindings = NULL;
        int n = virConnectListAllNWFilterBindings(connection_of(shell), &bindings, 0);

        (void)args;
        if (n < 0) {
                shell_error(shell, "Failed to list network filter bindings");
                return false;
        }
        if (n > 0)
                qsort(bindings, (size_t)n, sizeof(*bindings), compare_bindings);
        for (int i = 0; i < n; i++) {
                table_row(table, virNWFilterBindingGetPortDev(bindings[i]),
                          virNWFilterBindingGetFilterName(bindings[i]), NULL);
                virNWFilterBindingFree(bindings[i]);
        }
        free(bindings);
        table_print(table, shell);
        return true;
}
