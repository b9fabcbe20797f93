/* SELinux behind mac.h: which label a guest has. Each runs in the domain that the policy keeps for guests, told from the
 * others by a pair of categories; its files have the same pair. */
#define LOG_SOURCE "security.selinux"
#include "selinux.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mac_driver.h"
#include "util/file.h"
#include "util/log.h"
#include "util/random.h"

enum { TEXT_MAX = 64 * 1024, TRIES = 10000 };

/* The policy */

static char *line_of(char **lines, guint number)
{
        return g_strv_length(lines) > number && lines[number][0] ? g_strstrip(g_strdup(lines[number])) : NULL;
}

static int read_lines(const char *folder, const char *name, char ***ret, Error *err)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *text = NULL;

        if (file_read(path, TEXT_MAX, &text, NULL, err) < 0)
                return -1;
        *ret = g_strsplit(text, "\n", -1);
        if ((*ret)[0] && (*ret)[0][0])
                return 0;
        g_clear_pointer(ret, g_strfreev);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "no context in '%s'", path);
}

int selinux_contexts(const char *folder, SelinuxContexts *ret, Error *err)
{
        g_auto(GStrv) domains = NULL;
        g_auto(GStrv) images = NULL;

        if (read_lines(folder, "virtual_domain_context", &domains, err) < 0 ||
            read_lines(folder, "virtual_image_context", &images, err) < 0)
                return -1;
        *ret = (SelinuxContexts){ .kvm = line_of(domains, 0), .tcg = line_of(domains, 1), .image = line_of(images, 0) };
        ret->shared = g_strdup(ret->image);
        ret->content = line_of(images, 1);
        if (!ret->tcg)
                ret->tcg = g_strdup(ret->kvm);
        if (!ret->content)
                ret->content = g_strdup(ret->image);
        return 0;
}

void selinux_contexts_done(SelinuxContexts *contexts)
{
        g_free(contexts->kvm);
        g_free(contexts->tcg);
        g_free(contexts->image);
        g_free(contexts->shared);
        g_free(contexts->content);
        *contexts = (SelinuxContexts){ 0 };
}

/* SELINUXTYPE=targeted; NULL: the host has no policy. */
static char *contexts_folder(void)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (file_read("/etc/selinux/config", TEXT_MAX, &text, NULL, NULL) < 0)
                return NULL;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
                if (g_str_has_prefix(*line, "SELINUXTYPE="))
                        return g_build_filename("/etc/selinux", g_strstrip(*line + strlen("SELINUXTYPE=")), "contexts",
                                                NULL);
        return NULL;
}

static int host_contexts(SelinuxContexts *ret, Error *err)
{
        g_autofree char *folder = contexts_folder();

        if (!folder)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "/etc/selinux/config names no policy");
        return selinux_contexts(folder, ret, err);
}

static bool is_in_force(void)
{
        g_autofree char *folder = NULL;
        g_autofree char *path = NULL;

        if (access("/sys/fs/selinux/enforce", F_OK) < 0)
                return false;
        folder = contexts_folder();
        path = folder ? g_build_filename(folder, "virtual_domain_context", NULL) : NULL;
        if (!path || access(path, R_OK) < 0)
                log_warn("the kernel has SELinux, but no policy for virtual machines: guests are not confined by it");
        return path && access(path, R_OK) == 0;
}

static char *base_label(bool kvm)
{
        SelinuxContexts contexts = { 0 };
        char *label;

        if (host_contexts(&contexts, NULL) < 0)
                return NULL;
        label = g_strdup(kvm ? contexts.kvm : contexts.tcg);
        selinux_contexts_done(&contexts);
        return label;
}

/* Labels: USER:ROLE:TYPE:RANGE, where a range may have colons of its own. */

const char *selinux_range(const char *context)
{
        for (int i = 0; context && i < 3; i++) {
                context = strchr(context, ':');
                context = context ? context + 1 : NULL;
        }
        return context;
}

char *selinux_with_range(const char *context, const char *range)
{
        const char *old = selinux_range(context);

        return old ? g_strdup_printf("%.*s%s", (int)(old - context), context, range) : g_strdup(context);
}

