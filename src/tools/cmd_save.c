/* The state of guests in files: save, restore, managedsave, save-image-*, dump. */
#include "virsh_commands.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "job.h"

static const FlagRow state_flags[] = {
        { "bypass-cache", VIR_DOMAIN_SAVE_BYPASS_CACHE },
        { "running", VIR_DOMAIN_SAVE_RUNNING },
        { "paused", VIR_DOMAIN_SAVE_PAUSED },
        { NULL, 0 },
};

/* --xml: a file; false after a complaint. */
static bool xml_option(Shell *shell, const ShellArgs *args, char **ret_xml)
{
        const char *path = NULL;
        int given = args_string(shell, args, "xml", &path);

        if (given <= 0)
                return given == 0;
        *ret_xml = file_text(shell, path);
        return *ret_xml != NULL;
}

typedef struct SaveJob {
        const char *path;
        const char *xml;
        unsigned flags;
        const char *format;
} SaveJob;

static int save_call(virDomainPtr domain, void *opaque)
{
        const SaveJob *job = (const SaveJob *)opaque;

        if (job->flags || job->xml)
                return virDomainSaveFlags(domain, job->path, job->xml, job->flags);
        return virDomainSave(domain, job->path);
}

/* A path of the user's folder means nothing to a daemon in another one. */
static char *absolute(const char *path)
{
        return g_canonicalize_filename(path, NULL);
}

bool cmd_save(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        SaveJob job = { .flags = flags_given(args, state_flags) };
        g_autoptr(virDomain) domain = domain_get(shell, args);

        if (!domain || args_string(shell, args, "file", &path) <= 0 || !xml_option(shell, args, &xml))
                return false;
        job.path = path;
        job.xml = xml;
        if (job_run(shell, domain, save_call, &job, "Save", args_has(args, "verbose")) < 0) {
                shell_error(shell, "Failed to save domain '%s' to %s", virDomainGetName(domain), path);
                return false;
        }
        shell_print_extra(shell, "\nDomain '%s' saved to %s\n", virDomainGetName(domain), path);
        return true;
}

bool cmd_restore(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        static const FlagRow more_flags[] = { { "reset-nvram", VIR_DOMAIN_SAVE_RESET_NVRAM }, { NULL, 0 } };
        unsigned flags = flags_given(args, state_flags) | flags_given(args, more_flags);
        int r = 0;

        if (args_string(shell, args, "file", &path) <= 0 || !xml_option(shell, args, &xml))
                return false;
        r = flags || xml ? virDomainRestoreFlags(connection_of(shell), path, xml, flags)
                         : virDomainRestore(connection_of(shell), path);
        if (r < 0) {
                shell_error(shell, "Failed to restore domain from %s", path);
                return false;
        }
        shell_print_extra(shell, "Domain restored from %s\n", path);
        return true;
}

bool cmd_save_image_dumpxml(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        unsigned flags = args_has(args, "security-info") ? VIR_DOMAIN_SAVE_IMAGE_XML_SECURE : 0;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = virDomainSaveImageGetXMLDesc(connection_of(shell), path, flags);
        return xml && xml_print(shell, args, xml);
}

static const FlagRow run_flags[] = {
        { "running", VIR_DOMAIN_SAVE_RUNNING },
        { "paused", VIR_DOMAIN_SAVE_PAUSED },
        { NULL, 0 },
};

bool cmd_save_image_define(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;

        if (!args_exclusive(shell, args, "running", "paused") || args_string(shell, args, "file", &path) <= 0 ||
            !xml_option(shell, args, &xml))
                return false;
        if (virDomainSaveImageDefineXML(connection_of(shell), path, xml, flags_given(args, run_flags)) < 0) {
                shell_error(shell, "Failed to update %s", path);
                return false;
        }
        shell_print_extra(shell, "State file %s updated.\n", path);
        return true;
}

typedef struct EditSaved {
        virConnectPtr connection;
        virDomainPtr domain; /* NULL: the image at @path */
        const char *path;
        unsigned flags;
} EditSaved;

static char *edit_saved_get(void *opaque)
{
        const EditSaved *edit = (const EditSaved *)opaque;

        if (edit->domain)
                return virDomainManagedSaveGetXMLDesc(edit->domain, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
        return virDomainSaveImageGetXMLDesc(edit->connection, edit->path, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
}

static bool edit_saved_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        const EditSaved *edit = (const EditSaved *)opaque;

        (void)shell;
        (void)relax;
        if (edit->domain)
                return virDomainManagedSaveDefineXML(edit->domain, xml, edit->flags) == 0;
        return virDomainSaveImageDefineXML(edit->connection, edit->path, xml, edit->flags) == 0;
}

static bool edit_saved(Shell *shell, EditSaved *edit, const char *name, const char *same, const char *done)
{
        EditObject object = { .get = edit_saved_get, .put = edit_saved_put, .opaque = edit };
        int r = edit_object(shell, &object);

        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, same, name);
        else if (r == EDIT_DONE)
                shell_print_extra(shell, done, name);
        return r != EDIT_FAILED;
}

