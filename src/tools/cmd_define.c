/* The definitions of guests: define, dumpxml, edit, domrename, desc, metadata, domxml-*. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "metadata.h"
#include "virsh.h"

bool cmd_define(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        unsigned flags = args_has(args, "validate") ? VIR_DOMAIN_DEFINE_VALIDATE : 0;
        g_autofree char *xml = NULL;
        g_autoptr(virDomain) domain = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        domain = flags ? virDomainDefineXMLFlags(connection_of(shell), xml, flags)
                       : virDomainDefineXML(connection_of(shell), xml);
        if (!domain) {
                shell_error(shell, "Failed to define domain from %s", path);
                return false;
        }
        shell_print_extra(shell, "Domain '%s' defined from %s\n", virDomainGetName(domain), path);
        return true;
}

static const FlagRow dumpxml_flags[] = {
        { "inactive", VIR_DOMAIN_XML_INACTIVE },
        { "security-info", VIR_DOMAIN_XML_SECURE },
        { "update-cpu", VIR_DOMAIN_XML_UPDATE_CPU },
        { "migratable", VIR_DOMAIN_XML_MIGRATABLE },
        { NULL, 0 },
};

bool cmd_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree char *xml = NULL;

        if (!domain)
                return false;
        xml = virDomainGetXMLDesc(domain, flags_given(args, dumpxml_flags));
        return xml && xml_print(shell, args, xml);
}

typedef struct EditDomain {
        virDomainPtr domain; /* replaced by what was defined */
        bool validate;
} EditDomain;

static char *edit_domain_get(void *opaque)
{
        EditDomain *edit = (EditDomain *)opaque;
        unsigned flags = VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE;

        return virDomainGetXMLDesc(edit->domain, flags);
}

static bool edit_domain_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        EditDomain *edit = (EditDomain *)opaque;
        unsigned flags = edit->validate && !relax ? VIR_DOMAIN_DEFINE_VALIDATE : 0;
        virDomainPtr domain = virDomainDefineXMLFlags(connection_of(shell), xml, flags);

        if (!domain)
                return false;
        virDomainFree(edit->domain);
        edit->domain = domain;
        return true;
}

bool cmd_edit(Shell *shell, const ShellArgs *args)
{
        EditDomain edit = { .domain = domain_get(shell, args), .validate = !args_has(args, "skip-validate") };
        EditObject object = { .get = edit_domain_get, .put = edit_domain_put, .opaque = &edit, .can_relax = true };
        int r = 0;

        if (!edit.domain)
                return false;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Domain '%s' XML configuration not changed.\n", virDomainGetName(edit.domain));
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Domain '%s' XML configuration edited.\n", virDomainGetName(edit.domain));
        virDomainFree(edit.domain);
        return r != EDIT_FAILED;
}

bool cmd_domrename(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virDomain) domain = domain_get_by(shell, args, BY_NAME | BY_UUID);

        if (!domain || args_string(shell, args, "new-name", &name) <= 0 || virDomainRename(domain, name, 0) < 0)
                return false;
        shell_print_extra(shell, "Domain successfully renamed\n");
        return true;
}

/* --- title and description --- */

static bool set_desc(Shell *shell, virDomainPtr domain, bool title, const char *text, unsigned flags)
{
        int type = title ? VIR_DOMAIN_METADATA_TITLE : VIR_DOMAIN_METADATA_DESCRIPTION;

        if (virDomainSetMetadata(domain, type, text, NULL, NULL, flags) < 0) {
                shell_error(shell, "%s",
                            title ? "Failed to set new domain title" : "Failed to set new domain description");
                return false;
        }
        shell_print_extra(shell, "%s",
                          title ? "Domain title updated successfully" : "Domain description updated successfully");
        return true;
}

/* The words after the options are the new text, joined by blanks; NULL: none were given. */
static char *joined_words(const ShellArgs *args, const char *name)
{
        g_autofree const char **words = args_words(args, name);

        return words[0] ? g_strjoinv(" ", (char **)words) : NULL;
}

