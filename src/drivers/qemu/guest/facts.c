/* What we know of a running guest beside its definition; most of it is in its status file, for the next daemon. */
#include "guest/instance.h"

GuestFacts *guest_facts_copy(const GuestFacts *facts)
{
        GuestFacts *copy = g_new0(GuestFacts, 1);

        copy->refs = 1;
        copy->vcpu_pids = g_array_new(FALSE, TRUE, sizeof(pid_t));
        copy->taints = g_ptr_array_new_with_free_func(g_free);
        copy->deprecations = g_ptr_array_new_with_free_func(g_free);
        if (!facts) {
                rows_init(&QemuStatus_rows, &copy->status);
                return copy;
        }
        rows_copy(&QemuStatus_rows, &copy->status, &facts->status);
        copy->starting = facts->starting;
        copy->first_cpu = g_strdup(facts->first_cpu);
        if (facts->vcpu_pids->len > 0)
                g_array_append_vals(copy->vcpu_pids, facts->vcpu_pids->data, facts->vcpu_pids->len);
        for (guint i = 0; i < facts->taints->len; i++)
                g_ptr_array_add(copy->taints, g_strdup(g_ptr_array_index(facts->taints, i)));
        for (guint i = 0; i < facts->deprecations->len; i++)
                g_ptr_array_add(copy->deprecations, g_strdup(g_ptr_array_index(facts->deprecations, i)));
        copy->unknown = g_strdup(facts->unknown);
        return copy;
}

void *guest_facts_share(const void *facts)
{
        GuestFacts *shared = (GuestFacts *)facts;

        if (shared)
                g_atomic_int_inc(&shared->refs);
        return shared;
}

void guest_facts_free(void *opaque)
{
        GuestFacts *facts = opaque;

        if (!facts || !g_atomic_int_dec_and_test(&facts->refs))
                return;
        g_array_unref(facts->vcpu_pids);
        g_ptr_array_unref(facts->taints);
        g_ptr_array_unref(facts->deprecations);
        g_free(facts->unknown);
        g_free(facts->first_cpu);
        rows_drop(&QemuStatus_rows, &facts->status);
        g_free(facts);
}

const GuestFacts *view_facts(const DomainView *view)
{
        return view ? view->driver : NULL;
}

/* Beginning */

static unsigned last_node(const Source *source, const BackingStore *below)
{
        unsigned last = source->index;

        for (; below; below = below->backing)
                last = MAX(last, below->index);
        return last;
}

unsigned guest_facts_last_node(const Domain *live)
{
        unsigned last = 0;

        for (size_t i = 0; i < live->n_disks; i++)
                last = MAX(last, last_node(&live->disks[i].source, live->disks[i].backing));
        return last;
}

void guest_facts_begin(GuestFacts *facts, const Domain *live, const QemuCaps *caps, const char *channel_folder,
                       unsigned fd_sets)
{
        QemuStatus *status = &facts->status;
        g_autoptr(GPtrArray) names = qemu_caps_status_names(caps, live->os.machine);

        for (guint i = 0; i < names->len; i++) {
                StatusFlag *flag =
                        rows_list_insert(&StatusFlag_rows, &status->capabilities, &status->n_capabilities, i);

                flag->name = g_strdup(g_ptr_array_index(names, i));
        }
        g_free(status->channel_dir);
        status->channel_dir = g_strdup(channel_folder);
        status->block_jobs_active = YESNO_NO;
        status->next_fdset = fd_sets;
        status->next_node = MAX(status->next_node, guest_facts_last_node(live));
}

void guest_facts_devices(GuestFacts *facts, const Json *children)
{
        QemuStatus *status = &facts->status;

        while (status->n_devices > 0)
                rows_list_remove(&StatusAlias_rows, &status->devices, &status->n_devices, status->n_devices - 1);
        for (size_t i = 0; i < json_length(children); i++) {
                const char *type = json_get_string(json_at(children, i), "type");
                const char *name = json_get_string(json_at(children, i), "name");
                StatusAlias *device;

                if (!name || !type || !g_str_has_prefix(type, "child<"))
                        continue;
                device = rows_list_insert(&StatusAlias_rows, &status->devices, &status->n_devices, status->n_devices);
                device->alias = g_strdup(name);
        }
}

bool guest_facts_private_dev(const GuestFacts *facts)
{
        for (size_t i = 0; facts && i < facts->status.n_namespaces; i++)
                if (g_strcmp0(facts->status.namespaces[i].name, "mount") == 0)
                        return true;
        return false;
}