bool cmd_save_image_edit(Shell *shell, const ShellArgs *args)
{
        EditSaved edit = { .connection = connection_of(shell), .flags = flags_given(args, run_flags) };

        if (!args_exclusive(shell, args, "running", "paused") || args_string(shell, args, "file", &edit.path) <= 0)
                return false;
        return edit_saved(shell, &edit, edit.path, "Saved image %s XML configuration not changed.\n",
                          "State file %s edited.\n");
}

static int managedsave_call(virDomainPtr domain, void *opaque)
{
        const SaveJob *job = (const SaveJob *)opaque;

        return virDomainManagedSave(domain, job->flags);
}

bool cmd_managedsave(Shell *shell, const ShellArgs *args)
{
        SaveJob job = { .flags = flags_given(args, state_flags) };
        g_autoptr(virDomain) domain = domain_get(shell, args);

        if (!domain)
                return false;
        if (job_run(shell, domain, managedsave_call, &job, "Managedsave", args_has(args, "verbose")) < 0) {
                shell_error(shell, "Failed to save domain '%s' state", virDomainGetName(domain));
                return false;
        }
        shell_print_extra(shell, "\nDomain '%s' state saved by libvirt\n", virDomainGetName(domain));
        return true;
}

bool cmd_managedsave_remove(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int has = domain ? virDomainHasManagedSaveImage(domain, 0) : -1;

        if (!domain)
                return false;
        if (has < 0) {
                shell_error(shell, "Failed to check for domain managed save image");
                return false;
        }
        if (has == 0) {
                shell_print_extra(shell, "Domain '%s' has no manage save image; removal skipped",
                                  virDomainGetName(domain));
                return true;
        }
        if (virDomainManagedSaveRemove(domain, 0) < 0) {
                shell_error(shell, "Failed to remove managed save image for domain '%s'", virDomainGetName(domain));
                return false;
        }
        shell_print_extra(shell, "Removed managedsave image for domain '%s'\n", virDomainGetName(domain));
        return true;
}

bool cmd_managedsave_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = args_has(args, "security-info") ? VIR_DOMAIN_SAVE_IMAGE_XML_SECURE : 0;
        g_autofree char *xml = domain ? virDomainManagedSaveGetXMLDesc(domain, flags) : NULL;

        return xml && xml_print(shell, args, xml);
}

bool cmd_managedsave_define(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *xml = NULL;

        if (!args_exclusive(shell, args, "running", "paused") || !xml_option(shell, args, &xml))
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (virDomainManagedSaveDefineXML(domain, xml, flags_given(args, run_flags)) < 0) {
                shell_error(shell, "Failed to update %s XML configuration", virDomainGetName(domain));
                return false;
        }
        shell_print_extra(shell, "Managed save state file of domain '%s' updated.\n", virDomainGetName(domain));
        return true;
}

bool cmd_managedsave_edit(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        EditSaved edit = { .connection = connection_of(shell), .flags = flags_given(args, run_flags) };

        if (!args_exclusive(shell, args, "running", "paused"))
                return false;
        domain = domain_get(shell, args);
        edit.domain = domain;
        return domain && edit_saved(shell, &edit, virDomainGetName(domain),
                                    "Managed save image of domain '%s' XML configuration not changed.\n",
                                    "Managed save image of Domain '%s' XML configuration edited.\n");
}

/* --- dump --- */

static const char *const dump_formats[] = { "elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp", NULL };

static int dump_call(virDomainPtr domain, void *opaque)
{
        const SaveJob *job = (const SaveJob *)opaque;

        if (job->format)
                return virDomainCoreDumpWithFormat(domain, job->path, (unsigned)number_of(dump_formats, job->format),
                                                   job->flags);
        return virDomainCoreDump(domain, job->path, job->flags);
}

bool cmd_dump(Shell *shell, const ShellArgs *args)
{
        static const FlagRow flags[] = {
                { "live", VIR_DUMP_LIVE },
                { "crash", VIR_DUMP_CRASH },
                { "bypass-cache", VIR_DUMP_BYPASS_CACHE },
                { "reset", VIR_DUMP_RESET },
                { "memory-only", VIR_DUMP_MEMORY_ONLY },
                { NULL, 0 },
        };
        const char *path = NULL;
        g_autofree char *full = NULL;
        SaveJob job = { .flags = flags_given(args, flags) };
        g_autoptr(virDomain) domain = NULL;

        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "file", &path) <= 0 ||
            args_string(shell, args, "format", &job.format) < 0)
                return false;
        if (job.format && !args_has(args, "memory-only")) {
                shell_error(shell, "--format only works with --memory-only");
                return false;
        }
        if (job.format && number_of(dump_formats, job.format) < 0) {
                shell_error(shell,
                            "format '%s' is not supported, expecting 'kdump-zlib', 'kdump-lzo', 'kdump-snappy', "
                            "'win-dmp' or 'elf'",
                            job.format);
                return false;
        }
        full = absolute(path);
        job.path = full;
        if (job_run(shell, domain, dump_call, &job, "Dump", args_has(args, "verbose")) < 0) {
                shell_error(shell, "Failed to core dump domain '%s' to %s", virDomainGetName(domain), path);
                return false;
        }
        shell_print_extra(shell, "\nDomain '%s' dumped to %s\n", virDomainGetName(domain), path);
        return true;
}
