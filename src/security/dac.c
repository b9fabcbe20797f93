/* See dac.h. The rules are libvirt's, so that a host can be switched while guests run. */
#define LOG_SOURCE "security.dac"
#include "security/dac.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remember.h"
#include "util/log.h"

enum { NAMES_ROOM = 16 * 1024 };

/* Who */

static bool parse_id(const char *text, unsigned *ret)
{
        char *end = NULL;
        guint64 value = g_ascii_strtoull(text, &end, 10);

        if (!g_ascii_isdigit(text[0]) || *end || value > UINT32_MAX - 1)
                return false;
        *ret = (unsigned)value;
        return true;
}

static int find_user(const char *name, uid_t *ret, Error *err)
{
        g_autofree char *room = g_malloc(NAMES_ROOM);
        struct passwd entry, *found = NULL;

        if (name[0] == '+' && parse_id(name + 1, ret))
                return 0;
        if (getpwnam_r(name, &entry, room, NAMES_ROOM, &found) == 0 && found) {
                *ret = found->pw_uid;
                return 0;
        }
        if (parse_id(name, ret))
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG, "Failed to parse user '%s'", name);
}

static int find_group(const char *name, gid_t *ret, Error *err)
{
        g_autofree char *room = g_malloc(NAMES_ROOM);
        struct group entry, *found = NULL;

        if (name[0] == '+' && parse_id(name + 1, ret))
                return 0;
        if (getgrnam_r(name, &entry, room, NAMES_ROOM, &found) == 0 && found) {
                *ret = found->gr_gid;
                return 0;
        }
        if (parse_id(name, ret))
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG, "Failed to parse group '%s'", name);
}

int dac_parse(const char *label, DacUser *ret, Error *err)
{
        const char *colon = strchr(label, ':');
        g_autofree char *user = colon ? g_strndup(label, (gsize)(colon - label)) : NULL;
        DacUser parsed;

        if (!colon)
                return error_set(err, VIR_ERR_INVALID_ARG, "Failed to parse uid and gid '%s'", label);
        if (find_user(user, &parsed.uid, err) < 0 || find_group(colon + 1, &parsed.gid, err) < 0)
                return -1;
        *ret = parsed;
        return 0;
}

static Seclabel *find_label(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_seclabels; i++)
                if (g_strcmp0(domain->seclabels[i].model, "dac") == 0)
                        return &domain->seclabels[i];
        return NULL;
}

static void settle_label(Seclabel *label, const char *standard)
{
        if (label->type == SECLABEL_DEFAULT)
                label->type = SECLABEL_DYNAMIC;
        if (label->type == SECLABEL_NONE)
                return;
        if (label->relabel == YESNO_ABSENT)
                label->relabel = YESNO_YES;
        if (!label->label)
                label->label = g_strdup(label->baselabel ? label->baselabel : standard);
        if (!label->imagelabel && label->relabel == YESNO_YES)
                label->imagelabel = g_strdup(label->label);
}

size_t dac_groups(DacUser user, gid_t ret[DAC_GROUPS_MAX])
{
        g_autofree char *room = g_malloc(NAMES_ROOM);
        struct passwd entry, *found = NULL;
        int n = DAC_GROUPS_MAX;

        ret[0] = user.gid;
        if (getpwuid_r(user.uid, &entry, room, NAMES_ROOM, &found) != 0 || !found ||
            getgrouplist(found->pw_name, user.gid, ret, &n) < 0)
                return 1;
        return (size_t)n;
}

int dac_settle(Domain *live, DacUser standard, Error *err)
{
        Seclabel *label = find_label(live);
        g_autofree char *text = NULL;
        DacUser user;

        if (standard.uid == (uid_t)-1)
                standard = (DacUser){ geteuid(), getegid() };
        text = g_strdup_printf("+%u:+%u", standard.uid, standard.gid);
        if (!label) {
                label = rows_list_insert(&Seclabel_rows, &live->seclabels, &live->n_seclabels, live->n_seclabels);
                label->model = g_strdup("dac");
        }
        if (label->type == SECLABEL_STATIC && !label->label)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a static label of 'dac' needs a <label>");
        settle_label(label, text);
        return label->label ? dac_parse(label->label, &user, err) : 0;
}

int dac_process(const Domain *live, DacUser standard, DacUser *ret, Error *err)
{
        const Seclabel *label = find_label(live);

        *ret = standard;
        return label && label->label ? dac_parse(label->label, ret, err) : 0;
}

int dac_of(const Domain *live, DacUser standard, bool dynamic, bool remember, Dac *ret, Error *err)
{
        const Seclabel *label = find_label(live);

        *ret = (Dac){ .image = standard, .relabel = dynamic, .remember = remember };
        if (standard.uid == (uid_t)-1)
                ret->image = (DacUser){ geteuid(), getegid() };
        if (!label)
                return 0;
        if (label->relabel == YESNO_NO || label->type == SECLABEL_NONE)
                ret->relabel = false;
        if (label->imagelabel)
                return dac_parse(label->imagelabel, &ret->image, err);
        return label->label ? dac_parse(label->label, &ret->image, err) : 0;
}

/* Whose */

static const SourceSeclabel *own_label(const DomainFile *file)
{
        for (size_t i = 0; i < file->n_labels; i++)
                if (!file->labels[i].model || strcmp(file->labels[i].model, "dac") == 0)
                        return &file->labels[i];
        return NULL;
}

