/* Definitions: made, replaced, removed; guests that are started without one; autostart; metadata.
 * Nothing is acknowledged before it is durable on disk. */
#define LOG_SOURCE "qemu.driver"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "calls/target.h"
#include "conf/metadata.h"
#include "guest/instance.h"
#include "guest/nvram.h"
#include "helpers/swtpm.h"
#include "calls/lifecycle.h"
#include "rules/settle.h"
#include "util/file.h"
#include "util/log.h"
#include "vireo/events.h"

int qemu_check_name(const char *name, Error *err)
{
        if (!name || !name[0])
                return error_set(err, VIR_ERR_NO_NAME, "missing name information");
        if (strchr(name, '/'))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/'", name);
        if (strchr(name, '\n'))
                return error_set(err, VIR_ERR_XML_ERROR, "name cannot contain '\\n'");
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "name '%s' cannot be a file's", name);
        if (strlen(name) > 240)
                return error_set(err, VIR_ERR_XML_ERROR, "name is longer than 240 bytes");
        return 0;
}

static QemuCaps *find_caps(void *cache, const char *binary, Error *err)
{
        return qemu_caps_get(cache, binary, err);
}

Domain *qemu_document_read(QemuInstance *instance, const char *xml, bool validate, Error *err)
{
        g_autoptr(Domain) domain = NULL;
        QemuContext context = {
                .caps_of = find_caps,
                .opaque = instance->caps,
                .fresh = true,
                .lib_folder = instance->lib_dir,
                .no_spice_tls = instance->conf->spice_tls.on <= 0,
                .nvram = instance->conf->nvram,
                .user_config = instance->system ? NULL : g_get_user_config_dir(),
        };
        int r = domain_parse_for(&qemu_rules, &context, xml, strlen(xml), NULL,
                                 DOMAIN_PARSE_INACTIVE | (validate ? DOMAIN_PARSE_VALIDATE : 0), &domain, err);

        qemu_caps_unref(context.owned);
        return r < 0 || qemu_check_name(domain->name, err) < 0 ? NULL : g_steal_pointer(&domain);
}

typedef struct Definition {
        QemuInstance *instance;
        DomainEntry *entry;
        Domain *domain;
        virConnectPtr conn;
        unsigned flags;
} Definition;

static void start_view(DomainView *view)
{
        view->id = -1;
        view->state = VIR_DOMAIN_SHUTOFF;
        view->reason = VIR_DOMAIN_SHUTOFF_UNKNOWN;
}

static int job_define(void *opaque, Error *err)
{
        Definition *definition = opaque;
        DomainView *view;
        bool was;

        if (domain_entry_is_removed(definition->entry))
                return error_set(err, VIR_ERR_OPERATION_FAILED, "domain '%s' was removed at the same moment",
                                 definition->domain->name);
        if (config_save(definition->instance, definition->domain, err) < 0)
                return -1;
        view = domain_view_edit(definition->entry);
        was = view->persistent;
        if (!view->config && !view->live)
                start_view(view);
        view->persistent = true;
        view->updated = view->live != NULL;
        domain_unref(view->config);
        view->config = domain_ref(definition->domain);
        domain_publish(definition->entry, view);
        emit_lifecycle(definition->instance, definition->entry, view->id, VIR_DOMAIN_EVENT_DEFINED,
                       was ? VIR_DOMAIN_EVENT_DEFINED_UPDATED : VIR_DOMAIN_EVENT_DEFINED_ADDED);
        return 0;
}

/* The guest of @xml is in the list, then @job, which is called @name, has it. */
static virDomainPtr enter(Definition *definition, const char *xml, bool validate, const char *name, LaneJob job,
                          Error *err)
{
        QemuInstance *instance = instance_of(definition->conn);
        g_autoptr(Domain) domain = qemu_document_read(instance, xml, validate, err);
        g_autoptr(DomainEntry) entry = NULL;

        definition->instance = instance;
        definition->domain = domain;
        if (!domain || domain_list_claim(instance->list.domains, domain, &entry, err) < 0)
                return NULL;
        definition->entry = entry;
        guest_new(instance, entry);
        return domain_job(entry, name, job, definition, err) < 0 ? NULL : domain_handle(definition->conn, entry);
}

