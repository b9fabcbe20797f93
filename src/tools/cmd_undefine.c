/* undefine: forget a guest, and what belongs to it if asked. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static const FlagRow undefine_flags[] = {
        { "managed-save", VIR_DOMAIN_UNDEFINE_MANAGED_SAVE },
        { "snapshots-metadata", VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA },
        { "checkpoints-metadata", VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA },
        { "nvram", VIR_DOMAIN_UNDEFINE_NVRAM },
        { "keep-nvram", VIR_DOMAIN_UNDEFINE_KEEP_NVRAM },
        { "tpm", 1 << 5 /* VIR_DOMAIN_UNDEFINE_TPM */ },
        { "keep-tpm", 1 << 6 /* VIR_DOMAIN_UNDEFINE_KEEP_TPM */ },
        { NULL, 0 },
};

/* A volume of the guest that goes with it. */
typedef struct Doomed {
        virStorageVolPtr volume;
        char *target;
        char *path;
} Doomed;

static void doomed_free(gpointer data)
{
        Doomed *doomed = (Doomed *)data;

        if (doomed->volume)
                virStorageVolFree(doomed->volume);
        g_free(doomed->target);
        g_free(doomed->path);
        g_free(doomed);
}

static bool is_wanted(char **wanted, const char *target, const char *path)
{
        bool found = false;

        for (char **word = wanted; *word; word++) {
                if (!**word || (strcmp(*word, target) != 0 && strcmp(*word, path) != 0))
                        continue;
                **word = '\0'; /* seen */
                found = true;
        }
        return found;
}

static virStorageVolPtr volume_of_pool(Shell *shell, const char *pool_name, const char *name)
{
        g_autoptr(virStoragePool) pool = virStoragePoolLookupByName(connection_of(shell), pool_name);
        virStorageVolPtr volume = pool ? virStorageVolLookupByName(pool, name) : NULL;

        if (!pool) {
                shell_error(shell, "Storage pool '%s' for volume '%s' not found.", pool_name, name);
                shell_forget_error();
        }
        return volume;
}

/* NULL: it cannot be removed by us, which has been said. */
static Doomed *doomed_new(Shell *shell, Xml *xml, XmlNode *disk, const char *target, const char *path)
{
        g_autofree char *pool = xml_string(xml, disk, "string(./source/@pool)");
        virStorageVolPtr volume = pool && *pool ? volume_of_pool(shell, pool, path)
                                                : virStorageVolLookupByPath(connection_of(shell), path);
        Doomed *doomed = NULL;

        if (!volume) {
                shell_forget_error();
                shell_error(shell, "Storage volume '%s'(%s) is not managed by libvirt. Remove it manually.\n", target,
                            path);
                return NULL;
        }
        doomed = g_new0(Doomed, 1);
        doomed->volume = volume;
        doomed->target = g_strdup(target);
        doomed->path = g_strdup(path);
        return doomed;
}

/* The volumes to remove; NULL after a complaint. @wanted NULL: all of the guest's writable disks. */
static GPtrArray *find_doomed(Shell *shell, virDomainPtr domain, char **wanted)
{
        g_autofree char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
        g_autoptr(Xml) xml = text ? xml_parse(shell, text, "(domain_definition)") : NULL;
        g_autofree XmlNode **disks = xml ? xml_nodes(xml, NULL, "./devices/disk") : NULL;
        g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(doomed_free);

        if (!xml)
                return NULL;
        for (XmlNode **disk = disks; *disk; disk++) {
                g_autofree char *target = xml_string(xml, *disk, "string(./target/@dev)");
                g_autofree char *path =
                        xml_string(xml, *disk, "string(./source/@file|./source/@dev|./source/@name|./source/@volume)");
                Doomed *doomed = NULL;

                if (!path || !*path || (wanted && !is_wanted(wanted, target, path)))
                        continue;
                doomed = doomed_new(shell, xml, *disk, target, path);
                if (doomed)
                        g_ptr_array_add(all, doomed);
        }
        for (char **word = wanted; word && *word; word++) {
                if (!**word)
                        continue;
                shell_error(shell, "Volume '%s' was not found in domain's definition.\n", *word);
                return NULL;
        }
        return g_steal_pointer(&all);
}

