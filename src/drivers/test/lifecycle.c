/* Life of an invented domain: define, start, stop and what lies between. */
#include "test.h"

#include <string.h>

#include "vireo/events.h"

enum { DEADLINE_MS = 30000 };

typedef struct Running {
        TestJob *job;
        TestChange change;
} Running;

static void event_drop(gpointer event)
{
        event_unref(event);
}

static void emit_all(TestJob *job)
{
        for (guint i = 0; i < job->events->len; i++)
                event_emit(job->host->hub, g_steal_pointer(&job->events->pdata[i]));
}

static int run(void *opaque, Error *err)
{
        Running *running = opaque;
        TestJob *job = running->job;

        if (domain_entry_is_removed(job->entry))
                return error_set(err, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'",
                                 domain_entry_name(job->entry));
        job->view = domain_view_edit(job->entry);
        if (running->change(job, err) < 0) {
                job->view = domain_view_unref(job->view);
                return -1;
        }
        if (job->domain)
                job->domain->id = job->view->id;
        domain_publish(job->entry, g_steal_pointer(&job->view));
        if (job->remove)
                domain_list_remove(job->host->list.domains, job->entry);
        emit_all(job);
        return 0;
}

static int run_job(TestJob *job, const char *name, TestChange change, Error *err)
{
        g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(event_drop);
        Running running = { job, change };

        job->events = events;
        return lane_run(domain_entry_lane(job->entry), name, DEADLINE_MS, run, &running, err);
}

/* The same for an entry that was just claimed. */
static int test_change_entry(TestHost *host, DomainEntry *entry, const char *name, unsigned flags, const void *input,
                             TestChange change, Error *err)
{
        TestJob job = { .host = host, .entry = entry, .flags = flags, .input = input };

        return run_job(&job, name, change, err);
}

int test_change(virDomainPtr domain, const char *name, unsigned flags, const void *input, TestChange change, Error *err)
{
        TestHost *host = test_host_of(domain->conn);
        g_autoptr(DomainEntry) entry = domain_list_find(host->list.domains, domain, err);
        TestJob job = { .host = host, .entry = entry, .domain = domain, .flags = flags, .input = input };

        return entry ? run_job(&job, name, change, err) : -1;
}

/* A lifecycle event about the job's domain, emitted after the change was published. */
static void test_event(TestJob *job, int event, int detail)
{
        g_ptr_array_add(job->events,
                        event_domain_lifecycle(domain_entry_name(job->entry), domain_entry_uuid(job->entry),
                                               job->view->id, event, detail));
}

static Domain *edited(Domain **definition)
{
        Domain *copy = domain_copy(*definition);

        domain_unref(*definition);
        *definition = copy;
        return copy;
}

int test_edit(TestJob *job, unsigned flags, Domain *ret_definitions[2], Error *err)
{
        DomainView *view = job->view;
        bool current = !(flags & (VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG));
        bool live = (flags & VIR_DOMAIN_AFFECT_LIVE) || (current && view->live);
        bool config = (flags & VIR_DOMAIN_AFFECT_CONFIG) || (current && !view->live);

        if (!domain_view_pick(view, flags, err) ||
            ((flags & VIR_DOMAIN_AFFECT_CONFIG) && !domain_view_pick(view, VIR_DOMAIN_AFFECT_CONFIG, err)))
                return -1;
        ret_definitions[0] = live ? edited(&view->live) : NULL;
        ret_definitions[1] = config ? edited(&view->config) : NULL;
        return 0;
}

void test_start(TestJob *job, int reason)
{
        DomainView *view = job->view;

        view->live = view->live ? view->live : domain_copy(view->config);
        view->id = domain_list_next_id(job->host->list.domains);
        view->live->id = view->id;
        view->state = VIR_DOMAIN_RUNNING;
        view->reason = reason;
        view->started_ns = g_get_real_time() * 1000;
}

void test_stop(TestJob *job, int state, int reason)
{
        DomainView *view = job->view;

        view->live = domain_unref(view->live);
        view->id = -1;
        view->state = state;
        view->reason = reason;
        if (!view->persistent)
                job->remove = true;
}

/* Defining and starting. */

static int check_type(Domain *definition, unsigned flags, void *context, Error *err)
{
        if (definition->type != VIRT_TEST)
                return error_set(err, VIR_ERR_INVALID_ARG, "could not find capabilities for domaintype=%s ",
                                 VirtType_names[definition->type]);
        return 0;
}

const DomainRules test_rules = {
        .name = "test",
        .features = ~DOMAIN_RULES_WIDE_SCSI & ~DOMAIN_RULES_NAME_SLASH,
        .arch = "i686",
        .early = check_type,
};

