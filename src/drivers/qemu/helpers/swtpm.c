/* See swtpm.h. The socket is ours and given as a descriptor, so that QEMU can connect at once. */
#define LOG_SOURCE "qemu.swtpm"
#include "helpers/swtpm.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/pool.h"

enum { SETUP_MS = 60 * 1000, NAME_BUFFER = 4096 };

#define CIPHER "aes-256-cbc"

/* Who it runs as. */
typedef struct Owner {
        bool other; /* than us */
        uid_t uid;
        gid_t gid;
} Owner;

typedef struct Swtpm {
        GuestHost *host;
        const QemuInstance *instance;
        const Domain *live;
        const Tpm *tpm;
        Owner owner;
        char *folder; /* of the state */
        char *log;
        uint8_t *passphrase; /* of an encrypted state; NULL: it is open */
        size_t passphrase_length;
} Swtpm;

static void swtpm_done(Swtpm *swtpm)
{
        g_free(swtpm->folder);
        g_free(swtpm->log);
        if (swtpm->passphrase)
                explicit_bzero(swtpm->passphrase, swtpm->passphrase_length);
        g_free(swtpm->passphrase);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Swtpm, swtpm_done)

static const Tpm *emulated(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_tpms; i++)
                if (domain->tpms[i].backend == TPM_BACKEND_EMULATOR)
                        return &domain->tpms[i];
        return NULL;
}

/* Places */

static char *run_file(const QemuInstance *instance, const char *lib_dir, const char *suffix)
{
        const QemuHost run = { .lib_dir = lib_dir };

        return g_strdup_printf("%s/swtpm/%s-swtpm.%s", instance->root ? instance->paths->run : instance->run_dir,
                               argv_short_name(&run), suffix);
}

char *swtpm_socket(const QemuInstance *instance, const char *lib_dir)
{
        return run_file(instance, lib_dir, "sock");
}

/* All versions of a guest's TPM: beside the folder of the driver's state. */
static char *state_root(const QemuInstance *instance, const Domain *domain)
{
        char uuid[UUID_TEXT_LENGTH];
        g_autofree char *parent = g_path_get_dirname(instance->lib_dir);

        uuid_format(domain->uuid, uuid);
        return g_build_filename(parent, "swtpm", uuid, NULL);
}

static char *log_file(const QemuInstance *instance, const Domain *domain)
{
        g_autofree char *name = g_strdup_printf("%s-swtpm.log", domain->name);
        g_autofree char *libvirt = g_path_get_dirname(instance->log_dir);
        g_autofree char *logs = g_path_get_dirname(libvirt);

        if (instance->root)
                return g_build_filename(instance->paths->log, "swtpm", name, NULL);
        if (!instance->system)
                return g_build_filename(instance->log_dir, name, NULL);
        return g_build_filename(logs, "swtpm", "libvirt", "qemu", name, NULL);
}

/* Who */

static int find_user(const char *name, bool must, Owner *owner, Error *err)
{
        g_autofree char *buffer = g_malloc(NAME_BUFFER);
        struct passwd entry, *found = NULL;

        getpwnam_r(name, &entry, buffer, NAME_BUFFER, &found);
        if (!found)
                return must ? error_set(err, VIR_ERR_CONF_SYNTAX, "swtpm_user: there is no user '%s'", name) : 0;
        *owner = (Owner){ .other = true, .uid = found->pw_uid, .gid = found->pw_gid };
        return 0;
}

static int find_group(const char *name, Owner *owner, Error *err)
{
        g_autofree char *buffer = g_malloc(NAME_BUFFER);
        struct group entry, *found = NULL;

        getgrnam_r(name, &entry, buffer, NAME_BUFFER, &found);
        if (!found)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "swtpm_group: there is no group '%s'", name);
        owner->gid = found->gr_gid;
        return 0;
}

/* The user of TPM software where there is one. */
static int find_owner(Swtpm *swtpm, Error *err)
{
        const QemuConf *conf = swtpm->instance->conf;
        const char *user = conf->swtpm_user && conf->swtpm_user[0] ? conf->swtpm_user : NULL;

        if (!swtpm->instance->system || geteuid() != 0)
                return 0;
        if (find_user(user ? user : "tss", user != NULL, &swtpm->owner, err) < 0)
                return -1;
        if (conf->swtpm_group && conf->swtpm_group[0])
                return find_group(conf->swtpm_group, &swtpm->owner, err);
        return 0;
}

