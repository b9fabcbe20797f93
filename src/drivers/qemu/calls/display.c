/* A guest's screen and keyboard: pictures, keys, connections to its display without a port. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "calls/keys.h"
#include "calls/lifecycle.h"
#include "guest/instance.h"
#include "util/auto.h"
#include "util/file.h"
#include "vireo/object.h"

enum { PICTURE_MAX = 256 * 1024 * 1024, CHUNK = 64 * 1024 };

static int no_flags(unsigned flags, const char *function, Error *err)
{
        return flags ? error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x) in function %s", flags, function)
                     : 0;
}

/* The running guest behind a job's argument. */
static Qmp *job_monitor(DomainEntry *entry, const DomainView *view, Error *err)
{
        if (!view || !view->live)
                return error_null(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        return guest_monitor(guest_of(entry), err);
}

/* Pictures */

typedef struct Picture {
        DomainEntry *entry;
        unsigned screen;
        const char *mime; /* result */
        int fd;           /* the picture, its file is gone already; result */
} Picture;

/* The card that @screen is of, and which of its heads. NULL: the guest has no such screen. */
static const Video *video_of_screen(const Domain *live, unsigned *screen)
{
        for (size_t i = 0; i < live->n_videos; i++) {
                const Video *video = &live->videos[i];
                unsigned heads = MAX(video->heads, 1);

                if (video->type == VIDEO_NONE)
                        continue;
                if (*screen < heads)
                        return video;
                *screen -= heads;
        }
        return NULL;
}

static Json *dump_arguments(const Picture *picture, const Domain *live, const QemuCaps *caps, const char *path,
                            bool png, Error *err)
{
        unsigned head = picture->screen;
        const Video *video = video_of_screen(live, &head);
        Json *arguments;

        if (!video)
                return error_null(err, VIR_ERR_INVALID_ARG, "no such screen");
        if (picture->screen > 0 && !qemu_caps_has_flag(caps, QEMU_HAS_SCREENDUMP_DEVICE))
                return error_null(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                  "screenshots of other than the first screen are not supported by this QEMU");
        arguments = json_object();
        json_set(arguments, "filename", json_string(path));
        if (qemu_caps_has_flag(caps, QEMU_HAS_SCREENDUMP_DEVICE) && video->info.alias) {
                json_set(arguments, "device", json_string(video->info.alias));
                json_set(arguments, "head", json_uint(head));
        }
        if (png)
                json_set(arguments, "format", json_string("png"));
        return arguments;
}

/* QEMU writes a file of ours; nobody else can have put something in its place: the folder is this guest's. */
static int dump(Picture *picture, Qmp *qmp, const Domain *live, const QemuCaps *caps, const char *path, Error *err)
{
        const QemuInstance *instance = guest_of(picture->entry)->instance;
        bool png = qemu_caps_has_flag(caps, QEMU_HAS_SCREENSHOT_FORMAT_PNG);
        Json *arguments = dump_arguments(picture, live, caps, path, png, err);

        if (!arguments)
                return -1;
        if (instance->uid != (uid_t)-1 && fchown(picture->fd, instance->uid, instance->gid) < 0) {
                json_unref(arguments);
                return error_errno(err, errno, "cannot give %s to QEMU", path);
        }
        picture->mime = png ? "image/png" : "image/x-portable-pixmap";
        return qmp_call(qmp, "screendump", arguments, MONITOR_MS, NULL, err);
}

static int job_screenshot(void *opaque, Error *err)
{
        Picture *picture = opaque;
        Guest *guest = guest_of(picture->entry);
        g_autoptr(DomainView) view = domain_view_get(picture->entry);
        g_autoptr(Qmp) qmp = job_monitor(picture->entry, view, err);
        g_autoptr(QemuCaps) caps = NULL;
        g_autofree char *path = NULL;
        int r;

        if (!qmp)
                return -1;
        caps = qemu_caps_get(guest->instance->caps, view->live->emulator, err);
        if (!caps)
                return -1;
        path = g_build_filename(guest->folder, "screendump.XXXXXX", NULL);
        picture->fd = mkostemp(path, O_CLOEXEC);
        if (picture->fd < 0)
                return error_errno(err, errno, "cannot make %s", path);
        r = dump(picture, qmp, view->live, caps, path, err);
        unlink(path);
        return r;
}

/* From a file to a client that may be slow: a thread of its own, which ends when either side does. */
typedef struct Copy {
        int from, to;
} Copy;

static void *copy_main(void *opaque)
{
        Copy *copy = opaque;
        g_autofree char *buffer = g_malloc(CHUNK);
        size_t done = 0;
        ssize_t n;

        while (done < PICTURE_MAX && (n = read(copy->from, buffer, CHUNK)) > 0) {
                for (ssize_t sent = 0, r; sent < n; sent += r) {
                        r = send(copy->to, buffer + sent, (size_t)(n - sent), MSG_NOSIGNAL);
                        if (r <= 0) {
                                done = PICTURE_MAX;
                                break;
                        }
                }
                done += (size_t)n;
        }
        close(copy->from);
        close(copy->to);
        g_free(copy);
        return NULL;
}

static int stream_file(virStreamPtr stream, int fd, Error *err)
{
        Copy *copy = g_new0(Copy, 1);
        pthread_t thread;
        int pair[2];
        int r;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
                g_free(copy);
                close(fd);
                return error_errno(err, errno, "cannot make a stream");
        }
        *copy = (Copy){ .from = fd, .to = pair[1] };
        r = pthread_create(&thread, NULL, copy_main, copy);
        if (r != 0) {
                close(pair[0]);
                close(pair[1]);
                close(fd);
                g_free(copy);
                return error_errno(err, r, "cannot start a thread");
        }
        pthread_detach(thread);
        return stream_attach_fd(stream, pair[0], O_RDONLY, NULL, NULL, err);
}

