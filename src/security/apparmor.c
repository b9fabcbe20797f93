/* AppArmor behind mac.h: each guest has a profile, in two files of libvirt's layout (the profile, and what it includes:
 * the rules that change with the guest's devices), so that a host can be switched either way while guests run. */
#define LOG_SOURCE "security.apparmor"
#include "apparmor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mac_driver.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/process.h"
#include "util/text.h"

#define KERNEL "/sys/kernel/security/apparmor"

enum { TEMPLATE_MAX = 1 << 20, PROFILES_MAX = 16 << 20, PARSER_MS = 30 * 1000, STATE_MAX = 64 };

/* The host */

static char *find_parser(void)
{
        static const char *const places[] = { "/sbin/apparmor_parser", "/usr/sbin/apparmor_parser" };
        char *found = g_find_program_in_path("apparmor_parser");

        for (size_t i = 0; !found && i < G_N_ELEMENTS(places); i++)
                if (access(places[i], X_OK) == 0)
                        found = g_strdup(places[i]);
        return found;
}

static bool is_in_force(void)
{
        g_autofree char *state = NULL;
        g_autofree char *parser = NULL;

        if (file_read("/sys/module/apparmor/parameters/enabled", STATE_MAX, &state, NULL, NULL) < 0 ||
            state[0] != 'Y' || access(KERNEL "/.replace", W_OK) < 0)
                return false;
        parser = find_parser();
        if (!parser)
                log_warn("the kernel has AppArmor, but there is no apparmor_parser: guests are not confined by it");
        return parser != NULL;
}

/* The profile of one guest */

static char *rules_folder(const MacGuest *guest)
{
        return g_strconcat(guest->root, "/etc/apparmor.d", NULL);
}

static char *profile_path(const MacGuest *guest, const char *name, const char *suffix)
{
        g_autofree char *folder = rules_folder(guest);
        g_autofree char *file = g_strconcat(name, suffix, NULL);

        return g_build_filename(folder, "libvirt", file, NULL);
}

static int choose(const Domain *live, Seclabel *label, GHashTable *used, Error *err)
{
        char uuid[UUID_TEXT_LENGTH];

        if (label->baselabel)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a profile of AppArmor has no base label");
        uuid_format(live->uuid, uuid);
        g_free(label->label);
        label->label = g_strdup_printf("libvirt-%s", uuid);
        g_free(label->imagelabel);
        label->imagelabel = g_strdup(label->label);
        return 0;
}

/* The administrator's template, of the guest's kind; NULL: there is none. */
static int read_template(const MacGuest *guest, char **ret, Error *err)
{
        g_autofree char *path = profile_path(guest, "TEMPLATE", ".qemu");

        *ret = NULL;
        if (access(path, F_OK) < 0)
                return 0;
        return file_read(path, TEMPLATE_MAX, ret, NULL, err);
}

/* The rules that change with the guest's devices: those of its profile, those of the part for passt. */
static const char *const lists[] = { ".files", ".passt" };

enum { LISTS = G_N_ELEMENTS(lists) };

static void make_lists(const MacGuest *guest, char *ret[LISTS])
{
        ret[0] = apparmor_files(guest);
        ret[1] = apparmor_passt(guest->files);
}

static void lists_free(char *texts[LISTS])
{
        for (size_t i = 0; i < LISTS; i++)
                g_free(texts[i]);
}

static int write_lists(const MacGuest *guest, const char *name, char *const texts[LISTS], Error *err)
{
        for (size_t i = 0; i < LISTS; i++) {
                g_autofree char *path = profile_path(guest, name, lists[i]);

                if (texts[i] && file_replace(path, texts[i], strlen(texts[i]), 0644, err) < 0)
                        return -1;
        }
        return 0;
}

/* Each is NULL that is not there. */
static int read_lists(const MacGuest *guest, const char *name, char *ret[LISTS], Error *err)
{
        for (size_t i = 0; i < LISTS; i++) {
                g_autofree char *path = profile_path(guest, name, lists[i]);

                if (access(path, F_OK) == 0 && file_read(path, TEMPLATE_MAX, &ret[i], NULL, err) < 0)
                        return -1;
        }
        return 0;
}

static bool lists_equal(char *const a[LISTS], char *const b[LISTS])
{
        for (size_t i = 0; i < LISTS; i++)
                if (g_strcmp0(a[i], b[i]) != 0)
                        return false;
        return true;
}

