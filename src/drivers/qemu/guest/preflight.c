/* See preflight.h. */
#include "guest/preflight.h"

#include <net/if.h>
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "security/dac.h"
#include "util/auto.h"

enum { GROUPS_MAX = 256 };

typedef struct Preflight {
        Obstacles *obstacles;
        DacUser user; /* uid -1, 0: whom nothing stops */
        const char *user_name;
        gid_t groups[GROUPS_MAX];
        int n_groups;
        GHashTable *folders; /* those that were complained of: once is enough */
} Preflight;

void obstacles_add(Obstacles *obstacles, int result, Error *why)
{
        if (result >= 0)
                return;
        if (!obstacles->text)
                obstacles->text = g_string_new(NULL);
        g_string_append_printf(obstacles->text, "%s%s", obstacles->n ? "; " : "", why->message);
        if (obstacles->n++ == 0)
                error_move(&obstacles->first, why);
        error_clear(why);
}

int obstacles_end(Obstacles *obstacles, Error *err)
{
        unsigned n = obstacles->n;

        if (n == 1)
                error_move(err, &obstacles->first);
        else if (n > 1)
                error_set(err, VIR_ERR_SYSTEM_ERROR, "%s", obstacles->text->str);
        error_clear(&obstacles->first);
        if (obstacles->text)
                g_string_free(obstacles->text, TRUE);
        *obstacles = (Obstacles){ 0 };
        return n > 0 ? -1 : 0;
}

static void G_GNUC_PRINTF(2, 3) complain(Preflight *preflight, const char *format, ...)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autofree char *text = NULL;
        va_list ap;

        va_start(ap, format);
        text = g_strdup_vprintf(format, ap);
        va_end(ap);
        obstacles_add(preflight->obstacles, error_set(&why, VIR_ERR_SYSTEM_ERROR, "%s", text), &why);
}

static bool in_group(const Preflight *preflight, gid_t gid)
{
        for (int i = 0; i < preflight->n_groups; i++)
                if (preflight->groups[i] == gid)
                        return true;
        return gid == preflight->user.gid;
}

/* By its mode alone: where a list of access rights says more, QEMU finds out. */
static bool may_search(const Preflight *preflight, const char *folder, const struct stat *info)
{
        mode_t bit = info->st_uid == preflight->user.uid ? S_IXUSR
                     : in_group(preflight, info->st_gid) ? S_IXGRP
                                                         : S_IXOTH;

        return (info->st_mode & bit) || getxattr(folder, "system.posix_acl_access", NULL, 0) > 0;
}

static void look_at_folders(Preflight *preflight, const char *path)
{
        if (preflight->user.uid == (uid_t)-1 || preflight->user.uid == 0)
                return;
        for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                g_autofree char *folder = g_strndup(path, (gsize)(slash - path));
                struct stat info;

                if (stat(folder, &info) < 0)
                        return;
                if (may_search(preflight, folder, &info) || !g_hash_table_add(preflight->folders, g_strdup(folder)))
                        continue;
                complain(preflight,
                         "user '%s' may not search folder '%s' (mode %03o, owner %u:%u), which is on the way to '%s'",
                         preflight->user_name, folder, info.st_mode & 0777, info.st_uid, info.st_gid, path);
        }
}

static void look_at_file(Preflight *preflight, const DomainFile *file)
{
        bool image = g_strcmp0(file->what, "disk") == 0;
        int mode = file->flags & DOMAIN_FILE_WRITE ? R_OK | W_OK : R_OK;

        look_at_folders(preflight, file->path);
        if (access(file->path, F_OK) < 0 && (file->flags & (DOMAIN_FILE_MAY_MISS | DOMAIN_FILE_IF_OURS)))
                return;
        if (access(file->path, mode) == 0)
                return;
        complain(preflight, "Cannot access %s '%s': %s",
                 image        ? "storage file"
                 : file->what ? file->what
                              : "file",
                 file->path, g_strerror(errno));
}

