/* See helper_place.h. */
#include "helpers/helper_place.h"

#include <unistd.h>

#include "guest/group.h"
#include "security/dac.h"

static int set_user(const Guest *guest, const Domain *live, Process *process, Error *err)
{
        const DacUser standard = { guest->instance->uid, guest->instance->gid };
        DacUser user;

        if (!guest->instance->system || geteuid() != 0)
                return 0;
        if (dac_process(live, standard, &user, err) < 0)
                return -1;
        if (user.uid == (uid_t)-1)
                return 0;
        process_user(process, user.uid, user.gid, NULL, 0);
        if (user.uid != 0)
                process_no_capabilities(process);
        return 0;
}

/* Of a guest that is only about to start there may be none yet. */
static int join_group(Guest *guest, const Domain *live, Process *process, HelperPlace *place, Error *err)
{
        g_autoptr(Cgroup) group =
                atomic_load(&guest->pid) > 0 ? guest_group_of(guest, NULL) : guest_group_find(guest->instance, live);
        g_autoptr(Cgroup) emulator = guest_group_part(group, "emulator", 0);
        int n = group ? cgroup_open_joins(group, emulator, place->fds, err) : 0;

        if (n < 0)
                return -1;
        place->n = n;
        for (int i = 0; i < n; i++)
                process_join(process, place->fds[i]);
        return 0;
}

int helper_place(Guest *guest, const Domain *live, Process *process, HelperPlace *ret, Error *err)
{
        return set_user(guest, live, process, err) < 0 ? -1 : join_group(guest, live, process, ret, err);
}

void helper_place_done(HelperPlace *place)
{
        while (place->n > 0)
                close(place->fds[--place->n]);
}