static int write_files(const MacGuest *guest, const char *name, Error *err)
{
        char *texts[LISTS];
        int r;

        make_lists(guest, texts);
        r = write_lists(guest, name, texts, err);
        lists_free(texts);
        return r;
}

static int write_profile(const MacGuest *guest, const char *name, Error *err)
{
        g_autofree char *path = profile_path(guest, name, "");
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *template = NULL;
        g_autofree char *text = NULL;

        if (read_template(guest, &template, err) < 0)
                return -1;
        text = apparmor_profile(template, name, err);
        if (!text || dir_make(folder, 0755, err) < 0)
                return -1;
        return file_replace(path, text, strlen(text), 0644, err);
}

static int load(const MacGuest *guest, const char *name, Error *err)
{
        g_autofree char *parser = find_parser();
        g_autofree char *folder = rules_folder(guest);
        g_autofree char *path = profile_path(guest, name, "");
        Process *process = process_new(parser ? parser : "apparmor_parser");
        int r;

        process_add(process, "--replace");
        process_add(process, "--skip-cache");
        process_add_pair(process, "--Include", folder);
        process_add(process, path);
        r = process_run(process, PARSER_MS, NULL, NULL, NULL, err);
        process_free(process);
        return r < 0 ? error_prefix(err, "cannot load AppArmor profile '%s'", name) : 0;
}

static void unload(const char *name)
{
        AUTO_FD int fd = open(KERNEL "/.remove", O_WRONLY | O_CLOEXEC);

        if (fd >= 0 && write(fd, name, strlen(name)) < 0 && errno != ENOENT)
                log_warn("cannot unload AppArmor profile '%s': %s", name, g_strerror(errno));
}

/* A profile of the administrator's own is not ours to make or to remove. */
static bool is_ours(const Seclabel *label)
{
        return label->type == SECLABEL_DYNAMIC;
}

static void remove_file(const MacGuest *guest, const char *name, const char *suffix)
{
        g_autofree char *path = profile_path(guest, name, suffix);

        unlink(path);
}

static void end(const MacGuest *guest, const Seclabel *label, bool half)
{
        if (!is_ours(label))
                return;
        unload(label->label);
        remove_file(guest, label->label, "");
        for (size_t i = 0; i < LISTS; i++)
                remove_file(guest, label->label, lists[i]);
}

static int begin(const MacGuest *guest, const Seclabel *label, Error *err)
{
        if (!is_ours(label))
                return 0;
        if (write_profile(guest, label->label, err) == 0 && write_files(guest, label->label, err) == 0 &&
            load(guest, label->label, err) == 0)
                return 0;
        end(guest, label, true);
        return -1;
}

/* What the lists were comes back when the new ones cannot be loaded. */
static int change_lists(const MacGuest *guest, const char *name, char *const now[LISTS], char *before[LISTS],
                        Error *err)
{
        if (read_lists(guest, name, before, err) < 0)
                return -1;
        if (lists_equal(now, before) || (write_lists(guest, name, now, err) == 0 && load(guest, name, err) == 0))
                return 0;
        write_lists(guest, name, before, NULL);
        return -1;
}

/* Devices without a file may have helpers that have some. */
static int change(const MacGuest *guest, const Seclabel *label, const DomainFiles *files, Error *err)
{
        char *now[LISTS], *before[LISTS] = { NULL };
        int r;

        if (!is_ours(label))
                return 0;
        make_lists(guest, now);
        r = change_lists(guest, label->label, now, before, err);
        lists_free(now);
        lists_free(before);
        return r;
}

static char *exec_text(const Seclabel *label)
{
        return g_strdup_printf("exec %s", label->label);
}

static int program_text(const Seclabel *label, const char *program, char **ret, Error *err)
{
        g_autofree char *loaded = NULL;
        g_autofree char *profile = NULL;

        if (file_read(KERNEL "/profiles", PROFILES_MAX, &loaded, NULL, err) < 0)
                return -1;
        profile = apparmor_program(loaded, label->label, program);
        *ret = profile ? g_strdup_printf("exec %s", profile) : NULL;
        return 0;
}

const MacDriver mac_apparmor = {
        .model = "apparmor",
        .is_in_force = is_in_force,
        .choose = choose,
        .begin = begin,
        .grant = change,
        .withdraw = change,
        .end = end,
        .exec_text = exec_text,
        .program_text = program_text,
};
