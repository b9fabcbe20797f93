/* See balloon.h. */
#include "guest/balloon.h"

#include "guest/restore.h"

int guest_balloon_inflate(Guest *guest, const Domain *to, Error *err)
{
        const Memballoon *balloon = to->memballoon;
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        Json *arguments;

        if (!qmp)
                return -1;
        if (!balloon || balloon->model == BALLOON_NONE)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Unable to change memory of active domain without the balloon device and guest OS "
                                 "balloon driver");
        arguments = json_object();
        json_set(arguments, "value",
                 json_uint((to->current_memory_kib ? to->current_memory_kib : to->memory_kib) * 1024));
        return qmp_call(qmp, "balloon", arguments, MONITOR_MS, NULL, err);
}

int guest_balloon_poll(Guest *guest, const Domain *to, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autofree char *path = NULL;
        Json *arguments;

        if (!qmp)
                return -1;
        path = g_strdup_printf("/machine/peripheral/%s", to->memballoon->info.alias);
        arguments = json_object();
        json_set(arguments, "path", json_string(path));
        json_set(arguments, "property", json_string("guest-stats-polling-interval"));
        json_set(arguments, "value", json_uint(to->memballoon->stats_period));
        return qmp_call(qmp, "qom-set", arguments, MONITOR_MS, NULL, err);
}

int guest_balloon_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        const Memballoon *was = from->memballoon, *now = to->memballoon;

        if (!was || !now || now->model == BALLOON_NONE)
                return 0;
        if (was->stats_period != now->stats_period && guest_balloon_poll(guest, to, err) < 0)
                return -1;
        /* What came or went with a memory device is not the balloon's. */
        if (from->memory_kib != to->memory_kib || from->current_memory_kib == to->current_memory_kib)
                return 0;
        return guest_balloon_inflate(guest, to, err);
}
