/* See label.h. */
#include "guest/label.h"

#include <string.h>
#include <unistd.h>

#include "guest/memory.h"
#include "helpers/helpers.h"
#include "util/paths.h"

int guest_mac(const QemuInstance *instance, const MacDriver **ret, Error *err)
{
        *ret = NULL;
        /* Rules of the kernel are root's to make. */
        if (!instance->system || geteuid() != 0)
                return 0;
        return mac_find((const char *const *)instance->conf->security_drivers, ret, err);
}

/* The labels of all guests that run. */
static GHashTable *labels_in_use(const QemuInstance *instance)
{
        GHashTable *used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        DomainEntry **entries = domain_list_all(instance->list.domains, NULL);

        for (size_t i = 0; entries[i]; i++) {
                DomainView *view = domain_view_get(entries[i]);

                for (size_t k = 0; view && view->live && k < view->live->n_seclabels; k++)
                        if (view->live->seclabels[k].label)
                                g_hash_table_add(used, g_strdup(view->live->seclabels[k].label));
                domain_view_unref(view);
        }
        domain_entries_free(entries);
        return used;
}

int guest_label_settle(const QemuInstance *instance, Domain *live, Error *err)
{
        g_autoptr(GHashTable) used = labels_in_use(instance);
        const MacDriver *mac = NULL;
        unsigned flags = (instance->conf->security_default_confined ? MAC_CONFINE : 0) |
                         (instance->conf->security_require_confined ? MAC_REQUIRE : 0);

        if (guest_mac(instance, &mac, err) < 0)
                return -1;
        return mac_settle(mac, live, used, flags, err);
}

void guest_label_read(const DomainView *view, virSecurityLabelPtr ret)
{
        bool enforcing = false;
        g_autofree char *text = view->pid > 0 ? mac_of_process(view->pid, &enforcing) : NULL;

        *ret = (virSecurityLabel){ .enforcing = 0 };
        if (!text || strcmp(text, "unconfined") == 0)
                return;
        g_strlcpy(ret->label, text, sizeof(ret->label));
        ret->enforcing = enforcing;
}

/* All places where QEMU finds or makes what is not a device's. */
static GPtrArray *own_folders(const QemuInstance *instance, const Domain *live)
{
        g_autofree char *lib_dir = guest_folder(instance, live->id, live->name);
        GPtrArray *folders = guest_memory_folders(instance, live);

        g_ptr_array_add(folders, channel_folder(instance, live->id, live->name));
        g_ptr_array_add(folders, log_path(instance, live->name));
        guest_helpers_files(instance, live, lib_dir, folders);
        g_ptr_array_add(folders, g_build_filename(lib_dir, "master-key.aes", NULL));
        g_ptr_array_add(folders, g_strdup(lib_dir));
        g_ptr_array_add(folders, NULL);
        return folders;
}

int guest_label_of(const QemuInstance *instance, const Domain *live, const DomainFiles *files, const GuestFacts *facts,
                   GuestLabel *ret, Error *err)
{
        const MacDriver *mac = NULL;
        GPtrArray *folders;

        if (guest_mac(instance, &mac, err) < 0)
                return -1;
        folders = own_folders(instance, live);
        *ret = (GuestLabel){ .mac = mac, .folders = folders };
        ret->guest = (MacGuest){ .root = paths_root(),
                                 .live = live,
                                 .files = files,
                                 .folders = (const char *const *)folders->pdata,
                                 .remember = facts && facts->status.remember_owner,
                                 .private_dev = guest_facts_private_dev(facts) };
        holder_name(&ret->guest.holder, instance->run_dir, &live->uuid);
        return 0;
}

void guest_label_done(GuestLabel *label)
{
        g_clear_pointer(&label->folders, g_ptr_array_unref);
}
