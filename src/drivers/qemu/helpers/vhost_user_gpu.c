/* See vhost_user_gpu.h. */
#include "helpers/vhost_user_gpu.h"

#include <string.h>
#include <unistd.h>

#include "caps/vhost_user.h"
#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "util/auto.h"
#include "util/json.h"

enum { CAPABILITIES_MS = 10 * 1000, CAPABILITIES_MAX = 64 * 1024 };

static bool is_ours(const Video *video)
{
        return video->backend == VIDEO_BACKEND_VHOSTUSER;
}

/* The caller frees; NULL: there is none. */
static char *find_program(const QemuInstance *instance)
{
        return vhost_user_program("", instance->system ? NULL : g_get_user_config_dir(), "gpu");
}

static char *pid_file(const QemuHost *host, const Video *video)
{
        return g_strdup_printf("%s/%s-%s-vhost-user-gpu.pid", host->run_dir, argv_short_name(host), video->info.alias);
}

static char *log_file(const QemuInstance *instance, const QemuHost *host, const Video *video)
{
        return g_strdup_printf("%s/%s-%s-vhost-user-gpu.log", instance->log_dir, argv_short_name(host),
                               video->info.alias);
}

void vhost_user_gpu_files(const QemuInstance *instance, const QemuHost *host, const Domain *live, GPtrArray *paths)
{
        for (size_t i = 0; i < live->n_videos; i++)
                if (is_ours(&live->videos[i]))
                        g_ptr_array_add(paths, log_file(instance, host, &live->videos[i]));
}

/* What it can do */

static Json *ask_program(const char *program, Error *err)
{
        Process *process = process_new(program);
        g_autofree char *text = NULL;
        int r;

        process_add(process, "--print-capabilities");
        r = process_run(process, CAPABILITIES_MS, &text, NULL, NULL, err);
        process_free(process);
        if (r == 0 && strlen(text) > CAPABILITIES_MAX)
                r = error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' says too much", program);
        return r < 0 ? NULL : json_parse(text, strlen(text), err);
}

static bool has_feature(const Json *capabilities, const char *feature)
{
        const Json *list = json_get(capabilities, "features");

        for (size_t i = 0; i < json_length(list); i++)
                if (g_strcmp0(json_text(json_at(list, i)), feature) == 0)
                        return true;
        return false;
}

static int check(const char *program, const Video *video, Error *err)
{
        const struct {
                bool wanted;
                const char *feature;
        } needs[] = { { video->accel3d == YESNO_YES, "virgl" }, { video->rendernode != NULL, "render-node" } };
        g_autoptr(Json) capabilities = ask_program(program, err);

        if (!capabilities)
                return -1;
        for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
                if (needs[i].wanted && !has_feature(capabilities, needs[i].feature))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "'%s' does not support '%s'", program,
                                         needs[i].feature);
        return 0;
}

int vhost_user_gpu_check(const QemuInstance *instance, const Domain *live, Error *err)
{
        g_autofree char *program = NULL;

        for (size_t i = 0; i < live->n_videos; i++) {
                if (!is_ours(&live->videos[i]))
                        continue;
                if (!program)
                        program = find_program(instance);
                if (!program)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unable to find a satisfying vhost-user-gpu");
                if (check(program, &live->videos[i], err) < 0)
                        return -1;
        }
        return 0;
}

/* The process */

static void close_end(void *fd)
{
        close(GPOINTER_TO_INT(fd));
}

int vhost_user_gpu_open(GuestHost *host, const char *alias, Error *err)
{
        int ends[2];

        if (helper_pair(host->guest->instance, host->live, ends, err) < 0)
                return error_prefix(err, "cannot connect video card '%s'", alias);
        if (!host->gpus)
                host->gpus = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, close_end);
        g_hash_table_replace(host->gpus, g_strdup(alias), GINT_TO_POINTER(ends[1]));
        return guest_host_keep(host, ends[0], err);
}

static int start(GuestHost *host, const char *program, const Video *video, int fd, Error *err)
{
        g_autofree char *pid = pid_file(&host->base, video);
        g_autofree char *name = g_path_get_basename(program);
        g_autofree char *log = log_file(host->guest->instance, &host->base, video);
        const Helper helper = { .program = name, .pid_file = pid, .log = log };
        g_auto(HelperPlace) place = { .n = 0 };
        Process *process = process_new(program);
        int r;

        process_add_format(process, "--fd=%d", fd);
        process_pass_fd(process, fd);
        if (video->accel3d == YESNO_YES)
                process_add(process, "--virgl");
        if (video->rendernode)
                process_add_pair(process, "--render-node", video->rendernode);
        r = helper_place(host->guest, host->live, 0, &helper, process, &place, err);
        if (r == 0)
                r = helper_start(&helper, process, err);
        process_free(process);
        return r < 0 ? error_prefix(err, "video '%s'", video->info.alias) : 0;
}

int vhost_user_gpu_start(GuestHost *host, Error *err)
{
        g_autofree char *program = host->gpus ? find_program(host->guest->instance) : NULL;

        for (size_t i = 0; host->gpus && i < host->live->n_videos; i++) {
                const Video *video = &host->live->videos[i];
                void *fd;

                if (!is_ours(video) || !g_hash_table_lookup_extended(host->gpus, video->info.alias, NULL, &fd))
                        continue;
                if (!program)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unable to find a satisfying vhost-user-gpu");
                if (start(host, program, video, GPOINTER_TO_INT(fd), err) < 0)
                        return -1;
        }
        /* Each has its end now: when one of the two goes, the other one knows. */
        g_clear_pointer(&host->gpus, g_hash_table_unref);
        return 0;
}

void vhost_user_gpu_stop(const Guest *guest, const QemuHost *host, const Domain *live)
{
        for (size_t i = 0; i < live->n_videos; i++) {
                g_autofree char *pid = is_ours(&live->videos[i]) ? pid_file(host, &live->videos[i]) : NULL;
                g_autofree char *program = pid ? find_program(guest->instance) : NULL;
                g_autofree char *name = g_path_get_basename(program ? program : "vhost-user-gpu");
                const Helper helper = { .program = name, .pid_file = pid };

                if (pid)
                        helper_stop(&helper);
        }
}