static int give(const Swtpm *swtpm, const char *path, Error *err)
{
        if (swtpm->owner.other && lchown(path, swtpm->owner.uid, swtpm->owner.gid) < 0)
                return error_errno(err, errno, "unable to set ownership of '%s' to %u:%u", path, swtpm->owner.uid,
                                   swtpm->owner.gid);
        return 0;
}

static int own_folder(const Swtpm *swtpm, const char *path, Error *err)
{
        g_autofree char *parent = g_path_get_dirname(path);

        /* Those above are passed through, by the user that it runs as as well. */
        if (dir_make(parent, 0711, err) < 0 || dir_make(path, 0700, err) < 0)
                return -1;
        return give(swtpm, path, err);
}

/* Processes */

static Process *new_process(const Swtpm *swtpm, const char *program)
{
        Process *process = process_new(program);

        process_env_pass(process, "PATH");
        process_env_pass(process, "HOME");
        process_env_pass(process, "XDG_CONFIG_HOME");
        process_env(process, "LC_ALL", "C");
        if (swtpm->owner.other)
                process_user(process, swtpm->owner.uid, swtpm->owner.gid, NULL, 0);
        return process;
}

/* A descriptor from which the passphrase can be read once. -1: error. */
static int passphrase_fd(const Swtpm *swtpm, Error *err)
{
        int pair[2];

        if (pipe2(pair, O_CLOEXEC) < 0)
                return error_errno(err, errno, "cannot make a pipe");
        /* It is small: a pipe takes it without a reader. */
        if (fd_write_all(pair[1], swtpm->passphrase, swtpm->passphrase_length, err) < 0) {
                close(pair[0]);
                close(pair[1]);
                return -1;
        }
        close(pair[1]);
        return pair[0];
}

static int find_passphrase(Swtpm *swtpm, Error *err)
{
        enum { PASSPHRASE_MAX = 4096 };
        QemuHost *host = &swtpm->host->base;

        if (!swtpm->tpm->secret)
                return 0;
        if (!host->secret)
                return error_set(err, VIR_ERR_NO_SUPPORT, "the secret of the TPM's state cannot be looked up here");
        if (host->secret(host, swtpm->tpm->secret, SECRET_KIND_VTPM, NULL, &swtpm->passphrase,
                         &swtpm->passphrase_length, err) < 0)
                return -1;
        if (swtpm->passphrase_length == 0 || swtpm->passphrase_length > PASSPHRASE_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the secret of the TPM's state has %zu bytes",
                                 swtpm->passphrase_length);
        return 0;
}

/* Setting up */

static void add_version(const Swtpm *swtpm, Process *process)
{
        if (swtpm->tpm->version != TPM_VERSION_1_2)
                process_add(process, "--tpm2");
}

static int run_setup(const Swtpm *swtpm, Process *process, Error *err)
{
        g_autofree char *words = NULL;
        int status = 0, r;

        process_add_pair(process, "--logfile", swtpm->log);
        pool_wait_begin();
        r = process_run(process, SETUP_MS, NULL, &words, &status, err);
        pool_wait_end();
        if (r < 0)
                return -1;
        if (status != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not run 'swtpm_setup'. exitstatus: %d; Check error log '%s' for details. %s",
                                 status >> 8, swtpm->log, g_strchomp(words));
        return 0;
}

/* @process is taken over. */
static int run_with_passphrase(const Swtpm *swtpm, Process *process, Error *err)
{
        AUTO_FD int fd = -1;
        int r = 0;

        if (swtpm->passphrase) {
                fd = passphrase_fd(swtpm, err);
                r = fd < 0 ? -1 : 0;
                process_add_format(process, "--pwdfile-fd");
                process_add_format(process, "%d", fd);
                process_add_pair(process, "--cipher", CIPHER);
                process_pass_fd(process, fd);
        }
        if (r == 0)
                r = run_setup(swtpm, process, err);
        process_free(process);
        return r;
}