virDomainPtr qemu_domain_define_xml_flags(virConnectPtr conn, const char *xml, unsigned int flags, Error *err)
{
        Definition definition = { .conn = conn, .flags = flags };

        if (check_call_flags(flags, VIR_DOMAIN_DEFINE_VALIDATE, "qemuDomainDefineXMLFlags", err) < 0)
                return NULL;
        return enter(&definition, xml, flags & VIR_DOMAIN_DEFINE_VALIDATE, "define", job_define, err);
}

/* Started without a definition */

static int job_create_xml(void *opaque, Error *err)
{
        Definition *definition = opaque;
        Guest *guest = guest_of(definition->entry);
        g_autoptr(DomainView) view = domain_view_get(definition->entry);

        if (view && view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is already active as '%s'",
                                 domain_entry_name(definition->entry));
        return qemu_start_guest(guest, definition->domain, definition->conn, definition->flags, err);
}

virDomainPtr qemu_domain_create_xml(virConnectPtr conn, const char *xml, unsigned int flags, Error *err)
{
        const unsigned known = VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY | VIR_DOMAIN_START_VALIDATE |
                               VIR_DOMAIN_START_RESET_NVRAM;
        Definition definition = { .conn = conn, .flags = flags };

        if (check_call_flags(flags, known, "qemuDomainCreateXML", err) < 0)
                return NULL;
        return enter(&definition, xml, flags & VIR_DOMAIN_START_VALIDATE, "create", job_create_xml, err);
}

/* Undefine */

typedef struct Change {
        QemuInstance *instance;
        DomainEntry *entry;
        int autostart;
        int type;
        const char *metadata, *key, *uri;
        unsigned flags;
} Change;

static int run_change(virDomainPtr domain, const char *name, LaneJob job, Change *change, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;

        change->instance = instance_of(domain->conn);
        entry = domain_list_find(change->instance->list.domains, domain, err);
        if (!entry)
                return -1;
        change->entry = entry;
        return domain_job(entry, name, job, change, err);
}

/* The firmware's variables are the guest's data: they go or stay as the caller says, and never by accident. */
static int undefine_nvram(const Domain *config, unsigned flags, Error *err)
{
        const char *path = nvram_path(config);

        if (!path || flags & VIR_DOMAIN_UNDEFINE_KEEP_NVRAM || access(path, F_OK) < 0)
                return 0;
        if (!(flags & VIR_DOMAIN_UNDEFINE_NVRAM))
                return error_set(
                        err, VIR_ERR_OPERATION_INVALID,
                        "cannot undefine domain with nvram: %s is there; say whether it goes (--nvram) or stays "
                        "(--keep-nvram)",
                        path);
        return file_remove(path, err);
}

/* What an emulated TPM knows goes with the definition, unless the caller or the definition wants it kept. */
static void forget_tpm(const Change *change, const Domain *config)
{
        bool keep = change->flags & VIR_DOMAIN_UNDEFINE_KEEP_TPM;

        for (size_t i = 0; config && !keep && i < config->n_tpms; i++)
                if (config->tpms[i].backend == TPM_BACKEND_EMULATOR &&
                    (config->tpms[i].persistent_state != YESNO_YES || change->flags & VIR_DOMAIN_UNDEFINE_TPM))
                        swtpm_forget(change->instance, config);
}

