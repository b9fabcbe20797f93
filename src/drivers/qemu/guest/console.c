/* Consoles and channels as streams: one reader at a time on each pty, as far as we are concerned. */
#define LOG_SOURCE "qemu.console"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>

#include "guest/instance.h"
#include "calls/lifecycle.h"
#include "util/auto.h"
#include "util/paths.h"
#include "vireo/object.h"

/* Streams that are open, by the path of their pty or socket. */
struct Consoles {
        int refs;
        pthread_mutex_t mutex;
        GHashTable *open; /* path -> Reader */
};

typedef struct Reader {
        struct Consoles *consoles;
        char *path;
        virStreamPtr stream;
} Reader;

struct Consoles *consoles_new(void)
{
        struct Consoles *consoles = g_new0(struct Consoles, 1);

        consoles->refs = 1;
        pthread_mutex_init(&consoles->mutex, NULL);
        consoles->open = g_hash_table_new(g_str_hash, g_str_equal);
        return consoles;
}

void consoles_free(struct Consoles *consoles)
{
        if (!consoles || !g_atomic_int_dec_and_test(&consoles->refs))
                return;
        g_hash_table_unref(consoles->open);
        pthread_mutex_destroy(&consoles->mutex);
        g_free(consoles);
}

static void reader_free(Reader *reader)
{
        object_unref(reader->stream);
        consoles_free(reader->consoles);
        g_free(reader->path);
        g_free(reader);
}

/* The stream ended, by whichever side. */
static void reader_closed(void *opaque)
{
        Reader *reader = opaque;

        pthread_mutex_lock(&reader->consoles->mutex);
        if (g_hash_table_lookup(reader->consoles->open, reader->path) == reader)
                g_hash_table_remove(reader->consoles->open, reader->path);
        pthread_mutex_unlock(&reader->consoles->mutex);
        reader_free(reader);
}

/* QEMU's end of a pty hangs up by itself when QEMU ends: nothing to do for its readers but to forget them. */
void consoles_end(Guest *guest)
{
        LOCKED(&guest->consoles->mutex);

        g_hash_table_remove_all(guest->consoles->open);
}

static Reader *reader_enter(struct Consoles *consoles, const char *path, virStreamPtr stream, bool force, Error *err)
{
        Reader *reader = g_new0(Reader, 1);
        Reader *other;
        virStreamPtr loser = NULL;
        ERROR_AUTO Error ignored = ERROR_INIT;

        g_atomic_int_inc(&consoles->refs);
        *reader = (Reader){ .consoles = consoles, .path = g_strdup(path), .stream = NULL };
        pthread_mutex_lock(&consoles->mutex);
        other = g_hash_table_lookup(consoles->open, path);
        if (other && force)
                loser = object_ref(other->stream);
        if (!other || force)
                g_hash_table_replace(consoles->open, reader->path, reader);
        pthread_mutex_unlock(&consoles->mutex);
        if (other && !force) {
                reader_free(reader);
                return error_null(err, VIR_ERR_OPERATION_FAILED, "Active console session exists for this domain");
        }
        reader->stream = object_ref(stream);
        if (loser && loser->calls && loser->calls->abort)
                loser->calls->abort(loser, &ignored);
        object_unref(loser);
        return reader;
}

static int open_pty(const char *path, Error *err)
{
        AUTO_FD int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        struct termios terminal;

        if (fd < 0)
                return error_errno(err, errno, "Unable to open '%s'", path);
        /* Bytes are the guest's business: nothing is echoed or translated on the way. */
        if (tcgetattr(fd, &terminal) == 0) {
                cfmakeraw(&terminal);
                tcsetattr(fd, TCSADRAIN, &terminal);
        }
        return fd_steal(&fd);
}

static int attach(Guest *guest, const char *path, int fd, virStreamPtr stream, unsigned flags, Error *err)
{
        Reader *reader = reader_enter(guest->consoles, path, stream, flags & VIR_DOMAIN_CONSOLE_FORCE, err);

        if (!reader) {
                close(fd);
                return -1;
        }
        if (stream_attach_fd(stream, fd, O_RDWR, reader_closed, reader, err) < 0) {
                reader_closed(reader);
                return -1;
        }
        return 0;
}

static int attach_chardev(Guest *guest, const Chardev *source, const char *alias, virStreamPtr stream, unsigned flags,
                          Error *err)
{
        const char *path;
        int fd;

        if (source->type == CHARDEV_PTY) {
                path = source->pty.path;
                fd = path ? open_pty(path, err)
                          : error_set(err, VIR_ERR_INTERNAL_ERROR, "the pty of character device %s is not known",
                                      alias);
        } else if (source->type == CHARDEV_UNIX && source->unix_socket.path) {
                path = source->unix_socket.path;
                fd = unix_connect(path, err);
        } else {
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "character device %s is not using a PTY", alias);
        }
        return fd < 0 ? -1 : attach(guest, path, fd, stream, flags, err);
}

static const Chardev *find_console(const Domain *live, const char *name, const char **ret_alias)
{
        for (size_t i = 0; i < live->n_consoles; i++) {
                const Console *console = &live->consoles[i];

                *ret_alias = console->info.alias;
                if (!name || g_strcmp0(name, console->info.alias) == 0)
                        return &console->source;
        }
        for (size_t i = 0; i < live->n_serials; i++) {
                *ret_alias = live->serials[i].info.alias;
                if (!name || g_strcmp0(name, *ret_alias) == 0)
                        return &live->serials[i].source;
        }
        for (size_t i = 0; i < live->n_parallels; i++) {
                *ret_alias = live->parallels[i].info.alias;
                if (g_strcmp0(name, *ret_alias) == 0)
                        return &live->parallels[i].source;
        }
        return NULL;
}

int qemu_domain_open_console(virDomainPtr dom, const char *dev_name, virStreamPtr st, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(dom, err);
        g_autoptr(DomainEntry) entry = NULL;
        const Chardev *source;
        const char *alias = NULL;

        if (!view)
                return -1;
        if (flags & ~(unsigned)(VIR_DOMAIN_CONSOLE_SAFE | VIR_DOMAIN_CONSOLE_FORCE))
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x) in function qemuDomainOpenConsole",
                                 flags);
        source = find_console(view->live, dev_name, &alias);
        if (!source && dev_name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find character device %s", dev_name);
        if (!source)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find default console device");
        entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        if (!entry)
                return -1;
        return attach_chardev(guest_of(entry), source, alias, st, flags, err);
}

int qemu_domain_open_channel(virDomainPtr dom, const char *name, virStreamPtr st, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_active(dom, err);
        g_autoptr(DomainEntry) entry = NULL;
        const Channel *channel = NULL;

        if (!view)
                return -1;
        for (size_t i = 0; !channel && i < view->live->n_channels; i++) {
                const Channel *one = &view->live->channels[i];

                if (!name || g_strcmp0(name, one->name) == 0 || g_strcmp0(name, one->info.alias) == 0)
                        channel = one;
        }
        if (!channel)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find channel %s", name ? name : "");
        entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        if (!entry)
                return -1;
        return attach_chardev(guest_of(entry), &channel->source, channel->info.alias, st,
                              flags & VIR_DOMAIN_CHANNEL_FORCE ? VIR_DOMAIN_CONSOLE_FORCE : 0, err);
}
