/* See nbdkit_run.h. It makes its socket itself; that it listens it tells by a file beside it. */
#define LOG_SOURCE "qemu.nbdkit"
#include "helpers/nbdkit_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "blockdev/nbdkit.h"
#include "helpers/helper.h"
#include "helpers/helper_place.h"
#include "helpers/helpers.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/pool.h"

enum {
        READY_MS = 30 * 1000,
        QUICK_US = 10 * 1000 * 1000, /* who ends sooner after its start may do so */
        QUICK_ENDS_MAX = 3,          /* so often */
        FDS_MAX = 8,
        WORDS_MAX = 1024
};

/* One process that is started. */
typedef struct Kit {
        NbdkitHost host; /* first: the builder's callbacks get it */
        QemuHost *qemu;
        const char *socket;
        char *ready, *log;
        Process *process;
        int fds[FDS_MAX]; /* of secrets */
        size_t n_fds;
        HelperPlace place;
} Kit;

static void kit_done(Kit *kit)
{
        process_free(kit->process);
        while (kit->n_fds > 0)
                close(kit->fds[--kit->n_fds]);
        helper_place_done(&kit->place);
        g_free(kit->ready);
        g_free(kit->log);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Kit, kit_done)

static bool is_served(const BlockImage *image)
{
        return image->source->status && image->source->status->nbdkit_socket;
}

static char *ready_file(const SourceStatus *status)
{
        return g_strconcat(status->nbdkit_socket, ".ready", NULL);
}

/* What the builder asks */

static int password(NbdkitHost *host, const SourceAuth *auth, uint8_t **ret, size_t *ret_length, Error *err)
{
        QemuHost *qemu = ((Kit *)host)->qemu;
        const char *type = auth->secret.type;
        int kind = type ? enum_value(SecretKind, SECRET_KIND, type) : -1;

        if (!qemu->secret)
                return error_set(err, VIR_ERR_NO_SUPPORT, "secrets are not looked up here");
        return qemu->secret(qemu, auth->secret.uuid, MAX(kind, 0), auth->secret.usage, ret, ret_length, err);
}

/* A pipe holds this much for somebody who comes later. */
static int give(NbdkitHost *host, const uint8_t *data, size_t length, Error *err)
{
        Kit *kit = (Kit *)host;
        AUTO_FD int in = -1;
        int ends[2];

        if (length > PIPE_BUF || kit->n_fds >= FDS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a secret of %zu bytes for nbdkit", length);
        if (pipe2(ends, O_CLOEXEC) < 0)
                return error_errno(err, errno, "cannot make a pipe");
        kit->fds[kit->n_fds++] = ends[0];
        in = ends[1];
        return fd_write_all(in, data, length, err) < 0 ? -1 : ends[0];
}

/* The process */

static int wait_ready(const Helper *helper, const char *ready, int folder, Error *err)
{
        gint64 end = g_get_monotonic_time() + (gint64)READY_MS * 1000;
        pid_t pid = helper_pid(helper);
        AUTO_FD int process = pid ? pidfd_open(pid, 0) : -1;
        struct pollfd changes[] = { { .fd = folder, .events = POLLIN }, { .fd = process, .events = POLLIN } };
        char room[4096];

        while (process >= 0 && access(ready, F_OK) < 0) {
                gint64 left = (end - g_get_monotonic_time()) / 1000;

                if (left <= 0)
                        return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "nbdkit does not listen after %d s",
                                         READY_MS / 1000);
                if (poll(changes, ARRAY_SIZE(changes), (int)left) < 0 && errno != EINTR)
                        return error_errno(err, errno, "cannot wait for nbdkit");
                if (changes[1].revents)
                        break;
                if (changes[0].revents && read(folder, room, sizeof(room)) < 0 && errno != EAGAIN && errno != EINTR)
                        return error_errno(err, errno, "cannot wait for nbdkit");
        }
        return access(ready, F_OK) == 0 ? 0 : error_set(err, VIR_ERR_OPERATION_FAILED, "nbdkit ended at once");
}

