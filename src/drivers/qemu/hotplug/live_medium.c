/* See live.h: media of drives, and daemons that are killed while one is changed. */
#include "hotplug/live.h"

#include <unistd.h>

#include "util/file.h"

enum { NOTE_MAX = 16 * 1024 * 1024 };

static char *note_path(const Guest *guest)
{
        return g_build_filename(guest->folder, "medium-change.xml", NULL);
}

int live_medium_note(Guest *guest, Error *err)
{
        g_autofree char *status = status_path(guest->instance, domain_entry_name(guest->entry));
        g_autofree char *path = note_path(guest);
        g_autofree char *text = NULL;
        size_t length = 0;

        if (file_read(status, NOTE_MAX, &text, &length, err) < 0)
                return -1;
        return file_replace(path, text, length, 0600, err);
}

void live_medium_forget(Guest *guest)
{
        g_autofree char *path = note_path(guest);

        unlink(path);
}

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
        g_autofree char *path = note_path(guest);
        LiveChange change = {};
        StatusFile before = {};
        int r;

        if (!g_file_test(path, G_FILE_TEST_EXISTS) || !view || !view->live)
                return 0;
        if (status_load(path, &before, err) < 0)
                return -1;
        r = live_change_init(&change, guest, view, err);
        if (r == 0)
                r = repair(&change, before.domain, err);
        live_change_done(&change);
        status_done(&before);
        if (r == 0)
                live_medium_forget(guest);
        return r;
}
