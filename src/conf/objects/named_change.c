/* Objects by name: changes, on the lane of the object. */
#include <string.h>

#include "objects/named_private.h"

enum { DEADLINE_MS = 30000 };

typedef struct Running {
        NamedList *list;
        NamedJob *job;
        NamedChange change;
} Running;

static void emit_all(NamedList *list, NamedJob *job)
{
        for (guint i = 0; i < job->events->len; i++)
                list->events.emit(list->events.hub, g_steal_pointer(&job->events->pdata[i]));
}

static int run(void *opaque, Error *err)
{
        Running *running = opaque;
        NamedJob *job = running->job;

        if (job->entry->removed)
                return error_set_from(err, job->entry->kind->error_domain, job->entry->kind->not_found,
                                      "no %s with matching name '%s'", job->entry->kind->what, job->entry->name);
        job->view = named_view_edit(job->entry);
        if (running->change(job, err) < 0) {
                job->view = named_view_unref(job->view);
                return -1;
        }
        if (job->remove) {
                job->entry->removed = true;
                job->view = named_view_unref(job->view);
                named_list_remove(running->list, job->entry);
        } else {
                named_view_publish(job->entry, g_steal_pointer(&job->view));
        }
        emit_all(running->list, job);
        return 0;
}

int named_change(NamedList *list, NamedEntry *entry, const char *name, NamedChange change, const void *input,
                 Error *err)
{
        g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(list->events.drop);
        NamedJob job = { .entry = entry, .input = input, .events = events };
        Running running = { list, &job, change };

        return lane_run(entry->lane, name, DEADLINE_MS, run, &running, err);
}

/* Defining and creating: a document, and what else is to be done with it. */
typedef struct Placing {
        void *document; /* NULL once it found its place */
        NamedChange change;
        const void *input;
} Placing;

static int finish(NamedJob *job, const Placing *placing, Error *err)
{
        job->input = placing->input;
        return placing->change ? placing->change(job, err) : 0;
}

static int define(NamedJob *job, Error *err)
{
        Placing *placing = (Placing *)job->input;

        document_free(job->view->kind->document, job->view->config);
        job->view->config = g_steal_pointer(&placing->document);
        job->view->persistent = true;
        return finish(job, placing, err);
}

static int create(NamedJob *job, Error *err)
{
        Placing *placing = (Placing *)job->input;

        if (job->view->live)
                return error_set_from(err, job->view->kind->error_domain, VIR_ERR_OPERATION_INVALID,
                                      "%s is already active as '%s'", job->view->kind->short_what, job->entry->name);
        job->view->live = g_steal_pointer(&placing->document);
        return finish(job, placing, err);
}

/* An entry that was made for this and got nothing does not stay. */
static void forget(NamedList *list, NamedEntry *entry)
{
        g_autoptr(NamedView) view = named_view_get(entry);

        if (!view)
                named_list_remove(list, entry);
}

static NamedEntry *place(NamedList *list, void *document, const char *name, NamedChange placer, NamedChange change,
                         const void *input, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_claim(list, document, err);
        Placing placing = { document, change, input };
        int r = entry ? named_change(list, entry, name, placer, &placing, err) : -1;

        document_free(list->kind->document, placing.document);
        if (r == 0)
                return g_steal_pointer(&entry);
        if (entry)
                forget(list, entry);
        return NULL;
}

NamedEntry *named_define(NamedList *list, void *document, NamedChange change, const void *input, Error *err)
{
        return place(list, document, "define", define, change, input, err);
}

NamedEntry *named_create(NamedList *list, void *document, NamedChange change, const void *input, Error *err)
{
        return place(list, document, "create", create, change, input, err);
}

/* What all kinds have in common. */

int named_need_active(const NamedView *view, const NamedEntry *entry, Error *err)
{
        if (view->live)
                return 0;
        return error_set_from(err, entry->kind->error_domain, VIR_ERR_OPERATION_INVALID, "%s '%s' is not active",
                              entry->kind->what, entry->name);
}

int named_need_inactive(const NamedView *view, const NamedEntry *entry, Error *err)
{
        if (!view->live)
                return 0;
        return error_set_from(err, entry->kind->error_domain, VIR_ERR_OPERATION_INVALID, "%s '%s' is active",
                              entry->kind->what, entry->name);
}

int named_start(NamedJob *job, Error *err)
{
        if (named_need_inactive(job->view, job->entry, err) < 0)
                return -1;
        job->view->live = document_copy(job->view->kind->document, job->view->config);
        return 0;
}

int named_stop(NamedJob *job, Error *err)
{
        if (named_need_active(job->view, job->entry, err) < 0)
                return -1;
        job->view->live = document_free(job->view->kind->document, job->view->live);
        job->remove = !job->view->persistent;
        return 0;
}

int named_undefine(NamedJob *job, Error *err)
{
        NamedView *view = job->view;

        if (!view->persistent)
                return error_set_from(err, view->kind->error_domain, VIR_ERR_OPERATION_INVALID,
                                      "cannot undefine transient %s '%s'", view->kind->short_what, job->entry->name);
        view->persistent = view->autostart = false;
        view->config = document_free(view->kind->document, view->config);
        job->remove = !view->live;
        return 0;
}

int named_set_autostart(NamedJob *job, Error *err)
{
        if (!job->view->persistent)
                return error_set_from(err, job->view->kind->error_domain, VIR_ERR_INVALID_ARG, "%s has no config file",
                                      job->view->kind->short_what);
        job->view->autostart = *(const int *)job->input != 0;
        return 0;
}
