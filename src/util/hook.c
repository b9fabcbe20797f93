/* See hook.h. */
#include "util/hook.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/process.h"

static bool is_script(const char *path)
{
        struct stat info;

        return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* Paths in the order in which they are run. */
static GPtrArray *find_scripts(const HookCall *call)
{
        GPtrArray *scripts = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *single = g_build_filename(call->folder, call->driver, NULL);
        g_autofree char *folder = g_strconcat(single, ".d", NULL);
        g_auto(GStrv) names = NULL;

        if (is_script(single))
                g_ptr_array_add(scripts, g_strdup(single));
        if (dir_list(folder, NULL, &names, NULL) < 0)
                return scripts;
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(folder, *name, NULL);

                if (is_script(path))
                        g_ptr_array_add(scripts, g_steal_pointer(&path));
        }
        return scripts;
}

bool hook_exists(const HookCall *call)
{
        g_autoptr(GPtrArray) scripts = find_scripts(call);

        return scripts->len > 0;
}

/* The text as a file: a script need not read it. */
static int make_input(const char *text, Error *err)
{
        AUTO_FD int fd = memfd_create("hook", MFD_CLOEXEC);

        if (fd < 0)
                return error_errno(err, errno, "cannot make the input of a hook script");
        if (text && fd_write_all(fd, text, strlen(text), err) < 0)
                return -1;
        if (lseek(fd, 0, SEEK_SET) < 0)
                return error_errno(err, errno, "cannot make the input of a hook script");
        return fd_steal(&fd);
}

static int run_script(const HookCall *call, const char *path, Error *err)
{
        const char *const words[] = { call->object, call->operation, call->suboperation, call->extra };
        ERROR_AUTO Error why = ERROR_INIT;
        AUTO_FD int input = make_input(call->input, err);
        Process *process;
        int r;

        if (input < 0)
                return -1;
        process = process_new(path);
        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
                process_add(process, words[i] ? words[i] : "-");
        process_env_pass(process, "PATH");
        process_env(process, "LC_ALL", "C");
        process_stdin(process, input);
        r = process_run(process, -1, NULL, NULL, NULL, &why);
        process_free(process);
        return r == 0 ? 0 : error_set(err, VIR_ERR_HOOK_SCRIPT_FAILED, "%s", why.str2 ? why.str2 : why.message);
}

int hook_run(const HookCall *call, Error *err)
{
        g_autoptr(GPtrArray) scripts = find_scripts(call);

        for (guint i = 0; i < scripts->len; i++)
                if (run_script(call, g_ptr_array_index(scripts, i), err) < 0)
                        return -1;
        return 0;
}
