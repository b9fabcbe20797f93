/* See virtiofsd.h. It gets its socket listening, so QEMU can connect whether it is ready or not. */
#define LOG_SOURCE "qemu.virtiofsd"
#include "helpers/virtiofsd.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caps/vhost_user.h"
#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "host/user_namespace.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"

static char *pid_file(const QemuHost *host, const Filesystem *fs)
{
        return g_strdup_printf("%s/%s-%s-fs.pid", host->run_dir, argv_short_name(host), fs->info.alias);
}

/* By the domain's whole name, and the same in every run. */
static char *log_of(const Guest *guest, const Filesystem *fs)
{
        return g_strdup_printf("%s/%s-%s-virtiofsd.log", guest->instance->log_dir, domain_entry_name(guest->entry),
                               fs->info.alias);
}

char *virtiofsd_program(const QemuInstance *instance, const Filesystem *fs)
{
        static const char *const usual[] = { "/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd",
                                             "/usr/lib/virtiofsd" };
        char *found = fs->binary ? g_strdup(fs->binary)
                                 : vhost_user_program("", instance->system ? NULL : g_get_user_config_dir(), "fs");

        /* Packages that have no descriptor. */
        for (size_t i = 0; !found && i < ARRAY_SIZE(usual); i++)
                if (access(usual[i], X_OK) == 0)
                        found = g_strdup(usual[i]);
        return found;
}

static void add_switch(GString *options, const char *name, Switch value)
{
        if (value != SWITCH_ABSENT)
                g_string_append_printf(options, ",%s%s", value == SWITCH_ON ? "" : "no_", name);
}

static Process *command(const QemuHost *host, const Filesystem *fs, const char *program, int fd)
{
        Process *process = process_new(program);
        g_autofree char *source = argv_comma(fs->source);
        g_autoptr(GString) options = g_string_new("source=");

        g_string_append(options, source);
        if (fs->cache != FS_CACHE_DEFAULT)
                g_string_append_printf(options, ",cache=%s", enum_text(FilesystemCache, fs->cache));
        if (fs->sandbox != FS_SANDBOX_DEFAULT)
                g_string_append_printf(options, ",sandbox=%s", enum_text(FilesystemSandbox, fs->sandbox));
        add_switch(options, "xattr", fs->xattr);
        add_switch(options, "flock", fs->lock_flock);
        add_switch(options, "posix_lock", fs->lock_posix);
        process_add_format(process, "--fd=%d", fd);
        process_add_pair(process, "-o", options->str);
        if (fs->thread_pool.set)
                process_add_format(process, "--thread-pool-size=%d", fs->thread_pool.value);
        if (host->conf->virtiofsd_debug)
                process_add(process, "-d");
        process_pass_fd(process, fd);
        return process;
}

static int check_source(const Filesystem *fs, Error *err)
{
        struct stat st;

        if (!fs->source || stat(fs->source, &st) < 0)
                return error_errno(err, fs->source ? errno : ENOENT,
                                   "the virtiofs export directory '%s' does not exist", fs->source ? fs->source : "");
        if (!S_ISDIR(st.st_mode))
                return error_errno(err, ENOTDIR, "the virtiofs export directory '%s'", fs->source);
        return 0;
}

int virtiofsd_start(Guest *guest, const QemuHost *host, const Domain *live, const Filesystem *fs, Error *err)
{
        g_autofree char *path = argv_virtiofs_socket(host, fs);
        g_autofree char *pid = pid_file(host, fs);
        g_autofree char *log = log_of(guest, fs);
        g_autofree char *program = virtiofsd_program(guest->instance, fs);
        g_autofree char *name = program ? g_path_get_basename(program) : NULL;
        const Helper helper = { .program = name, .pid_file = pid, .log = log };
        AUTO_FD int fd = -1;
        g_auto(HelperPlace) place = { .n = 0 };
        UserNamespace space;
        Process *process;
        int r;

        if (!program)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unable to find a satisfying virtiofsd");
        if (check_source(fs, err) < 0)
                return -1;
        fd = helper_listen(guest->instance, live, path, 0700, err);
        if (fd < 0)
                return -1;
        process = command(host, fs, program, fd);
        if (geteuid() != 0)
                user_namespace_for(&space, process);
        r = helper_place(guest, live, HELPER_OWN_USER | HELPER_TRUSTED, &helper, process, &place, err);
        if (r == 0)
                r = helper_start(&helper, process, err);
        process_free(process);
        return r;
}

void virtiofsd_stop(const Guest *guest, const QemuHost *host, const Filesystem *fs)
{
        g_autofree char *pid = pid_file(host, fs);
        g_autofree char *path = argv_virtiofs_socket(host, fs);
        g_autofree char *program = virtiofsd_program(guest->instance, fs);
        g_autofree char *name = g_path_get_basename(program ? program : "virtiofsd");
        const Helper helper = { .program = name, .pid_file = pid };

        helper_stop(&helper);
        unlink(path);
}