char *selinux_image_label(const SelinuxContexts *contexts, const char *label)
{
        const char *range = selinux_range(label);

        return range ? selinux_with_range(contexts->image, range) : g_strdup(contexts->image);
}

/* "s0-s0:c0.c1023", "s0:c1.c99": the categories that its upper end has. */
static bool parse_range(const char *range, char **ret_level, unsigned *ret_low, unsigned *ret_high)
{
        const char *dash = strchr(range, '-');
        const char *top = dash ? dash + 1 : range;
        const char *colon = strchr(top, ':');

        if (!colon || sscanf(colon, ":c%u.c%u", ret_low, ret_high) != 2 || *ret_low >= *ret_high || *ret_high > 65535)
                return false;
        *ret_level = g_strndup(range, strcspn(range, ":-"));
        return true;
}

static bool is_used(GHashTable *used, const char *range)
{
        GHashTableIter iter;
        void *key;

        g_hash_table_iter_init(&iter, used);
        while (g_hash_table_iter_next(&iter, &key, NULL))
                if (g_strcmp0(selinux_range(key), range) == 0)
                        return true;
        return false;
}

static unsigned random_below(unsigned limit)
{
        uint32_t value = 0;

        random_bytes(&value, sizeof(value));
        return value % limit;
}

char *selinux_categories(const char *range, GHashTable *used, Error *err)
{
        g_autofree char *level = NULL;
        unsigned low = 0, high = 0;

        if (!parse_range(range, &level, &low, &high))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "range '%s' of this process has no categories to give",
                                  range);
        for (int i = 0; i < TRIES; i++) {
                unsigned a = low + random_below(high - low + 1), b = low + random_below(high - low + 1);
                g_autofree char *text = NULL;

                if (a == b)
                        continue;
                text = g_strdup_printf("%s:c%u,c%u", level, MIN(a, b), MAX(a, b));
                if (!is_used(used, text))
                        return g_steal_pointer(&text);
        }
        return error_null(err, VIR_ERR_INTERNAL_ERROR, "all pairs of categories of '%s' are in use", range);
}

static int choose_range(const char *base, GHashTable *used, char **ret, Error *err)
{
        g_autofree char *own = NULL;
        const char *range;

        *ret = NULL;
        if (!selinux_range(base))
                return 0; /* a policy without levels */
        if (file_read("/proc/self/attr/current", TEXT_MAX, &own, NULL, err) < 0)
                return -1;
        range = selinux_range(own);
        if (!range)
                return 0;
        *ret = selinux_categories(range, used, err);
        return *ret ? 0 : -1;
}

static int choose(const Domain *live, Seclabel *label, GHashTable *used, Error *err)
{
        SelinuxContexts contexts = { 0 };
        g_autofree char *range = NULL;
        g_autofree char *base = NULL;
        int r;

        if (host_contexts(&contexts, err) < 0)
                return -1;
        base = g_strdup(label->baselabel ? label->baselabel : live->type == VIRT_KVM ? contexts.kvm : contexts.tcg);
        r = choose_range(base, used, &range, err);
        if (r == 0) {
                g_free(label->label);
                label->label = range ? selinux_with_range(base, range) : g_strdup(base);
                g_free(label->imagelabel);
                label->imagelabel = selinux_image_label(&contexts, label->label);
        }
        selinux_contexts_done(&contexts);
        return r;
}

static int fit(Seclabel *label, Error *err)
{
        __attribute__((cleanup(selinux_contexts_done))) SelinuxContexts contexts = { 0 };

        if (label->imagelabel)
                return 0;
        if (host_contexts(&contexts, err) < 0)
                return -1;
        label->imagelabel = selinux_image_label(&contexts, label->label);
        return 0;
}

/* Files */

static const SourceSeclabel *own_label(const DomainFile *file)
{
        for (size_t i = 0; i < file->n_labels; i++)
                if (!file->labels[i].model || strcmp(file->labels[i].model, "selinux") == 0)
                        return &file->labels[i];
        return NULL;
}

