/* The drivers' life inside the daemon: start, autostart, reload, stop, all of them at once. */
#include "modules.h"

#include "registry.h"
#include "util/log.h"
#include "vireo/daemon.h"

/* Set by driver_modules_start() before the daemon has other threads. */
static int running;
/* Those that started, host services first. */
static GPtrArray *started;

bool modules_running(void)
{
        return g_atomic_int_get(&running);
}

/* Guests lean on networks, pools and secrets: these come first. */
static GPtrArray *modules_in_order(void)
{
        GPtrArray *modules = g_ptr_array_new();
        const DriverModule *module;

        for (size_t i = 0; (module = registry_at(i)); i++) {
                if (!module->hypervisor)
                        g_ptr_array_add(modules, (gpointer)module);
        }
        for (size_t i = 0; (module = registry_at(i)); i++) {
                if (module->hypervisor)
                        g_ptr_array_add(modules, (gpointer)module);
        }
        return modules;
}

int driver_modules_start(bool privileged, Error *err)
{
        g_autoptr(GPtrArray) modules = modules_in_order();

        g_atomic_int_set(&running, true);
        started = g_ptr_array_new();
        for (size_t i = 0; i < modules->len; i++) {
                const DriverModule *module = g_ptr_array_index(modules, i);

                if (module->start && module->start(privileged, err) < 0) {
                        driver_modules_stop();
                        return error_prefix(err, "driver '%s'", module->name);
                }
                g_ptr_array_add(started, (gpointer)module);
        }
        return 0;
}

/* One after the other; the first failure is the result, every further one is logged. */
static int each_started(size_t member, Error *err)
{
        int result = 0;

        for (size_t i = 0; started && i < started->len; i++) {
                const DriverModule *module = g_ptr_array_index(started, i);
                int (*operation)(Error *) = G_STRUCT_MEMBER(void *, module, member);
                ERROR_AUTO Error own = ERROR_INIT;

                if (!operation || operation(&own) >= 0)
                        continue;
                error_prefix(&own, "driver '%s'", module->name);
                if (result == 0)
                        result = error_move(err, &own);
                else
                        log_error("%s", own.message);
        }
        return result;
}

int driver_modules_autostart(Error *err)
{
        return each_started(offsetof(DriverModule, autostart), err);
}

int driver_modules_reload(Error *err)
{
        return each_started(offsetof(DriverModule, reload), err);
}

void driver_modules_stop(void)
{
        for (size_t i = started ? started->len : 0; i > 0; i--) {
                const DriverModule *module = g_ptr_array_index(started, i - 1);

                if (module->stop)
                        module->stop();
        }
        g_clear_pointer(&started, g_ptr_array_unref);
}

unsigned driver_modules_busy(void)
{
        unsigned busy = 0;

        for (size_t i = 0; started && i < started->len; i++) {
                const DriverModule *module = g_ptr_array_index(started, i);

                if (module->busy)
                        busy += module->busy();
        }
        return busy;
}