static bool has_state(const Swtpm *swtpm)
{
        g_autofree char *state = g_build_filename(
                swtpm->folder, swtpm->tpm->version == TPM_VERSION_1_2 ? "tpm-00.permall" : "tpm2-00.permall", NULL);

        return access(state, F_OK) == 0;
}

/* A user's own certificate authority, once. */
static int make_authority(const Swtpm *swtpm, Error *err)
{
        Process *process;
        int r;

        if (swtpm->instance->system)
                return 0;
        process = new_process(swtpm, "swtpm_setup");
        process_add_pair(process, "--create-config-files", "skip-if-exist");
        pool_wait_begin();
        r = process_run(process, SETUP_MS, NULL, NULL, NULL, err);
        pool_wait_end();
        process_free(process);
        return r;
}

static int make_state(const Swtpm *swtpm, Error *err)
{
        char uuid[UUID_TEXT_LENGTH];
        Process *process;

        if (make_authority(swtpm, err) < 0)
                return -1;
        uuid_format(swtpm->live->uuid, uuid);
        process = new_process(swtpm, "swtpm_setup");
        add_version(swtpm, process);
        process_add_pair(process, "--tpmstate", swtpm->folder);
        process_add(process, "--vmid");
        process_add_format(process, "%s:%s", swtpm->live->name, uuid);
        process_add(process, "--createek");
        process_add(process, "--create-ek-cert");
        process_add(process, "--create-platform-cert");
        process_add(process, "--lock-nvram");
        process_add(process, "--not-overwrite");
        return run_with_passphrase(swtpm, process, err);
}

/* The banks of registers that the document wants active, of a state that may have others. */
static int choose_banks(const Swtpm *swtpm, Error *err)
{
        g_autoptr(GString) banks = g_string_new(NULL);
        Process *process;

        if (swtpm->tpm->n_banks == 0 || swtpm->tpm->version == TPM_VERSION_1_2)
                return 0;
        for (size_t i = 0; i < swtpm->tpm->n_banks; i++)
                g_string_append_printf(banks, "%s%s", i ? "," : "", swtpm->tpm->banks[i].name);
        process = new_process(swtpm, "swtpm_setup");
        add_version(swtpm, process);
        process_add_pair(process, "--tpmstate", swtpm->folder);
        process_add(process, "--reconfigure");
        process_add_pair(process, "--pcr-banks", banks->str);
        return run_with_passphrase(swtpm, process, err);
}

static int prepare_state(const Swtpm *swtpm, Error *err)
{
        g_autofree char *logs = g_path_get_dirname(swtpm->log);
        bool fresh;

        if (own_folder(swtpm, swtpm->folder, err) < 0)
                return -1;
        if ((swtpm->instance->system || swtpm->instance->root) && own_folder(swtpm, logs, err) < 0)
                return -1;
        fresh = !has_state(swtpm);
        if (fresh && make_state(swtpm, err) < 0) {
                /* Half a TPM is none. */
                folder_remove(swtpm->folder);
                return -1;
        }
        return choose_banks(swtpm, err);
}

/* Running */

/* Two times: for the files, and for the state as it migrates. */
static int add_keys(const Swtpm *swtpm, Process *process, int fds[2], Error *err)
{
        static const char *const options[2] = { "--key", "--migration-key" };

        for (size_t i = 0; swtpm->passphrase && i < 2; i++) {
                fds[i] = passphrase_fd(swtpm, err);
                if (fds[i] < 0)
                        return -1;
                process_add(process, options[i]);
                process_add_format(process, "pwdfd=%d,mode=" CIPHER, fds[i]);
                process_pass_fd(process, fds[i]);
        }
        return 0;
}

static int listen_for(const Swtpm *swtpm, const char *path, Error *err)
{
        g_autofree char *folder = g_path_get_dirname(path);

        return dir_make(folder, 0711, err) < 0 ? -1 : helper_listen(swtpm->instance, swtpm->live, path, 0600, err);
}

/* What was made with our rights is written by a process that has the guest's. */
static int label_state(const Swtpm *swtpm, Error *err)
{
        if (helper_label(swtpm->instance, swtpm->live, swtpm->folder, err) < 0)
                return -1;
        return helper_label(swtpm->instance, swtpm->live, swtpm->log, err);
}