static bool edit_desc(Shell *shell, virDomainPtr domain, bool title, const char *old, const char *draft, unsigned flags)
{
        g_autofree char *text = edit_text(shell, draft);

        if (!text)
                return false;
        /* Editors end a file with a line end; in a title there is no use for it. */
        if (title && g_str_has_suffix(text, "\n"))
                text[strlen(text) - 1] = '\0';
        if (strcmp(text, old) == 0) {
                shell_print_extra(shell, "%s",
                                  title ? "Domain title not changed\n" : "Domain description not changed\n");
                return true;
        }
        return set_desc(shell, domain, title, text, flags);
}

bool cmd_desc(Shell *shell, const ShellArgs *args)
{
        bool title = args_has(args, "title");
        int flags = affect_flags(shell, args);
        int type = title ? VIR_DOMAIN_METADATA_TITLE : VIR_DOMAIN_METADATA_DESCRIPTION;
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *text = joined_words(args, "new-desc");
        g_autofree char *old = NULL;

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (text && !args_has(args, "edit"))
                return set_desc(shell, domain, title, text, (unsigned)flags);
        old = virDomainGetMetadata(domain, type, NULL, (unsigned)flags);
        if (!old && shell_error_code() != VIR_ERR_NO_DOMAIN_METADATA)
                return false;
        shell_forget_error();
        if (args_has(args, "edit"))
                return edit_desc(shell, domain, title, old ? old : "", text ? text : old ? old : "", (unsigned)flags);
        if (old)
                shell_print(shell, "%s", old);
        else
                shell_print_extra(shell, title ? "No title for domain: %s" : "No description for domain: %s",
                                  virDomainGetName(domain));
        return true;
}

/* --- custom metadata --- */

static char *metadata_get(void *object, const char *uri, unsigned flags)
{
        return virDomainGetMetadata(object, VIR_DOMAIN_METADATA_ELEMENT, uri, flags);
}

static int metadata_set(void *object, const char *text, const char *key, const char *uri, unsigned flags)
{
        return virDomainSetMetadata(object, VIR_DOMAIN_METADATA_ELEMENT, text, key, uri, flags);
}

bool cmd_metadata(Shell *shell, const ShellArgs *args)
{
        static const MetadataCalls calls = { metadata_get, metadata_set, VIR_ERR_NO_DOMAIN_METADATA };
        int flags = affect_flags(shell, args);
        g_autoptr(virDomain) domain = NULL;

        if (flags < 0 || !metadata_asked(shell, args))
                return false;
        domain = domain_get(shell, args);
        return domain && metadata_command(shell, args, &calls, domain, (unsigned)flags);
}

/* --- other formats --- */

bool cmd_domxml_from_native(Shell *shell, const ShellArgs *args)
{
        const char *format = NULL;
        const char *path = NULL;
        g_autofree char *config = NULL;
        g_autofree char *xml = NULL;

        if (args_string(shell, args, "format", &format) <= 0 || args_string(shell, args, "config", &path) <= 0)
                return false;
        config = file_text(shell, path);
        if (!config)
                return false;
        xml = virConnectDomainXMLFromNative(connection_of(shell), format, config, 0);
        if (!xml)
                return false;
        shell_print(shell, "%s", xml);
        return true;
}

bool cmd_domxml_to_native(Shell *shell, const ShellArgs *args)
{
        const char *format = NULL;
        const char *path = NULL;
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *xml = NULL;
        g_autofree char *config = NULL;

        if (args_string(shell, args, "format", &format) <= 0 || args_string(shell, args, "xml", &path) < 0)
                return false;
        if (!args_exclusive(shell, args, "domain", "xml"))
                return false;
        if (args_has(args, "domain")) {
                domain = domain_get(shell, args);
                xml = domain ? virDomainGetXMLDesc(domain, 0) : NULL;
        } else if (path) {
                xml = file_text(shell, path);
        } else {
                shell_error(shell, "need either domain or domain XML");
        }
        if (!xml)
                return false;
        config = virConnectDomainXMLToNative(connection_of(shell), format, xml, 0);
        if (!config)
                return false;
        shell_print(shell, "%s", config);
        return true;
}