/* The end of its log, where it said why. */
static int explain(const char *log, Error *err)
{
        AUTO_FD int fd = open(log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        char words[WORDS_MAX + 1];
        g_autofree char *text = NULL;
        ssize_t n;

        if (fd >= 0 && lseek(fd, -WORDS_MAX, SEEK_END) < 0)
                lseek(fd, 0, SEEK_SET);
        n = fd < 0 ? 0 : read(fd, words, WORDS_MAX);
        text = g_utf8_make_valid(words, MAX(n, 0));
        return *g_strstrip(text) ? error_prefix(err, "%s", text) : -1;
}

static int run(const Kit *kit, const Helper *helper, Error *err)
{
        g_autofree char *folder = g_path_get_dirname(kit->socket);
        AUTO_FD int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        int r;

        /* Of an earlier one that was killed. */
        unlink(kit->socket);
        unlink(kit->ready);
        if (watch < 0 || inotify_add_watch(watch, folder, IN_CREATE | IN_MOVED_TO) < 0)
                return error_errno(err, errno, "cannot watch '%s'", folder);
        if (helper_start(helper, kit->process, err) < 0)
                return -1;
        pool_wait_begin();
        r = wait_ready(helper, kit->ready, watch, err);
        pool_wait_end();
        return r < 0 ? explain(kit->log, err) : 0;
}

/* Plugins were looked for when the disk was prepared; filters are no reason to fail. */
static bool has_readahead(const QemuConf *conf)
{
        g_auto(GStrv) parts = nbdkit_parts(conf);

        return parts && g_strv_contains((const char *const *)parts, "filter-readahead");
}

static char *log_file(const QemuInstance *instance, const QemuHost *host, const BlockImage *image)
{
        return g_strdup_printf("%s/%s-nbdkit-%s.log", instance->log_dir, argv_short_name(host),
                               block_node(image->source, BLOCK_NODE_STORAGE));
}

static int start_image(Guest *guest, QemuHost *host, const Domain *live, const BlockImage *image, Error *err)
{
        const SourceStatus *status = image->source->status;
        g_auto(Kit) kit = { .host = { .password = password, .give = give, .readahead = has_readahead(host->conf) },
                            .qemu = host,
                            .socket = status->nbdkit_socket };
        Helper helper = { .program = "nbdkit", .pid_file = status->nbdkit_pid_file };

        helper.log = kit.log = log_file(guest->instance, host, image);
        kit.ready = ready_file(status);
        kit.process = nbdkit_process(image, kit.socket, &kit.host, err);
        if (!kit.process)
                return -1;
        process_add_pair(kit.process, "-P", kit.ready);
        if (helper_place(guest, live, HELPER_OWN_DOMAIN, &helper, kit.process, &kit.place, err) < 0)
                return -1;
        return run(&kit, &helper, err);
}

static void stop_image(const SourceStatus *status)
{
        const Helper helper = { .program = "nbdkit", .pid_file = status->nbdkit_pid_file };
        g_autofree char *ready = ready_file(status);

        helper_stop(&helper);
        unlink(status->nbdkit_socket);
        unlink(ready);
}

/* The image of @live that is served on @socket; the chain (the caller's) holds it. */
static const BlockImage *find_image(const Domain *live, const char *socket, GPtrArray **ret_chain)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                g_autoptr(GPtrArray) chain = block_chain(&live->disks[i]);

                for (guint k = 0; k < chain->len; k++) {
                        const BlockImage *image = g_ptr_array_index(chain, k);

                        if (!is_served(image) || strcmp(image->source->status->nbdkit_socket, socket) != 0)
                                continue;
                        *ret_chain = g_steal_pointer(&chain);
                        return image;
                }
        }
        return NULL;
}

/* Watching */

/* What a callback and its job know: one process of one run. */
typedef struct Served {
        DomainEntry *entry;
        int run;
        char *socket;
} Served;

static Served *served_new(DomainEntry *entry, int run, const char *socket)
{
        Served *served = g_new0(Served, 1);

        *served = (Served){ .entry = domain_entry_ref(entry), .run = run, .socket = g_strdup(socket) };
        return served;
}

static void served_free(void *opaque)
{
        Served *served = opaque;

        domain_entry_unref(served->entry);
        g_free(served->socket);
        g_free(served);
}

typedef struct Watch {
        LoopSource *source;
        gint64 since;
        unsigned quick_ends;
} Watch;

/* By socket. In jobs of the lane only. */
struct NbdkitWatches {
        GHashTable *watches;
};

static void watch_free(void *opaque)
{
        Watch *watch = opaque;

        loop_remove(watch->source);
        g_free(watch);
}

void nbdkit_watches_free(struct NbdkitWatches *watches)
{
        if (!watches)
                return;
        g_hash_table_unref(watches->watches);
        g_free(watches);
}

static Watch *find_watch(Guest *guest, const char *socket, bool make)
{
        Watch *watch;

        if (!guest->nbdkits) {
                guest->nbdkits = g_new0(struct NbdkitWatches, 1);
                guest->nbdkits->watches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, watch_free);
        }
        watch = g_hash_table_lookup(guest->nbdkits->watches, socket);
        if (!watch && make) {
                watch = g_new0(Watch, 1);
                g_hash_table_insert(guest->nbdkits->watches, g_strdup(socket), watch);
        }
        return watch;
}

static void process_ended(LoopSource *source, pid_t pid, int status, void *opaque);