static bool remove_volume(Shell *shell, const Doomed *doomed, bool wipe, unsigned flags)
{
        if (wipe) {
                shell_print(shell, "Wiping volume '%s'(%s) ... ", doomed->target, doomed->path);
                fflush(stdout);
                if (virStorageVolWipe(doomed->volume, 0) < 0) {
                        shell_error(shell, "Failed! Volume not removed.");
                        return false;
                }
                shell_print(shell, "Done.\n");
        }
        if (virStorageVolDelete(doomed->volume, flags) < 0) {
                shell_error(shell, "Failed to remove storage volume '%s'(%s)", doomed->target, doomed->path);
                return false;
        }
        shell_print_extra(shell, "Volume '%s'(%s) removed.\n", doomed->target, doomed->path);
        return true;
}

static bool remove_volumes(Shell *shell, const ShellArgs *args, const GPtrArray *all)
{
        unsigned flags = args_has(args, "delete-storage-volume-snapshots") ? VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS : 0;
        bool good = true;

        for (guint i = 0; i < all->len; i++)
                good &= remove_volume(shell, (const Doomed *)g_ptr_array_index(all, i), args_has(args, "wipe-storage"),
                                      flags);
        return good;
}

/* What a daemon would refuse as well, said before the volumes are looked up. */
static bool check_leftovers(Shell *shell, virDomainPtr domain, unsigned flags)
{
        int saved = virDomainHasManagedSaveImage(domain, 0);
        int snapshots = 0;

        if (saved > 0 && !(flags & VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)) {
                shell_error(shell, "Refusing to undefine while domain managed save image exists");
                return false;
        }
        snapshots = virDomainSnapshotNum(domain, VIR_DOMAIN_SNAPSHOT_LIST_METADATA);
        if (snapshots > 0 && !(flags & VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)) {
                shell_error(shell, "Refusing to undefine while %d snapshots exist", snapshots);
                return false;
        }
        shell_forget_error();
        return true;
}

static bool check_options(Shell *shell, const ShellArgs *args)
{
        static const char *const pairs[][2] = { { "nvram", "keep-nvram" }, { "tpm", "keep-tpm" } };

        for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
                if (!args_exclusive(shell, args, pairs[i][0], pairs[i][1]))
                        return false;
        }
        return args_requires(shell, args, "delete-storage-volume-snapshots", "remove-all-storage");
}

bool cmd_undefine(Shell *shell, const ShellArgs *args)
{
        const char *storage = NULL;
        unsigned flags = flags_given(args, undefine_flags);
        g_auto(GStrv) wanted = NULL;
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(GPtrArray) doomed = NULL;
        int running = 0;

        if (!check_options(shell, args) || args_string(shell, args, "storage", &storage) < 0)
                return false;
        domain = domain_get(shell, args);
        running = domain ? virDomainIsActive(domain) : -1;
        if (running < 0)
                return false;
        if (!running && !check_leftovers(shell, domain, flags))
                return false;
        if (storage || args_has(args, "remove-all-storage")) {
                if (running) {
                        shell_error(shell, "Storage volume deletion is supported only on stopped domains");
                        return false;
                }
                if (storage && args_has(args, "remove-all-storage")) {
                        shell_error(shell, "Specified both --storage and --remove-all-storage");
                        return false;
                }
                wanted = storage ? g_strsplit(storage, ",", -1) : NULL;
                doomed = find_doomed(shell, domain, wanted);
                if (!doomed)
                        return false;
        }
        if ((flags ? virDomainUndefineFlags(domain, flags) : virDomainUndefine(domain)) < 0) {
                shell_error(shell, "Failed to undefine domain '%s'", virDomainGetName(domain));
                return false;
        }
        shell_print_extra(shell, "Domain '%s' has been undefined\n", virDomainGetName(domain));
        return !doomed || remove_volumes(shell, args, doomed);
}
