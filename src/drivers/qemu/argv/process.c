/* QEMU as a process to be run: words and environment. */
#include "argv/argv.h"

#include <string.h>

#include "conf/qemu_namespace.h"
#include "util/process.h"

/* A guest of the system sees none of our own folders: QEMU's libraries keep what they like in the run's. */
static void folders(const QemuHost *host, Process *process)
{
        g_autofree char *data = g_build_filename(host->lib_dir, ".local", "share", NULL);
        g_autofree char *cache = g_build_filename(host->lib_dir, ".cache", NULL);
        g_autofree char *config = g_build_filename(host->lib_dir, ".config", NULL);

        if (host->system) {
                process_env(process, "HOME", host->lib_dir);
                process_env(process, "XDG_DATA_HOME", data);
        }
        process_env(process, "XDG_CACHE_HOME", cache);
        if (host->system)
                process_env(process, "XDG_CONFIG_HOME", config);
}

static void environment(const QemuArgv *argv, Process *process)
{
        static const char *const passed[] = { "LD_PRELOAD", "LD_LIBRARY_PATH", "PATH",  "HOME",
                                              "USER",       "LOGNAME",         "TMPDIR" };
        const Domain *domain = argv->domain;
        const QemuNamespace *own = domain->extra.space == &qemu_namespace ? domain->extra.content : NULL;

        process_env(process, "LC_ALL", "C");
        for (size_t i = 0; i < G_N_ELEMENTS(passed); i++)
                process_env_pass(process, passed[i]);
        folders(argv->host, process);
        for (guint i = 0; i + 1 < argv->environment->len; i += 2)
                process_env(process, g_ptr_array_index(argv->environment, i),
                            g_ptr_array_index(argv->environment, i + 1));
        for (size_t i = 0; own && i < own->n_environment; i++)
                process_env(process, own->environment[i].name,
                            own->environment[i].value ? own->environment[i].value : "");
}

Process *qemu_argv_process(const QemuArgv *argv)
{
        g_autoptr(GPtrArray) words = qemu_argv_words(argv);
        Process *process = process_new(g_ptr_array_index(words, 0));

        environment(argv, process);
        for (guint i = 1; i + 1 < words->len; i++)
                process_add(process, g_ptr_array_index(words, i));
        return process;
}
