/* Storage pools from options, what could become a pool, and what kinds there are. */
#include "virsh_commands.h"

#include "virsh.h"

bool cmd_pool_capabilities(Shell *shell, const ShellArgs *args)
{
        g_autofree char *xml = virConnectGetStoragePoolCapabilities(connection_of(shell), 0);

        (void)args;
        if (!xml) {
                shell_error(shell, "failed to get storage pool capabilities");
                return false;
        }
        shell_print(shell, "%s\n", xml);
        return true;
}

/* An element with one attribute, if the option was given. */
static void put_one(XmlOut *out, const ShellArgs *args, const char *option, const char *element, const char *name)
{
        const char *value = args_text(args, option);
        g_autoptr(GString) text = g_string_new(NULL);

        if (!value)
                return;
        attribute(text, name, value);
        out_line(out, "<%s%s/>", element, text->str);
}

static void put_adapter(XmlOut *out, const ShellArgs *args)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (args_text(args, "adapter-name")) {
                attribute(text, "name", args_text(args, "adapter-name"));
                out_line(out, "<adapter type='scsi_host'%s/>", text->str);
        } else if (args_text(args, "adapter-wwnn")) {
                attribute(text, "parent", args_text(args, "adapter-parent"));
                attribute(text, "parent_wwnn", args_text(args, "adapter-parent-wwnn"));
                attribute(text, "parent_wwpn", args_text(args, "adapter-parent-wwpn"));
                attribute(text, "parent_fabric_wwn", args_text(args, "adapter-parent-fabric-wwn"));
                attribute(text, "wwnn", args_text(args, "adapter-wwnn"));
                attribute(text, "wwpn", args_text(args, "adapter-wwpn"));
                out_line(out, "<adapter type='fc_host'%s/>", text->str);
        }
}

static void put_auth(XmlOut *out, const ShellArgs *args)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (!args_text(args, "auth-type") || !args_text(args, "auth-username"))
                return;
        attribute(text, "type", args_text(args, "auth-type"));
        attribute(text, "username", args_text(args, "auth-username"));
        out_open(out, "<auth%s>", text->str);
        put_one(out, args, args_text(args, "secret-usage") ? "secret-usage" : "secret-uuid", "secret",
                args_text(args, "secret-usage") ? "usage" : "uuid");
        out_close(out, "auth");
}

static const char *const source_options[] = {
        "source-host", "source-path",  "source-dev",   "source-name",         "source-format",
        "auth-type",   "adapter-name", "adapter-wwnn", "source-protocol-ver", "source-initiator",
};

static bool has_source(const ShellArgs *args)
{
        for (size_t i = 0; i < G_N_ELEMENTS(source_options); i++)
                if (args_text(args, source_options[i]))
                        return true;
        return false;
}

static void put_source(XmlOut *out, const ShellArgs *args)
{
        if (!has_source(args))
                return;
        out_open(out, "<source>");
        put_one(out, args, "source-host", "host", "name");
        put_one(out, args, "source-path", "dir", "path");
        put_one(out, args, "source-dev", "device", "path");
        put_adapter(out, args);
        if (args_text(args, "source-initiator")) {
                out_open(out, "<initiator>");
                put_one(out, args, "source-initiator", "iqn", "name");
                out_close(out, "initiator");
        }
        put_auth(out, args);
        if (args_text(args, "source-name"))
                out_element(out, "name", args_text(args, "source-name"));
        put_one(out, args, "source-format", "format", "type");
        put_one(out, args, "source-protocol-ver", "protocol", "ver");
        out_close(out, "source");
}

static char *pool_xml(const ShellArgs *args)
{
        XmlOut out = { .text = g_string_new(NULL) };
        g_autoptr(GString) type = g_string_new(NULL);

        attribute(type, "type", args_text(args, "type"));
        out_open(&out, "<pool%s>", type->str);
        out_element(&out, "name", args_text(args, "name"));
        put_source(&out, args);
        if (args_text(args, "target")) {
                out_open(&out, "<target>");
                out_element(&out, "path", args_text(args, "target"));
                out_close(&out, "target");
        }
        out_close(&out, "pool");
        return g_string_free(out.text, FALSE);
}

static bool check_options(Shell *shell, const ShellArgs *args)
{
        return args_exclusive(shell, args, "secret-usage", "secret-uuid") &&
               args_requires(shell, args, "secret-usage", "auth-username") &&
               args_requires(shell, args, "secret-uuid", "auth-username") &&
               args_requires(shell, args, "adapter-wwnn", "adapter-wwpn") &&
               args_requires(shell, args, "adapter-wwpn", "adapter-wwnn") &&
               args_requires(shell, args, "adapter-parent", "adapter-wwnn");
}

bool cmd_pool_create_as(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = NULL;
        g_autofree char *xml = NULL;
        unsigned flags;

        if (!pool_create_flags(shell, args, &flags) || !check_options(shell, args))
                return false;
        xml = pool_xml(args);
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", xml);
                return true;
        }
        pool = virStoragePoolCreateXML(connection_of(shell), xml, flags);
        if (!pool) {
                shell_error(shell, "Failed to create pool %s", args_text(args, "name"));
                return false;
        }
        shell_print_extra(shell, "Pool %s created\n", args_text(args, "name"));
        return true;
}

bool cmd_pool_define_as(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = NULL;
        g_autofree char *xml = NULL;

        if (!check_options(shell, args))
                return false;
        xml = pool_xml(args);
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", xml);
                return true;
        }
        pool = virStoragePoolDefineXML(connection_of(shell), xml, 0);
        if (!pool) {
                shell_error(shell, "Failed to define pool %s", args_text(args, "name"));
                return false;
        }
        shell_print_extra(shell, "Pool %s defined\n", args_text(args, "name"));
        return true;
}

/* --- what could become a pool --- */

static bool print_sources(Shell *shell, const ShellArgs *args, const char *spec)
{
        const char *type = args_text(args, "type");
        g_autofree char *found = virConnectFindStoragePoolSources(connection_of(shell), type, spec, 0);

        if (!found) {
                shell_error(shell, "Failed to find any %s pool sources", type);
                return false;
        }
        shell_print(shell, "%s", found);
        return true;
}

bool cmd_find_storage_pool_sources(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *spec = NULL;

        if (args_string(shell, args, "srcSpec", &path) < 0)
                return false;
        if (path) {
                spec = file_text(shell, path);
                if (!spec)
                        return false;
        }
        return print_sources(shell, args, spec);
}

static char *source_spec(const ShellArgs *args)
{
        XmlOut out = { .text = g_string_new(NULL) };
        g_autoptr(GString) host = g_string_new(NULL);

        attribute(host, "name", args_text(args, "host"));
        attribute(host, "port", args_text(args, "port"));
        out_open(&out, "<source>");
        out_line(&out, "<host%s/>", host->str);
        if (args_text(args, "initiator")) {
                out_open(&out, "<initiator>");
                put_one(&out, args, "initiator", "iqn", "name");
                out_close(&out, "initiator");
        }
        out_close(&out, "source");
        return g_string_free(out.text, FALSE);
}

bool cmd_find_storage_pool_sources_as(Shell *shell, const ShellArgs *args)
{
        g_autofree char *spec = args_text(args, "host") ? source_spec(args) : NULL;

        return print_sources(shell, args, spec);
}