/* A node of the host that the guest gets a copy of. */
static bool is_private_node(const Dac *dac, const char *path)
{
        return dac->private_dev && domain_file_is_node(path);
}

bool dac_owner(const Dac *dac, const DomainFile *file, DacUser *ret, Error *err)
{
        const SourceSeclabel *label = own_label(file);

        if (!dac->relabel || (file->flags & (DOMAIN_FILE_KEEP | DOMAIN_FILE_DESCRIPTOR)))
                return false;
        if ((file->flags & DOMAIN_FILE_IF_OURS) && !dac->private_dev)
                return false;
        if (label && (label->relabel == YESNO_NO || label->labelskip == YESNO_YES))
                return false;
        *ret = dac->image;
        return !label || !label->label || dac_parse(label->label, ret, err) == 0;
}

static bool remembers(const Dac *dac, const DomainFile *file)
{
        return dac->remember && !(file->flags & (DOMAIN_FILE_SHARED | DOMAIN_FILE_NO_RESTORE));
}

static char *text_of(DacUser owner)
{
        return g_strdup_printf("+%u:+%u", owner.uid, owner.gid);
}

static char *look(const char *at, const char *path, Error *err)
{
        struct stat info;

        if (stat(at, &info) < 0)
                return error_errno(err, errno, "cannot look at '%s'", path), NULL;
        return text_of((DacUser){ info.st_uid, info.st_gid });
}

/* A file system may keep its owners to itself, or not believe in our root (NFS): QEMU may be able to open the file all the
 * same, or says that it cannot. */
static bool may_stay(int error)
{
        return error == ENOTSUP || error == EROFS || error == EINVAL || error == EPERM;
}

static int put(const char *at, const char *path, const char *value, Error *err)
{
        struct stat info;
        DacUser owner;

        if (dac_parse(value, &owner, err) < 0)
                return -1;
        if (stat(at, &info) < 0)
                return error_errno(err, errno, "cannot look at '%s'", path);
        if (info.st_uid == owner.uid && info.st_gid == owner.gid)
                return 0;
        if (chown(at, owner.uid, owner.gid) == 0)
                return 0;
        if (!may_stay(errno))
                return error_errno(err, errno, "unable to set user and group to '%u:%u' on '%s'", owner.uid, owner.gid,
                                   path);
        log_info("the owner of '%s' stays: %s", path, g_strerror(errno));
        return 0;
}

static const RememberModel model = { "dac", "DAC user or group", look, put };

/* 1: something was changed that restoring would undo. */
static int set_file(const Dac *dac, const DomainFile *file, Error *err)
{
        bool keep = remembers(dac, file);
        g_autofree char *text = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        DacUser owner;
        int r;

        if (!dac_owner(dac, file, &owner, &why))
                return error_is_set(&why) ? error_move(err, &why) : 0;
        if (is_private_node(dac, file->path))
                return 0;
        text = text_of(owner);
        r = remember_put(&model, file->path, text, keep ? &dac->holder : NULL, err);
        if (r == REMEMBER_NOTHING && !(file->flags & DOMAIN_FILE_MAY_MISS))
                return error_errno(err, ENOENT, "cannot look at '%s'", file->path);
        return r < 0 ? -1 : keep && r != REMEMBER_NOTHING;
}

static void restore_file(const Dac *dac, const DomainFile *file, bool known)
{
        ERROR_AUTO Error err = ERROR_INIT;
        DacUser owner;
        int r = REMEMBER_UNSUPPORTED;

        if ((file->flags & (DOMAIN_FILE_SHARED | DOMAIN_FILE_NO_RESTORE)) || !dac_owner(dac, file, &owner, NULL) ||
            is_private_node(dac, file->path))
                return;
        if (dac->remember)
                r = recall(&model, file->path, &dac->holder, &err);
        /* Nobody can know whose it was: root's, as libvirt has it. */
        if (r == REMEMBER_UNSUPPORTED && !known)
                r = remember_put(&model, file->path, "+0:+0", NULL, &err);
        if (r < 0)
                log_warn("cannot give '%s' back: %s", file->path, err.message);
}

int dac_set(const Dac *dac, const DomainFiles *files, Error *err)
{
        g_autoptr(GPtrArray) done = g_ptr_array_new();

        for (guint i = 0; i < files->len; i++) {
                DomainFile *file = g_ptr_array_index(files, i);
                int r = set_file(dac, file, err);

                if (r > 0)
                        g_ptr_array_add(done, file);
                if (r >= 0)
                        continue;
                while (done->len > 0)
                        restore_file(dac, g_ptr_array_steal_index(done, done->len - 1), true);
                return -1;
        }
        return 0;
}

void dac_restore(const Dac *dac, const DomainFiles *files, bool known)
{
        for (guint i = files->len; i > 0; i--)
                restore_file(dac, g_ptr_array_index(files, i - 1), known);
}

void dac_claim(const Dac *dac, const DomainFiles *files)
{
        DacUser owner;

        for (guint i = 0; i < files->len; i++) {
                const DomainFile *file = g_ptr_array_index(files, i);

                if (remembers(dac, file) && dac_owner(dac, file, &owner, NULL) && !is_private_node(dac, file->path))
                        remember_claim(&model, file->path, &dac->holder);
        }
}
