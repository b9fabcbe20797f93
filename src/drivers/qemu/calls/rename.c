/* A domain that does not run gets another name. */
#include <string.h>

#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/rename_files.h"
#include "util/auto.h"
#include "vireo/events.h"

typedef struct Rename {
        QemuInstance *instance;
        DomainEntry *entry;
        const char *name;
} Rename;

/* Variables of the firmware that stand where we put them are named after the domain. */
static void rename_nvram(const QemuInstance *instance, Domain *domain, const char *was)
{
        OsNvram *nvram = domain->os.nvram;
        g_autofree char *start = g_strdup_printf("%s/nvram/%s_VARS", instance->lib_dir, was);
        char **path = !nvram                              ? NULL
                      : nvram->path                       ? &nvram->path
                      : nvram->source.type == SOURCE_FILE ? &nvram->source.file.path
                                                          : NULL;
        char *renamed;

        if (!path || !*path || !g_str_has_prefix(*path, start) || strchr(*path + strlen(start), '/'))
                return;
        renamed = g_strdup_printf("%s/nvram/%s_VARS%s", instance->lib_dir, domain->name, *path + strlen(start));
        g_free(*path);
        *path = renamed;
}

static Domain *renamed(const Rename *rename, const Domain *config)
{
        Domain *copy = domain_copy(config);

        g_free(copy->name);
        copy->name = g_strdup(rename->name);
        rename_nvram(rename->instance, copy, config->name);
        return copy;
}

static int check_rename(const Rename *rename, const DomainView *view, Error *err)
{
        if (!view || !domain_view_current(view))
                return error_set(err, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'",
                                 domain_entry_name(rename->entry));
        if (view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot rename active domain");
        if (!view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot rename a transient domain");
        if (view->has_managed_save)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot rename domain with a managed save image");
        if (strcmp(rename->name, domain_entry_name(rename->entry)) == 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "Can't rename domain to itself");
        return 0;
}

static void tell(const Rename *rename, const char *was)
{
        const unsigned char *uuid = domain_entry_uuid(rename->entry);

        event_emit(rename->instance->hub, event_domain_lifecycle(was, uuid, -1, VIR_DOMAIN_EVENT_UNDEFINED,
                                                                 VIR_DOMAIN_EVENT_UNDEFINED_RENAMED));
        event_emit(rename->instance->hub, event_domain_lifecycle(rename->name, uuid, -1, VIR_DOMAIN_EVENT_DEFINED,
                                                                 VIR_DOMAIN_EVENT_DEFINED_RENAMED));
}

static int job_rename(void *opaque, Error *err)
{
        Rename *rename = opaque;
        DomainList *domains = rename->instance->list.domains;
        g_autoptr(DomainView) view = domain_view_get(rename->entry);
        g_autoptr(Domain) copy = NULL;
        DomainView *edited;

        if (check_rename(rename, view, err) < 0)
                return -1;
        /* First: nobody else can take the name from here on. */
        if (domain_list_rename(domains, rename->entry, rename->name, err) < 0)
                return -1;
        copy = renamed(rename, view->config);
        if (rename_files(rename->instance, view->config, copy, err) < 0) {
                domain_list_rename(domains, rename->entry, view->config->name, NULL);
                return -1;
        }
        edited = domain_view_edit(rename->entry);
        domain_unref(edited->config);
        edited->config = domain_ref(copy);
        domain_publish(rename->entry, edited);
        tell(rename, view->config->name);
        return 0;
}

int qemu_domain_rename(virDomainPtr dom, const char *new_name, unsigned int flags, Error *err)
{
        Rename rename = { .instance = instance_of(dom->conn), .name = new_name };
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, 0, "qemuDomainRename", err) < 0 || qemu_check_name(new_name, err) < 0)
                return -1;
        entry = domain_list_find(rename.instance->list.domains, dom, err);
        if (!entry)
                return -1;
        rename.entry = entry;
        return domain_job(entry, "rename", job_rename, &rename, err);
}
