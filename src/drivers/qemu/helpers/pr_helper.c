/* See pr_helper.h. */
#define LOG_SOURCE "qemu.pr_helper"
#include "helpers/pr_helper.h"

#include <unistd.h>

#include "argv/argv.h"
#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "util/auto.h"
#include "util/log.h"

bool pr_helper_wanted(const Domain *live)
{
        for (size_t i = 0; i < live->n_disks; i++)
                if (argv_disk_reserves(&live->disks[i]))
                        return true;
        return false;
}

static const char *program(const QemuInstance *instance)
{
        static const char *const usual[] = { "/usr/bin/qemu-pr-helper", "/usr/libexec/qemu-pr-helper" };

        if (instance->conf->pr_helper)
                return instance->conf->pr_helper;
        for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
                if (access(usual[i], X_OK) == 0)
                        return usual[i];
        return NULL;
}

int pr_helper_check(const QemuInstance *instance, const Domain *live, Error *err)
{
        const char *path = program(instance);

        if (!pr_helper_wanted(live) || (path && access(path, X_OK) == 0))
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "'%s' is not a suitable pr helper",
                         path ? path : "qemu-pr-helper");
}

/* In the guest's folder: gone with it. */
static char *in_folder(const Guest *guest, const char *name)
{
        return g_build_filename(guest->folder, name, NULL);
}

static int run(Guest *guest, const Domain *live, const char *socket, const Helper *helper, Error *err)
{
        g_auto(HelperPlace) place = { .n = 0 };
        Process *process = process_new(program(guest->instance));
        int r;

        process_add_pair(process, "-k", socket);
        process_add_pair(process, "-f", helper->pid_file);
        process_add(process, "-d");
        /* Of root's rights it keeps what it needs by itself. */
        r = helper_place(guest, live, HELPER_OWN_USER | HELPER_TRUSTED, helper, process, &place, err);
        if (r == 0)
                r = helper_run(helper, process, err);
        process_free(process);
        return r;
}

int pr_helper_start(Guest *guest, const Domain *live, Error *err)
{
        g_autofree char *socket = in_folder(guest, "pr-helper0.sock");
        g_autofree char *pid_file = in_folder(guest, "pr-helper0.pid");
        const Helper helper = { .program = "qemu-pr-helper", .pid_file = pid_file };

        if (!pr_helper_wanted(live) || helper_pid(&helper))
                return 0;
        unlink(socket); /* of one that was killed */
        if (pr_helper_check(guest->instance, live, err) < 0 || run(guest, live, socket, &helper, err) < 0)
                return -1;
        return helper_give(guest->instance, live, socket, err);
}

void pr_helper_adopt(Guest *guest, const Domain *live)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (pr_helper_start(guest, live, &err) < 0)
                log_error("domain '%s': no reservations are made: %s", live->name, err.message);
}

void pr_helper_stop(const Guest *guest, const Domain *live)
{
        g_autofree char *socket = NULL;
        g_autofree char *pid_file = NULL;
        Helper helper = { .program = "qemu-pr-helper" };

        if (!guest->folder || !pr_helper_wanted(live))
                return;
        helper.pid_file = pid_file = in_folder(guest, "pr-helper0.pid");
        helper_stop(&helper);
        socket = in_folder(guest, "pr-helper0.sock");
        unlink(socket);
}
