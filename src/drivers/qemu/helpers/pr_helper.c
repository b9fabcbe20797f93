/* See pr_helper.h. */
#include "helpers/pr_helper.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "helpers/helper.h"
#include "util/auto.h"

static bool asks(const Source *source)
{
        return source->reservations && source->reservations->managed == YESNO_YES;
}

bool pr_helper_wanted(const Domain *live)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                if (asks(&live->disks[i].source))
                        return true;
                for (const BackingStore *below = live->disks[i].backing; below; below = below->backing)
                        if (asks(&below->source))
                                return true;
        }
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

static int run(const Guest *guest, const char *path, const char *socket, const char *pid_file, Error *err)
{
        const Helper helper = { .program = "qemu-pr-helper", .pid_file = pid_file };
        Process *process = process_new(path);
        int r;

        process_add_pair(process, "-k", socket);
        process_add_pair(process, "-f", pid_file);
        process_add(process, "-d");
        r = helper_run(&helper, process, err);
        process_free(process);
        return r;
}

int pr_helper_start(Guest *guest, const Domain *live, Error *err)
{
        g_autofree char *socket = in_folder(guest, "pr-helper0.sock");
        g_autofree char *pid_file = in_folder(guest, "pr-helper0.pid");
        const QemuInstance *instance = guest->instance;

        if (!pr_helper_wanted(live))
                return 0;
        if (pr_helper_check(instance, live, err) < 0 || run(guest, program(instance), socket, pid_file, err) < 0)
                return -1;
        if (instance->uid != (uid_t)-1 && chown(socket, instance->uid, instance->gid) < 0)
                return error_errno(err, errno, "cannot give %s to the user of QEMU", socket);
        return 0;
}

void pr_helper_stop(const Guest *guest, const Domain *live)
{
        g_autofree char *pid_file = NULL;
        Helper helper = { .program = "qemu-pr-helper" };

        if (!guest->folder || !pr_helper_wanted(live))
                return;
        helper.pid_file = pid_file = in_folder(guest, "pr-helper0.pid");
        helper_stop(&helper);
}