static Domain *parse(const char *xml, unsigned flags, unsigned validate_flag, Error *err)
{
        g_autoptr(Domain) definition = NULL;
        unsigned parse_flags = DOMAIN_PARSE_INACTIVE | (flags & validate_flag ? DOMAIN_PARSE_VALIDATE : 0);

        if (domain_parse_for(&test_rules, NULL, xml, strlen(xml), NULL, parse_flags, &definition, err) < 0)
                return NULL;
        return g_steal_pointer(&definition);
}

static int define_job(TestJob *job, Error *err)
{
        DomainView *view = job->view;
        bool known = view->persistent;

        domain_unref(view->config);
        view->config = domain_ref(job->input);
        view->persistent = true;
        if (view->id < 0) {
                view->state = VIR_DOMAIN_SHUTOFF;
                view->reason = known ? view->reason : VIR_DOMAIN_SHUTOFF_UNKNOWN;
        } else {
                view->updated = true;
        }
        test_event(job, VIR_DOMAIN_EVENT_DEFINED,
                   known ? VIR_DOMAIN_EVENT_DEFINED_UPDATED : VIR_DOMAIN_EVENT_DEFINED_ADDED);
        return 0;
}

virDomainPtr test_define(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        TestHost *host = test_host_of(conn);
        g_autoptr(Domain) definition = parse(xml, flags, VIR_DOMAIN_DEFINE_VALIDATE, err);
        g_autoptr(DomainEntry) entry = NULL;

        if (!definition || domain_list_claim(host->list.domains, definition, &entry, err) < 0)
                return NULL;
        if (test_change_entry(host, entry, "define", flags, definition, define_job, err) < 0)
                return NULL;
        return domain_handle(conn, entry);
}

static int create_xml_job(TestJob *job, Error *err)
{
        DomainView *view = job->view;

        if (view->id >= 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is already active as '%s'",
                                 domain_entry_name(job->entry));
        view->live = domain_copy(job->input);
        test_start(job, VIR_DOMAIN_RUNNING_BOOTED);
        test_event(job, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
        if (job->flags & VIR_DOMAIN_START_PAUSED) {
                view->state = VIR_DOMAIN_PAUSED;
                view->reason = VIR_DOMAIN_PAUSED_USER;
        }
        return 0;
}

virDomainPtr test_create_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        TestHost *host = test_host_of(conn);
        g_autoptr(Domain) definition = parse(xml, flags, VIR_DOMAIN_START_VALIDATE, err);
        g_autoptr(DomainEntry) entry = NULL;
        int claim;

        if (!definition)
                return NULL;
        claim = domain_list_claim(host->list.domains, definition, &entry, err);
        if (claim < 0)
                return NULL;
        if (test_change_entry(host, entry, "create", flags, definition, create_xml_job, err) < 0) {
                if (claim == DOMAIN_CLAIMED_NEW)
                        domain_list_remove(host->list.domains, entry);
                return NULL;
        }
        return domain_handle(conn, entry);
}

static int create_job(TestJob *job, Error *err)
{
        DomainView *view = job->view;
        bool saved = view->has_managed_save;

        if (view->id >= 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "Domain '%s' is already running",
                                 domain_entry_name(job->entry));
        test_start(job, saved ? VIR_DOMAIN_RUNNING_RESTORED : VIR_DOMAIN_RUNNING_BOOTED);
        view->has_managed_save = false;
        test_event(job, VIR_DOMAIN_EVENT_STARTED,
                   saved ? VIR_DOMAIN_EVENT_STARTED_RESTORED : VIR_DOMAIN_EVENT_STARTED_BOOTED);
        if (job->flags & VIR_DOMAIN_START_PAUSED) {
                view->state = VIR_DOMAIN_PAUSED;
                view->reason = VIR_DOMAIN_PAUSED_USER;
        }
        return 0;
}

int test_create(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "start", flags, NULL, create_job, err);
}