static int job_undefine(void *opaque, Error *err)
{
        Change *change = opaque;
        const char *name = domain_entry_name(change->entry);
        g_autofree char *config = config_path(change->instance, name);
        g_autofree char *link = autostart_path(change->instance, name);
        DomainView *view = domain_view_edit(change->entry);
        bool running = view->live;

        if (!view->persistent) {
                domain_view_unref(view);
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot undefine transient domain");
        }
        if (undefine_nvram(view->config, change->flags, err) < 0 || file_remove(link, err) < 0 ||
            file_remove(config, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        view->persistent = false;
        view->autostart = false;
        view->updated = false;
        if (!running)
                forget_tpm(change, view->config);
        view->config = domain_unref(view->config);
        if (running)
                domain_publish(change->entry, view);
        else
                domain_view_unref(view);
        emit_lifecycle(change->instance, change->entry, running ? view->id : -1, VIR_DOMAIN_EVENT_UNDEFINED,
                       VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
        if (!running)
                domain_list_remove(change->instance->list.domains, change->entry);
        return 0;
}

int qemu_domain_undefine_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        Change change = { .flags = flags };

        if (check_call_flags(flags,
                             VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                                     VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM |
                                     VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | VIR_DOMAIN_UNDEFINE_TPM |
                                     VIR_DOMAIN_UNDEFINE_KEEP_TPM,
                             "qemuDomainUndefineFlags", err) < 0)
                return -1;
        if (flags & VIR_DOMAIN_UNDEFINE_NVRAM && flags & VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot both keep and delete nvram");
        return run_change(domain, "undefine", job_undefine, &change, err);
}

/* Autostart */

static int job_autostart(void *opaque, Error *err)
{
        Change *change = opaque;
        const char *name = domain_entry_name(change->entry);
        g_autofree char *config = config_path(change->instance, name);
        g_autofree char *link = autostart_path(change->instance, name);
        g_autoptr(DomainView) now = domain_view_get(change->entry);
        DomainView *view;
        int r;

        if (!now || !now->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot set autostart for transient domain");
        if (now->autostart == (change->autostart != 0))
                return 0;
        r = change->autostart ? file_symlink_replace(config, link, err) : file_remove(link, err);
        if (r < 0)
                return -1;
        view = domain_view_edit(change->entry);
        view->autostart = change->autostart;
        domain_publish(change->entry, view);
        return 0;
}

int qemu_domain_set_autostart(virDomainPtr domain, int autostart, Error *err)
{
        Change change = { .autostart = autostart };

        return run_change(domain, "autostart", job_autostart, &change, err);
}

/* Title, description, metadata */

static int edit_metadata(Domain *domain, const Change *change, Error *err)
{
        char *replaced = NULL;

        switch (change->type) {
        case VIR_DOMAIN_METADATA_TITLE:
                g_free(domain->title);
                domain->title = g_strdup(change->metadata && change->metadata[0] ? change->metadata : NULL);
                return 0;
        case VIR_DOMAIN_METADATA_DESCRIPTION:
                g_free(domain->description);
                domain->description = g_strdup(change->metadata && change->metadata[0] ? change->metadata : NULL);
                return 0;
        case VIR_DOMAIN_METADATA_ELEMENT:
                if (metadata_replace(domain->metadata, change->uri, change->key, change->metadata, &replaced, err) < 0)
                        return -1;
                g_free(domain->metadata);
                domain->metadata = replaced;
                return 0;
        default: return error_set(err, VIR_ERR_INVALID_ARG, "unknown metadata type %d", change->type);
        }
}

static int edit_copy(Domain **definition, const Change *change, Error *err)
{
        g_autoptr(Domain) copy = domain_copy(*definition);

        if (edit_metadata(copy, change, err) < 0)
                return -1;
        domain_unref(*definition);
        *definition = g_steal_pointer(&copy);
        return 0;
}

static int job_metadata(void *opaque, Error *err)
{
        Change *change = opaque;
        g_autoptr(DomainView) now = domain_view_get(change->entry);
        bool live = change->flags & VIR_DOMAIN_AFFECT_LIVE || (change->flags == 0 && now && now->live);
        bool config = change->flags & VIR_DOMAIN_AFFECT_CONFIG || (change->flags == 0 && now && !now->live);
        DomainView *view;

        if (!now || !domain_view_pick(now, change->flags, err))
                return -1;
        view = domain_view_edit(change->entry);
        if ((live && edit_copy(&view->live, change, err) < 0) ||
            (config && edit_copy(&view->config, change, err) < 0) ||
            (live && status_save(guest_of(change->entry), view, err) < 0) ||
            (config && config_save(change->instance, view->config, err) < 0)) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(change->entry, view);
        event_emit(change->instance->hub,
                   event_domain_metadata_change(domain_entry_name(change->entry), domain_entry_uuid(change->entry),
                                                view->id, change->type, change->uri));
        return 0;
}

int qemu_domain_set_metadata(virDomainPtr domain, int type, const char *metadata, const char *key, const char *uri,
                             unsigned int flags, Error *err)
{
        Change change = { .type = type, .metadata = metadata, .key = key, .uri = uri, .flags = flags };

        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainSetMetadata", err) <
            0)
                return -1;
        return run_change(domain, "metadata", job_metadata, &change, err);
}
