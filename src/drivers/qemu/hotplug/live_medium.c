/* See live.h: media of drives, and daemons that are killed while one is changed. */
#include "hotplug/live.h"

#include "guest/note.h"

static int repair(LiveChange *change, const Domain *before, Error *err)
{
        for (size_t i = 0; i < before->n_disks; i++)
                if (hotplug_repair_medium(&change->hotplug, &before->disks[i], before, err) < 0)
                        return -1;
        return live_publish(change->guest, change->hotplug.live, NULL, NULL, err);
}

int live_medium_repair(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Domain) before = guest_note_read(guest, &why);
        LiveChange change = {};
        int r;

        if (error_is_set(&why))
                return error_move(err, &why);
        if (!before || !view || !view->live)
                return 0;
        r = live_change_init(&change, guest, view, err);
        if (r == 0)
                r = repair(&change, before, err);
        live_change_done(&change);
        return r;
}