static int watch_begin(Guest *guest, const SourceStatus *status, Error *err)
{
        const Helper helper = { .program = "nbdkit", .pid_file = status->nbdkit_pid_file };
        Watch *watch = find_watch(guest, status->nbdkit_socket, true);
        pid_t pid = helper_pid(&helper);

        loop_remove(g_steal_pointer(&watch->source));
        watch->since = g_get_monotonic_time();
        if (!pid)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "nbdkit does not run");
        watch->source = loop_add_process(guest->instance->loop, pid, process_ended,
                                         served_new(guest->entry, atomic_load(&guest->run), status->nbdkit_socket),
                                         served_free, err);
        return watch->source ? 0 : -1;
}

static int start_again(Guest *guest, const Domain *live, const BlockImage *image, Error *err)
{
        QemuHost host = guest_places(guest);

        stop_image(image->source->status);
        if (start_image(guest, &host, live, image, err) < 0)
                return -1;
        return watch_begin(guest, image->source->status, err);
}

/* Whether it may be started again: who cannot live is let go, and the guest gets errors of its disk. */
static bool may_try(Watch *watch)
{
        if (g_get_monotonic_time() - watch->since >= QUICK_US)
                watch->quick_ends = 0;
        return watch->quick_ends++ < QUICK_ENDS_MAX;
}

static void replace(Guest *guest, Watch *watch, const Domain *live, const BlockImage *image)
{
        ERROR_AUTO Error err = ERROR_INIT;
        const char *node = block_node(image->source, BLOCK_NODE_STORAGE);

        if (!may_try(watch)) {
                log_error("domain '%s': the nbdkit of '%s' ends again and again and is not started any more",
                          live->name, node);
                return;
        }
        log_guest_line(guest->instance, live->name, "the nbdkit of '%s' has ended; it is started again", node);
        if (start_again(guest, live, image, &err) < 0)
                log_error("domain '%s': nbdkit of '%s': %s", live->name, node, err.message);
}

static int job_ended(void *opaque, Error *err)
{
        Served *served = opaque;
        Guest *guest = guest_of(served->entry);
        g_autoptr(DomainView) view = domain_view_get(served->entry);
        g_autoptr(GPtrArray) chain = NULL;
        bool same_run = atomic_load(&guest->run) == served->run;
        Watch *watch = same_run ? find_watch(guest, served->socket, false) : NULL;
        const BlockImage *image = watch && view && view->live ? find_image(view->live, served->socket, &chain) : NULL;

        if (image)
                replace(guest, watch, view->live, image);
        served_free(served);
        return 0;
}

static void process_ended(LoopSource *source, pid_t pid, int status, void *opaque)
{
        const Served *served = opaque;

        lane_post(domain_entry_lane(served->entry), "nbdkit-ended", job_ended,
                  served_new(served->entry, served->run, served->socket));
}

/* All of a disk */

int nbdkit_start(Guest *guest, QemuHost *host, const Domain *live, const Disk *disk, Error *err)
{
        g_autoptr(GPtrArray) chain = block_chain(disk);

        for (guint i = 0; i < chain->len; i++) {
                const BlockImage *image = g_ptr_array_index(chain, i);

                if (is_served(image) && (start_image(guest, host, live, image, err) < 0 ||
                                         watch_begin(guest, image->source->status, err) < 0))
                        return error_prefix(err, "disk '%s'", disk->target);
        }
        return 0;
}

void nbdkit_files(const QemuInstance *instance, const QemuHost *host, const Domain *live, GPtrArray *paths)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                g_autoptr(GPtrArray) chain = block_chain(&live->disks[i]);

                for (guint k = 0; k < chain->len; k++)
                        if (is_served(g_ptr_array_index(chain, k)))
                                g_ptr_array_add(paths, log_file(instance, host, g_ptr_array_index(chain, k)));
        }
}

void nbdkit_stop(Guest *guest, const Disk *disk)
{
        g_autoptr(GPtrArray) chain = block_chain(disk);

        for (guint i = 0; i < chain->len; i++) {
                const BlockImage *image = g_ptr_array_index(chain, i);

                if (!is_served(image))
                        continue;
                if (guest->nbdkits)
                        g_hash_table_remove(guest->nbdkits->watches, image->source->status->nbdkit_socket);
                stop_image(image->source->status);
        }
}

static void adopt(Guest *guest, const Domain *live, const BlockImage *image)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (watch_begin(guest, image->source->status, NULL) < 0 && start_again(guest, live, image, &err) < 0)
                log_error("domain '%s': nbdkit: %s", live->name, err.message);
}

void nbdkit_adopt(Guest *guest, const Domain *live)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                g_autoptr(GPtrArray) chain = block_chain(&live->disks[i]);

                for (guint k = 0; k < chain->len; k++)
                        if (is_served(g_ptr_array_index(chain, k)))
                                adopt(guest, live, g_ptr_array_index(chain, k));
        }
}