static int run(const Swtpm *swtpm, Error *err)
{
        g_autofree char *path = swtpm_socket(swtpm->instance, swtpm->host->lib_dir);
        g_autofree char *pid_file = run_file(swtpm->instance, swtpm->host->lib_dir, "pid");
        const Helper helper = { .program = "swtpm", .pid_file = pid_file };
        AUTO_FD int fd = listen_for(swtpm, path, err);
        g_auto(HelperPlace) place = { .n = 0 };
        int keys[2] = { -1, -1 };
        Process *process;
        int r;

        if (fd < 0)
                return -1;
        process = new_process(swtpm, "swtpm");
        process_add(process, "socket");
        process_add(process, "--ctrl");
        process_add_format(process, "type=unixio,fd=%d", fd);
        process_add(process, "--tpmstate");
        process_add_format(process, "dir=%s,mode=0600", swtpm->folder);
        process_add(process, "--log");
        if (swtpm->tpm->debug.set)
                process_add_format(process, "file=%s,level=%u", swtpm->log, swtpm->tpm->debug.value);
        else
                process_add_format(process, "file=%s", swtpm->log);
        process_add(process, "--terminate");
        add_version(swtpm, process);
        process_pass_fd(process, fd);
        r = add_keys(swtpm, process, keys, err);
        if (r == 0)
                r = helper_place(swtpm->host->guest, swtpm->live, HELPER_OWN_USER, &helper, process, &place, err);
        if (r == 0)
                r = helper_start(&helper, process, err);
        process_free(process);
        for (size_t i = 0; i < 2; i++)
                if (keys[i] >= 0)
                        close(keys[i]);
        return r;
}

static char *state_folder(const QemuInstance *instance, const Domain *live, const Tpm *tpm)
{
        g_autofree char *root = state_root(instance, live);

        return g_build_filename(root, tpm->version == TPM_VERSION_1_2 ? "tpm1.2" : "tpm2", NULL);
}

void swtpm_files(const QemuInstance *instance, const Domain *live, const char *lib_dir, GPtrArray *paths)
{
        const Tpm *tpm = emulated(live);

        if (!tpm)
                return;
        g_ptr_array_add(paths, swtpm_socket(instance, lib_dir));
        g_ptr_array_add(paths, state_folder(instance, live, tpm));
        g_ptr_array_add(paths, log_file(instance, live));
}

int swtpm_start(GuestHost *host, Error *err)
{
        const Tpm *tpm = emulated(host->live);
        g_auto(Swtpm) swtpm = { .host = host, .instance = host->guest->instance, .live = host->live, .tpm = tpm };

        if (!tpm)
                return 0;
        /* The options of swtpm have commas between them and no way to write one. */
        if (strchr(host->live->name, ','))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "an emulated TPM of a guest with a comma in its name");
        swtpm.folder = state_folder(swtpm.instance, host->live, tpm);
        swtpm.log = log_file(swtpm.instance, host->live);
        if (find_owner(&swtpm, err) < 0 || find_passphrase(&swtpm, err) < 0 || prepare_state(&swtpm, err) < 0 ||
            label_state(&swtpm, err) < 0)
                return -1;
        return run(&swtpm, err);
}

void swtpm_forget(const QemuInstance *instance, const Domain *domain)
{
        static const char *const versions[] = { "tpm1.2", "tpm2" };
        g_autofree char *root = state_root(instance, domain);

        for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
                g_autofree char *folder = g_build_filename(root, versions[i], NULL);

                if (access(folder, F_OK) == 0)
                        folder_remove(folder);
        }
        if (rmdir(root) < 0 && errno != ENOENT)
                log_warn("cannot remove %s: %s", root, g_strerror(errno));
}

void swtpm_stop(const QemuInstance *instance, const Domain *live, const char *lib_dir, bool forget)
{
        const Tpm *tpm = emulated(live);
        g_autofree char *path = swtpm_socket(instance, lib_dir);
        g_autofree char *pid_file = run_file(instance, lib_dir, "pid");
        const Helper helper = { .program = "swtpm", .pid_file = pid_file };

        if (!tpm)
                return;
        helper_stop(&helper);
        unlink(path);
        if (forget && tpm->persistent_state != YESNO_YES)
                swtpm_forget(instance, live);
}
