/* See note.h. The status file is only ever replaced by another one: a second name keeps the one that was. */
#include "guest/note.h"

#include <errno.h>
#include <unistd.h>

static char *note_path(const Guest *guest)
{
        return g_strdup_printf("%s/%s.before", guest->instance->run_dir, domain_entry_name(guest->entry));
}

int guest_note(Guest *guest, Error *err)
{
        g_autofree char *status = status_path(guest->instance, domain_entry_name(guest->entry));
        g_autofree char *path = note_path(guest);

        if (unlink(path) < 0 && errno != ENOENT)
                return error_errno(err, errno, "cannot remove '%s'", path);
        return link(status, path) < 0 ? error_errno(err, errno, "cannot link '%s' to '%s'", path, status) : 0;
}

void guest_note_forget(Guest *guest)
{
        g_autofree char *path = note_path(guest);

        unlink(path);
}

Domain *guest_note_read(Guest *guest, Error *err)
{
        g_autofree char *path = note_path(guest);
        StatusFile before = { 0 };
        Domain *domain;

        if (!g_file_test(path, G_FILE_TEST_EXISTS) || status_load(path, &before, err) < 0)
                return NULL;
        domain = domain_ref(before.domain);
        status_done(&before);
        return domain;
}
