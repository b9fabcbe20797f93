/* The driver modules. The folder is LIBVIRT_DRIVER_DIR, else drivers/ beside this library, else the installed one; in
 * a build tree each module stands in a folder of its own name below it. */
#include "registry.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/auxv.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

typedef struct Entry {
        char *stem;
        char *path;
        const DriverModule *module; /* NULL: not loaded yet, or broken */
        int broken;                 /* logged once, never tried again */
} Entry;

static struct {
        pthread_mutex_t lock; /* all below; entries are never removed */
        GPtrArray *entries;   /* Entry, sorted by stem; NULL: not scanned yet */
} registry = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Beside this library, so that an installation may be moved; NULL: nothing there. */
static char *folder_beside_us(void)
{
        Dl_info where;
        g_autofree char *own = NULL;
        g_autofree char *folder = NULL;

        if (!dladdr(&registry, &where) || !where.dli_fname)
                return NULL;
        own = g_path_get_dirname(where.dli_fname);
        folder = g_build_filename(own, "drivers", NULL);
        return g_file_test(folder, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&folder) : NULL;
}

static char *module_folder(void)
{
        const char *wanted = getauxval(AT_SECURE) ? NULL : g_getenv("LIBVIRT_DRIVER_DIR");
        char *beside;

        if (wanted && *wanted)
                return g_strdup(wanted);
        beside = folder_beside_us();
        return beside ? beside : g_strdup(MODULE_DIR);
}

static void entry_add(GPtrArray *entries, const char *stem, char *path)
{
        Entry *entry = g_new0(Entry, 1);

        entry->stem = g_strdup(stem);
        entry->path = path;
        g_ptr_array_add(entries, entry);
}

/* FOLDER/driver-NAME.so, or FOLDER/NAME/driver-NAME.so in a build tree. */
static void entry_scan(GPtrArray *entries, const char *folder, const char *name)
{
        g_autofree char *stem = NULL;
        g_autofree char *path = NULL;

        if (g_str_has_prefix(name, "driver-") && g_str_has_suffix(name, ".so")) {
                stem = g_strndup(name + strlen("driver-"), strlen(name) - strlen("driver-.so"));
                path = g_build_filename(folder, name, NULL);
        } else {
                g_autofree char *file = g_strconcat("driver-", name, ".so", NULL);

                stem = g_strdup(name);
                path = g_build_filename(folder, name, file, NULL);
                if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
                        return;
        }
        entry_add(entries, stem, g_steal_pointer(&path));
}

static GPtrArray *folder_scan(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        GPtrArray *entries = g_ptr_array_new();
        g_autofree char *folder = module_folder();
        g_auto(GStrv) names = NULL;

        if (dir_list(folder, NULL, &names, &err) < 0)
                log_warn("no drivers: %s", err.message);
        for (size_t i = 0; names && names[i]; i++)
                entry_scan(entries, folder, names[i]);
        return entries;
}

/* Borrowed for ever; NULL past the last. */
static Entry *entry_at(size_t index)
{
        LOCKED(&registry.lock);
        if (!registry.entries)
                registry.entries = folder_scan();
        return index < registry.entries->len ? g_ptr_array_index(registry.entries, index) : NULL;
}

static int module_check(const DriverModule *module, const char *path, Error *err)
{
        if (!module)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' is not a driver: it has no 'driver_module'", path);
        if (module->abi != DRIVER_ABI || module->size != sizeof(DriverModule))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the driver '%s' was built for another vireo (ABI %u of size %zu, this is %d of %zu)",
                                 path, module->abi, module->size, DRIVER_ABI, sizeof(DriverModule));
        return 0;
}

/* Loading runs without the lock: the loader has its own and gives every caller the same module. */
static int entry_load(Entry *entry, const DriverModule **ret_module, Error *err)
{
        const DriverModule *module = g_atomic_pointer_get(&entry->module);
        void *handle;

        if (!module) {
                handle = dlopen(entry->path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
                if (!handle)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot load the driver '%s': %s", entry->path,
                                         dlerror());
                module = dlsym(handle, "driver_module");
                if (module_check(module, entry->path, err) < 0)
                        return -1;
                g_atomic_pointer_set(&entry->module, (gpointer)module);
        }
        *ret_module = module;
        return 0;
}

/* For scans over all modules: a broken one is told once and skipped. */
static const DriverModule *entry_try(Entry *entry)
{
        ERROR_AUTO Error err = ERROR_INIT;
        const DriverModule *module = NULL;

        if (g_atomic_int_get(&entry->broken))
                return NULL;
        if (entry_load(entry, &module, &err) < 0) {
                g_atomic_int_set(&entry->broken, true);
                log_warn("%s", err.message);
                return NULL;
        }
        return module;
}

static bool module_has_scheme(const DriverModule *module, const char *scheme)
{
        return module->schemes && g_strv_contains(module->schemes, scheme);
}

static Entry *entry_by_stem(const char *stem)
{
        Entry *entry;

        for (size_t i = 0; (entry = entry_at(i)); i++) {
                if (strcmp(entry->stem, stem) == 0)
                        return entry;
        }
        return NULL;
}

int registry_by_scheme(const char *scheme, const DriverModule **ret_module, Error *err)
{
        Entry *entry = entry_by_stem(scheme);
        const DriverModule *module = NULL;

        /* The file of that name most often is the one; only then is its failure the answer. */
        if (entry && entry_load(entry, &module, err) < 0)
                return -1;
        if (entry && module_has_scheme(module, scheme)) {
                *ret_module = module;
                return REGISTRY_FOUND;
        }
        for (size_t i = 0; (module = registry_at(i)); i++) {
                if (module_has_scheme(module, scheme)) {
                        *ret_module = module;
                        return REGISTRY_FOUND;
                }
        }
        return REGISTRY_NOT_FOUND;
}

int registry_by_name(const char *name, const DriverModule **ret_module, Error *err)
{
        Entry *entry = entry_by_stem(name);
        const DriverModule *module = NULL;

        if (entry && entry_load(entry, &module, err) < 0)
                return -1;
        if (entry && strcmp(module->name, name) == 0) {
                *ret_module = module;
                return REGISTRY_FOUND;
        }
        for (size_t i = 0; (module = registry_at(i)); i++) {
                if (strcmp(module->name, name) == 0) {
                        *ret_module = module;
                        return REGISTRY_FOUND;
                }
        }
        return REGISTRY_NOT_FOUND;
}

const DriverModule *registry_at(size_t index)
{
        const DriverModule *module;
        Entry *entry;

        for (size_t i = 0; (entry = entry_at(i)); i++) {
                module = entry_try(entry);
                if (module && index-- == 0)
                        return module;
        }
        return NULL;
}