char *qemu_domain_screenshot(virDomainPtr domain, virStreamPtr stream, unsigned int screen, unsigned int flags,
                             Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Picture picture = { .entry = entry, .screen = screen, .fd = -1 };

        if (!entry || no_flags(flags, "qemuDomainScreenshot", err) < 0)
                return NULL;
        if (domain_job(entry, "screenshot", job_screenshot, &picture, err) < 0) {
                if (picture.fd >= 0)
                        close(picture.fd);
                return NULL;
        }
        if (stream_file(stream, picture.fd, err) < 0)
                return NULL;
        return strdup(picture.mime);
}

/* Keys */

typedef struct Keys {
        DomainEntry *entry;
        unsigned holdtime;
        Json *list; /* taken over */
} Keys;

static int job_send_key(void *opaque, Error *err)
{
        Keys *keys = opaque;
        g_autoptr(DomainView) view = domain_view_get(keys->entry);
        g_autoptr(Qmp) qmp = job_monitor(keys->entry, view, err);
        Json *arguments;

        if (!qmp)
                return -1;
        arguments = json_object();
        json_set(arguments, "keys", g_steal_pointer(&keys->list));
        if (keys->holdtime)
                json_set(arguments, "hold-time", json_uint(keys->holdtime));
        return qmp_call(qmp, "send-key", arguments, MONITOR_MS, NULL, err);
}

static Json *key_list(unsigned codeset, const unsigned *codes, int n, Error *err)
{
        g_autoptr(Json) list = json_array();

        for (int i = 0; i < n; i++) {
                int number = key_number(codeset, codes[i], err);
                Json *key;

                if (number < 0)
                        return NULL;
                key = json_object();
                json_set(key, "type", json_string("number"));
                json_set(key, "data", json_int(number));
                json_append(list, key);
        }
        return g_steal_pointer(&list);
}

int qemu_domain_send_key(virDomainPtr domain, unsigned int codeset, unsigned int holdtime, unsigned int *keycodes,
                         int nkeycodes, unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Keys keys = { .entry = entry, .holdtime = holdtime };
        int r;

        if (!entry || no_flags(flags, "qemuDomainSendKey", err) < 0)
                return -1;
        keys.list = key_list(codeset, keycodes, nkeycodes, err);
        if (!keys.list)
                return -1;
        r = domain_job(entry, "send-key", job_send_key, &keys, err);
        json_unref(keys.list);
        return r;
}

/* Connections */

typedef struct Open {
        DomainEntry *entry;
        unsigned index;
        int fd; /* for QEMU; stays the caller's */
        bool skip_auth;
} Open;

static const char *protocol_of(const Domain *live, unsigned index, Error *err)
{
        const Graphics *graphics = index < live->n_graphics ? &live->graphics[index] : NULL;

        if (!graphics)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "No graphics backend with index %u", index);
        switch (graphics->type) {
        case GRAPHICS_VNC: return "vnc";
        case GRAPHICS_SPICE: return "spice";
        case GRAPHICS_DBUS: return "@dbus-display";
        default:
                return error_null(err, VIR_ERR_INTERNAL_ERROR,
                                  "Can only open VNC, SPICE or D-Bus p2p graphics backends, not %s",
                                  enum_text(GraphicsType, graphics->type));
        }
}

static int job_open_graphics(void *opaque, Error *err)
{
        static const char name[] = "graphicsfd";
        Open *open = opaque;
        g_autoptr(DomainView) view = domain_view_get(open->entry);
        g_autoptr(Qmp) qmp = job_monitor(open->entry, view, err);
        const char *protocol = qmp ? protocol_of(view->live, open->index, err) : NULL;
        Json *arguments;

        if (!protocol)
                return -1;
        arguments = json_object();
        json_set(arguments, "fdname", json_string(name));
        if (qmp_call_fd(qmp, "getfd", arguments, open->fd, MONITOR_MS, NULL, err) < 0)
                return -1;
        arguments = json_object();
        json_set(arguments, "protocol", json_string(protocol));
        json_set(arguments, "fdname", json_string(name));
        json_set(arguments, "skipauth", json_bool(open->skip_auth));
        if (qmp_call(qmp, "add_client", arguments, MONITOR_MS, NULL, err) == 0)
                return 0;
        /* QEMU keeps what nobody took. */
        arguments = json_object();
        json_set(arguments, "fdname", json_string(name));
        qmp_call(qmp, "closefd", arguments, MONITOR_MS, NULL, NULL);
        return -1;
}

static int open_graphics(virDomainPtr dom, unsigned index, int fd, unsigned flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
        Open open = {
                .entry = entry, .index = index, .fd = fd, .skip_auth = flags & VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH
        };

        if (!entry || no_flags(flags & ~(unsigned)VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH, "qemuDomainOpenGraphics", err) < 0)
                return -1;
        return domain_job(entry, "open-graphics", job_open_graphics, &open, err);
}

int qemu_domain_open_graphics(virDomainPtr dom, unsigned int idx, int fd, unsigned int flags, Error *err)
{
        return open_graphics(dom, idx, fd, flags, err);
}

int qemu_domain_open_graphics_fd(virDomainPtr dom, unsigned int idx, unsigned int flags, Error *err)
{
        AUTO_FD int ours = -1;
        AUTO_FD int theirs = -1;
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
                return error_errno(err, errno, "unable to create socket pair");
        ours = pair[0];
        theirs = pair[1];
        if (open_graphics(dom, idx, theirs, flags, err) < 0)
                return -1;
        return fd_steal(&ours);
}