const char *selinux_file_label(const SelinuxContexts *contexts, const Seclabel *label, const DomainFile *file)
{
        const SourceSeclabel *own = own_label(file);

        if (label->relabel != YESNO_YES || (file->flags & DOMAIN_FILE_KEEP))
                return NULL;
        if (own && (own->relabel == YESNO_NO || own->labelskip == YESNO_YES))
                return NULL;
        if (own && own->label)
                return own->label;
        if (!(file->flags & DOMAIN_FILE_WRITE))
                return contexts->content;
        return file->flags & DOMAIN_FILE_SHARED ? contexts->shared : label->imagelabel;
}

static int own(const Seclabel *label, const char *path, Error *err)
{
        return label->imagelabel ? selinux_own(path, label->imagelabel, err) : 0;
}

/* Folders of the guest's own go with it: there is nothing to give back. */
static int label_folders(const MacGuest *guest, const Seclabel *label, Error *err)
{
        for (const char *const *path = guest->folders; path && *path; path++)
                if (own(label, *path, err) < 0)
                        return -1;
        return 0;
}

static SelinuxFiles all_files(const SelinuxContexts *contexts, const MacGuest *guest, const Seclabel *label,
                              const DomainFiles *files)
{
        return (SelinuxFiles){ .contexts = contexts,
                               .label = label,
                               .files = files,
                               .remember = guest->remember,
                               .holder = guest->holder,
                               .private_dev = guest->private_dev };
}

static int grant(const MacGuest *guest, const Seclabel *label, const DomainFiles *fresh, Error *err)
{
        __attribute__((cleanup(selinux_contexts_done))) SelinuxContexts contexts = { 0 };
        SelinuxFiles files = all_files(&contexts, guest, label, fresh);

        return host_contexts(&contexts, err) < 0 ? -1 : selinux_set(&files, err);
}

static int give_back(const MacGuest *guest, const Seclabel *label, const DomainFiles *gone, bool known, Error *err)
{
        __attribute__((cleanup(selinux_contexts_done))) SelinuxContexts contexts = { 0 };
        SelinuxFiles files = all_files(&contexts, guest, label, gone);

        if (host_contexts(&contexts, err) < 0)
                return -1;
        selinux_restore(&files, known);
        return 0;
}

static int begin(const MacGuest *guest, const Seclabel *label, Error *err)
{
        if (grant(guest, label, guest->files, err) < 0)
                return -1;
        if (label_folders(guest, label, err) == 0)
                return 0;
        give_back(guest, label, guest->files, true, NULL);
        return -1;
}

static int withdraw(const MacGuest *guest, const Seclabel *label, const DomainFiles *gone, Error *err)
{
        return give_back(guest, label, gone, false, err);
}

static void end(const MacGuest *guest, const Seclabel *label, bool half)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (give_back(guest, label, guest->files, half, &err) < 0)
                log_warn("files keep the label of domain '%s': %s", guest->live->name, err.message);
}

static void claim(const MacGuest *guest, const Seclabel *label)
{
        __attribute__((cleanup(selinux_contexts_done))) SelinuxContexts contexts = { 0 };
        SelinuxFiles files = all_files(&contexts, guest, label, guest->files);

        if (host_contexts(&contexts, NULL) == 0)
                selinux_claim(&files);
}

static char *node_label(const Seclabel *label, const DomainFile *file)
{
        __attribute__((cleanup(selinux_contexts_done))) SelinuxContexts contexts = { 0 };

        return host_contexts(&contexts, NULL) < 0 ? NULL : g_strdup(selinux_file_label(&contexts, label, file));
}

static char *exec_text(const Seclabel *label)
{
        return g_strdup(label->label);
}

/* Theirs is what their process has: policy is about who talks to whom. */
static char *socket_text(const Seclabel *label)
{
        return g_strdup(label->label);
}

static int program_text(const Seclabel *label, const char *program, char **ret, Error *err)
{
        *ret = selinux_program(label->label, program, err);
        return *ret ? 0 : -1;
}

const MacDriver mac_selinux = {
        .model = "selinux",
        .is_in_force = is_in_force,
        .base_label = base_label,
        .choose = choose,
        .fit = fit,
        .begin = begin,
        .grant = grant,
        .withdraw = withdraw,
        .end = end,
        .claim = claim,
        .exec_text = exec_text,
        .program_text = program_text,
        .own = own,
        .file_label = selinux_label,
        .socket_text = socket_text,
        .node_label = node_label,
};
