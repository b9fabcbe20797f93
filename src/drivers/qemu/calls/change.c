/* See change.h. */
#define LOG_SOURCE "qemu.change"
#include "calls/change.h"

#include "calls/target.h"
#include "guest/note.h"
#include "util/log.h"
#include "vireo/events.h"

typedef struct Run {
        Guest *guest;
        const Change *change;
} Run;

/* What says nothing any more is not written down. */
static void tidy(Domain *definition)
{
        const struct {
                void **at;
                const Rows *rows;
        } parts[] = {
                { (void **)(void *)&definition->cputune, &Cputune_rows },
                { (void **)(void *)&definition->memtune, &Memtune_rows },
                { (void **)(void *)&definition->blkiotune, &Blkiotune_rows },
                { (void **)(void *)&definition->numatune, &Numatune_rows },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
                g_autofree void *fresh = g_malloc0(parts[i].rows->size);

                rows_init(parts[i].rows, fresh);
                if (!*parts[i].at || rows_compare(parts[i].rows, *parts[i].at, fresh, 0, NULL, NULL))
                        continue;
                rows_drop(parts[i].rows, *parts[i].at);
                g_clear_pointer(parts[i].at, g_free);
        }
}

static int edit(Domain **definition, bool live, const Change *change, Error *err)
{
        Domain *copy = domain_copy(*definition);

        if (change->edit(copy, live, change, err) < 0) {
                domain_unref(copy);
                return -1;
        }
        tidy(copy);
        domain_unref(*definition);
        *definition = copy;
        return 0;
}

static void undo(const Run *run, const Domain *before, const Domain *now)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (run->change->apply && run->change->apply(run->guest, now, before, run->change, &why) < 0)
                log_error("domain '%s': %s cannot be taken back: %s", before->name, run->change->name, why.message);
}

/* The status file as it was, which is what readers still see. */
static void restore_status(const Run *run)
{
        g_autoptr(DomainView) view = domain_view_get(run->guest->entry);
        ERROR_AUTO Error why = ERROR_INIT;

        if (status_save(run->guest, view, &why) < 0)
                log_error("domain '%s': %s", domain_entry_name(run->guest->entry), why.message);
}

/* First the files, then the guest: when we are killed in between, who reads them puts in force what the new one says. */
static int apply(const Run *run, const DomainView *view, const Domain *before, Error *err)
{
        if (guest_note(run->guest, err) < 0 || status_save(run->guest, view, err) < 0)
                return -1;
        if (!run->change->apply || run->change->apply(run->guest, before, view->live, run->change, err) == 0)
                return 0;
        restore_status(run);
        return -1;
}

static void tell(const Run *run, const DomainView *view)
{
        Params fields = { 0 };

        if (!run->change->tell)
                return;
        run->change->tell(run->change, &fields);
        if (fields.n > 0)
                event_emit(run->guest->instance->hub,
                           event_domain_tunable(domain_entry_name(run->guest->entry),
                                                domain_entry_uuid(run->guest->entry), view->id, fields.list, fields.n));
        params_done(&fields);
}

static int change_live(const Run *run, DomainView *view, const Domain *before, bool config, Error *err)
{
        if (apply(run, view, before, err) < 0)
                return -1;
        if (!config || config_save(run->guest->instance, view->config, err) == 0)
                return 0;
        undo(run, before, view->live);
        restore_status(run);
        return -1;
}

static int change_view(const Run *run, DomainView *view, bool *ret_live, Error *err)
{
        const Change *change = run->change;
        g_autoptr(Domain) before = view->live ? domain_ref(view->live) : NULL;
        bool config;
        int r;

        if (call_targets(view, change->flags, ret_live, &config, err) < 0 ||
            (*ret_live && edit(&view->live, true, change, err) < 0) ||
            (config && edit(&view->config, false, change, err) < 0))
                return -1;
        if (!*ret_live)
                return config ? config_save(run->guest->instance, view->config, err) : 0;
        r = change_live(run, view, before, config, err);
        guest_note_forget(run->guest);
        return r;
}

static int job_change(void *opaque, Error *err)
{
        const Run *run = opaque;
        DomainView *view = domain_view_edit(run->guest->entry);
        bool live = false;

        if (change_view(run, view, &live, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        if (live)
                tell(run, view);
        domain_publish(run->guest->entry, view);
        return 0;
}

int change_run(virDomainPtr domain, const Change *change, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Run run = { .change = change };

        if (!entry)
                return -1;
        run.guest = guest_of(entry);
        return domain_job(entry, change->name, job_change, &run, err);
}
