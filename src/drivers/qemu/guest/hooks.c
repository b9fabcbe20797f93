/* See hooks.h. A user's own guests have no scripts, nor have a program's. */
#define LOG_SOURCE "qemu.hooks"
#include "guest/hooks.h"

#include "util/hook.h"
#include "util/log.h"

int guest_hook(const QemuInstance *instance, const Domain *live, const char *operation, const char *suboperation,
               Error *err)
{
        g_autofree char *folder = g_build_filename(instance->paths->config, "hooks", NULL);
        g_autofree char *xml = NULL;
        HookCall call = { .folder = folder,
                          .driver = "qemu",
                          .object = live->name,
                          .operation = operation,
                          .suboperation = suboperation };

        if (!instance->system || instance->root || !hook_exists(&call))
                return 0;
        xml = domain_format(live, 0, err);
        if (!xml)
                return -1;
        call.input = xml;
        return hook_run(&call, err);
}

void guest_hooks_end(const QemuInstance *instance, const Domain *live)
{
        static const char *const operations[] = { "stopped", "release" };

        for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                if (guest_hook(instance, live, operations[i], "end", &err) < 0)
                        log_warn("domain '%s': %s", live->name, err.message);
        }
}