static int need_running(const TestJob *job, Error *err)
{
        if (job->view->id < 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        return 0;
}

static int destroy_job(TestJob *job, Error *err)
{
        if (need_running(job, err) < 0)
                return -1;
        test_event(job, VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
        test_stop(job, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED);
        return 0;
}

int test_destroy(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "destroy", flags, NULL, destroy_job, err);
}

/* What an on_poweroff or on_reboot action makes of a guest that wants to end. */
static void end_of_guest(TestJob *job, Lifecycle action)
{
        if (action == LIFECYCLE_RESTART || action == LIFECYCLE_RENAME_RESTART) {
                job->view->state = VIR_DOMAIN_RUNNING;
                job->view->reason = VIR_DOMAIN_RUNNING_BOOTED;
                return;
        }
        test_event(job, VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
        test_stop(job, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
}

static int shutdown_job(TestJob *job, Error *err)
{
        if (need_running(job, err) < 0)
                return -1;
        end_of_guest(job, job->view->live->on_poweroff);
        return 0;
}

int test_shutdown(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "shutdown", flags, NULL, shutdown_job, err);
}

static int reboot_job(TestJob *job, Error *err)
{
        Lifecycle action = job->view->live ? job->view->live->on_reboot : LIFECYCLE_DEFAULT;

        if (need_running(job, err) < 0)
                return -1;
        end_of_guest(job, action == LIFECYCLE_DEFAULT ? LIFECYCLE_RESTART : action);
        return 0;
}

int test_reboot(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "reboot", flags, NULL, reboot_job, err);
}

static int reset_job(TestJob *job, Error *err)
{
        return need_running(job, err);
}

int test_reset(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "reset", flags, NULL, reset_job, err);
}

static int suspend_job(TestJob *job, Error *err)
{
        if (need_running(job, err) < 0)
                return -1;
        if (job->view->state == VIR_DOMAIN_PAUSED)
                return 0;
        job->view->state = VIR_DOMAIN_PAUSED;
        job->view->reason = VIR_DOMAIN_PAUSED_USER;
        test_event(job, VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
        return 0;
}

int test_suspend(virDomainPtr domain, Error *err)
{
        return test_change(domain, "suspend", 0, NULL, suspend_job, err);
}

static int resume_job(TestJob *job, Error *err)
{
        if (need_running(job, err) < 0)
                return -1;
        if (job->view->state == VIR_DOMAIN_RUNNING)
                return 0;
        job->view->state = VIR_DOMAIN_RUNNING;
        job->view->reason = VIR_DOMAIN_RUNNING_UNPAUSED;
        test_event(job, VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        return 0;
}

int test_resume(virDomainPtr domain, Error *err)
{
        return test_change(domain, "resume", 0, NULL, resume_job, err);
}

static int undefine_job(TestJob *job, Error *err)
{
        DomainView *view = job->view;

        if (!view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot undefine transient domain");
        if (view->has_managed_save && !(job->flags & VIR_DOMAIN_UNDEFINE_MANAGED_SAVE))
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Refusing to undefine while domain managed save image exists");
        view->has_managed_save = false;
        view->persistent = view->autostart = false;
        test_event(job, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
        if (view->id < 0)
                job->remove = true;
        else
                view->config = domain_unref(view->config);
        return 0;
}

int test_undefine(virDomainPtr domain, unsigned flags, Error *err)
{
        return test_change(domain, "undefine", flags, NULL, undefine_job, err);
}

static int rename_job(TestJob *job, Error *err)
{
        const char *name = job->input;
        Domain *copy;

        if (job->view->id >= 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot rename active domain");
        if (!job->view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot rename a transient domain");
        test_event(job, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
        if (domain_list_rename(job->host->list.domains, job->entry, name, err) < 0)
                return -1;
        copy = domain_copy(job->view->config);
        g_free(copy->name);
        copy->name = g_strdup(name);
        domain_unref(job->view->config);
        job->view->config = copy;
        test_event(job, VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_RENAMED);
        return 0;
}

int test_rename(virDomainPtr domain, const char *name, unsigned flags, Error *err)
{
        return test_change(domain, "rename", flags, name, rename_job, err);
}

static int autostart_job(TestJob *job, Error *err)
{
        if (!job->view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cannot set autostart for transient domain");
        job->view->autostart = *(const int *)job->input != 0;
        return 0;
}

int test_set_autostart(virDomainPtr domain, int autostart, Error *err)
{
        return test_change(domain, "autostart", 0, &autostart, autostart_job, err);
}

/* A domain that came with the host. */
typedef struct Read {
        Domain *definition;
        int state;
        bool transient;
} Read;

static int add_job(TestJob *job, Error *err)
{
        const Read *read = job->input;
        DomainView *view = job->view;

        view->config = domain_ref(read->definition);
        view->persistent = !read->transient;
        view->state = VIR_DOMAIN_SHUTOFF;
        if (read->state == VIR_DOMAIN_SHUTOFF)
                return 0;
        test_start(job, VIR_DOMAIN_RUNNING_UNKNOWN);
        view->state = read->state;
        if (read->transient)
                view->config = domain_unref(view->config);
        return 0;
}

int test_add(TestHost *host, Domain *definition, int state, bool transient, Error *err)
{
        Read read = { definition, state, transient };
        g_autoptr(DomainEntry) entry = NULL;

        if (domain_list_claim(host->list.domains, definition, &entry, err) < 0)
                return -1;
        return test_change_entry(host, entry, "read", 0, &read, add_job, err);
}