static void look_at_bridges(Preflight *preflight, const Domain *live)
{
        for (size_t i = 0; i < live->n_interfaces; i++) {
                const Interface *nic = &live->interfaces[i];

                /* Not /sys, which may show another network namespace than ours. */
                if (nic->type == INTERFACE_BRIDGE && nic->bridge.bridge && if_nametoindex(nic->bridge.bridge) == 0)
                        complain(preflight, "there is no bridge '%s' on this host", nic->bridge.bridge);
        }
}

static const char *parent_of(const Interface *nic)
{
        if (nic->type == INTERFACE_DIRECT)
                return nic->direct.dev;
        return nic->actual && nic->actual->type == INTERFACE_DIRECT ? nic->actual->direct.dev : NULL;
}

static void look_at_cards(Preflight *preflight, const Domain *live)
{
        for (size_t i = 0; i < live->n_interfaces; i++) {
                const char *parent = parent_of(&live->interfaces[i]);

                if (parent && if_nametoindex(parent) == 0)
                        complain(preflight, "there is no card '%s' on this host", parent);
        }
}

/* Whether somebody listens there; false too where @address is a name, which is not asked for here. */
static bool is_taken(const char *address, int port)
{
        struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *found = NULL;
        g_autofree char *service = g_strdup_printf("%d", port);
        AUTO_FD int fd = -1;
        bool taken = false;
        int on = 1;

        if (!address || getaddrinfo(address, service, &hints, &found) != 0)
                return false;
        fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0) {
                setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
                taken = bind(fd, found->ai_addr, found->ai_addrlen) < 0 && errno == EADDRINUSE;
        }
        freeaddrinfo(found);
        return taken;
}

static void look_at_port(Preflight *preflight, int port, YesNo any, const GraphicsListen *listens, size_t n,
                         const char *standard)
{
        for (size_t i = 0; port > 0 && any != YESNO_YES && i < n; i++) {
                const char *address = listens[i].address ? listens[i].address : standard;

                if (listens[i].type == LISTEN_ADDRESS && is_taken(address, port))
                        complain(preflight, "port %d of %s, wanted for the display, is taken", port, address);
        }
}

static void look_at_ports(Preflight *preflight, const QemuConf *conf, const Domain *live)
{
        for (size_t i = 0; i < live->n_graphics; i++) {
                const VncGraphics *vnc = &live->graphics[i].vnc;
                const SpiceGraphics *spice = &live->graphics[i].spice;

                if (live->graphics[i].type == GRAPHICS_VNC)
                        look_at_port(preflight, vnc->port, vnc->autoport, vnc->listens, vnc->n_listens,
                                     conf->vnc_listen);
                else if (live->graphics[i].type == GRAPHICS_SPICE)
                        look_at_port(preflight, spice->port, spice->autoport, spice->listens, spice->n_listens,
                                     conf->spice_listen);
        }
}

static void find_user(Preflight *preflight)
{
        const struct passwd *entry = preflight->user.uid == (uid_t)-1 ? NULL : getpwuid(preflight->user.uid);

        preflight->user_name = entry ? entry->pw_name : "?";
        preflight->n_groups = GROUPS_MAX;
        if (!entry || getgrouplist(entry->pw_name, preflight->user.gid, preflight->groups, &preflight->n_groups) < 0)
                preflight->n_groups = 0;
}

void guest_preflight(const QemuInstance *instance, const Domain *live, Obstacles *obstacles)
{
        Preflight preflight = { .obstacles = obstacles };
        g_autoptr(DomainFiles) files = domain_files_new();
        ERROR_AUTO Error why = ERROR_INIT;

        if (dac_process(live, (DacUser){ instance->uid, instance->gid }, &preflight.user, &why) < 0) {
                obstacles_add(obstacles, -1, &why);
                return;
        }
        preflight.folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        find_user(&preflight);
        domain_files_all(files, live, NULL);
        for (guint i = 0; i < files->len; i++)
                look_at_file(&preflight, g_ptr_array_index(files, i));
        look_at_bridges(&preflight, live);
        look_at_cards(&preflight, live);
        look_at_ports(&preflight, instance->conf, live);
        g_hash_table_unref(preflight.folders);
}
