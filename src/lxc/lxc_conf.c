/* A configuration as a whole: the domain around its parts. */
#include "lxc/lxc_conf.h"

#include <stdlib.h>
#include <string.h>

#include "parts.h"

enum { CONSOLES_MAX = 256, MEMORY_DEFAULT_KIB = 64 * 1024, CAPABILITIES_MAX = 256 };

static int read_name(const GPtrArray *entries, const LxcConfOptions *options, Domain *d, Error *err)
{
        const char *name = lxc_entries_value(entries, "lxc.uts.name", "lxc.utsname");

        d->name = g_strdup(name ? name : "unnamed");
        if (!options->uuid)
                uuid_generate(d->uuid);
        else if (!uuid_parse(options->uuid, d->uuid))
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is no uuid", options->uuid);
        return 0;
}

static const char *libvirt_arch(const char *arch)
{
        static const struct {
                const char *lxc, *libvirt;
        } names[] = { { "x86", "i686" },     { "i386", "i686" },       { "linux32", "i686" },
                      { "amd64", "x86_64" }, { "linux64", "x86_64" },  { "arm64", "aarch64" },
                      { "armhf", "armv7l" }, { "armel", "armv6l" },    { "arm", "armv7l" },
                      { "powerpc", "ppc" },  { "powerpc64", "ppc64" }, { "ppc64el", "ppc64le" } };

        for (size_t i = 0; arch && i < G_N_ELEMENTS(names); i++)
                if (strcmp(arch, names[i].lxc) == 0)
                        return names[i].libvirt;
        return arch;
}

static void read_os(const GPtrArray *entries, Domain *d)
{
        const char *init = lxc_entries_value(entries, "lxc.init.cmd", "lxc.init_cmd");

        d->os.type = g_strdup("exe");
        d->os.arch = g_strdup(libvirt_arch(lxc_entries_value(entries, "lxc.arch", NULL)));
        d->os.init = g_strdup(init ? init : "/sbin/init");
        d->os.init_dir = g_strdup(lxc_entries_value(entries, "lxc.init.cwd", NULL));
}

static int compare_capabilities(const void *a, const void *b)
{
        const ContainerCapability *x = a, *y = b;

        return strcmp(x->name, y->name);
}

static int add_capability(Features *features, const char *name, Switch state, const LxcEntry *entry, Error *err)
{
        ContainerCapability *capability;

        for (size_t i = 0; i < features->n_capabilities; i++)
                if (strcmp(features->capabilities[i].name, name) == 0)
                        return 0;
        if (features->n_capabilities >= CAPABILITIES_MAX)
                return lxc_entry_error(entry, "one of at most 256 capabilities", err);
        capability = rows_list_insert(&ContainerCapability_rows, &features->capabilities, &features->n_capabilities,
                                      features->n_capabilities);
        capability->name = g_strdup(name);
        capability->state = state;
        return 0;
}

/* lxc.cap.drop takes some away from all, lxc.cap.keep takes all away but some. */
static int read_capabilities(const GPtrArray *entries, Features *features, Error *err)
{
        features->capabilities_policy = CAPABILITIES_POLICY_ALLOW;
        for (guint i = 0; i < entries->len; i++) {
                const LxcEntry *entry = g_ptr_array_index(entries, i);
                bool keep = strcmp(entry->key, "lxc.cap.keep") == 0;
                g_auto(GStrv) names = g_strsplit_set(entry->value, " \t", -1);

                if (!keep && strcmp(entry->key, "lxc.cap.drop") != 0)
                        continue;
                if (keep)
                        features->capabilities_policy = CAPABILITIES_POLICY_DENY;
                for (char **name = names; *name; name++)
                        if (**name && strcmp(*name, "none") != 0 &&
                            add_capability(features, *name, keep ? SWITCH_ON : SWITCH_OFF, entry, err) < 0)
                                return -1;
        }
        if (features->n_capabilities > 0)
                qsort(features->capabilities, features->n_capabilities, sizeof(ContainerCapability),
                      compare_capabilities);
        return 0;
}

static int read_consoles(const GPtrArray *entries, Domain *d, Error *err)
{
        const char *text = lxc_entries_value(entries, "lxc.tty.max", "lxc.tty");
        unsigned n = 0;

        if (text && (!text_to_uint(text, 10, &n) || n > CONSOLES_MAX))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "lxc.tty.max must be a number up to %d, not '%s'",
                                 CONSOLES_MAX, text);
        for (unsigned i = 0; i < n; i++) {
                Console *console = rows_list_insert(&Console_rows, &d->consoles, &d->n_consoles, i);

                console->source.type = CHARDEV_PTY;
                console->target = CONSOLE_TARGET_LXC;
                console->port = (OptUint){ .value = i, .set = true };
        }
        return 0;
}

static int read_domain(const GPtrArray *entries, const LxcConfOptions *options, Domain *d, Error *err)
{
        Features *features = g_new0(Features, 1);

        d->features = features;
        d->type = VIRT_LXC;
        d->memory_kib = d->current_memory_kib = MEMORY_DEFAULT_KIB;
        d->vcpu_max = 1;
        d->vcpu_placement = PLACEMENT_STATIC;
        d->on_crash = CRASH_DESTROY;
        d->emulator = g_strdup(options->emulator);
        read_os(entries, d);
        if (read_name(entries, options, d, err) < 0 || lxc_read_limits(entries, d, err) < 0 ||
            lxc_read_idmap(entries, d, err) < 0 || read_capabilities(entries, features, err) < 0 ||
            lxc_read_mounts(entries, options, d, err) < 0 || lxc_read_networks(entries, d, &features->privnet, err) < 0)
                return -1;
        return read_consoles(entries, d, err);
}

int lxc_conf_parse(const char *text, size_t length, const LxcConfOptions *options, Domain **ret, Error *err)
{
        g_autoptr(GPtrArray) entries = lxc_entries_parse(text, length, err);
        Domain *d;
        bool any_arch;

        if (!entries)
                return -1;
        d = domain_new();
        if (read_domain(entries, options, d, err) < 0) {
                domain_unref(d);
                return -1;
        }
        any_arch = !d->os.arch;
        if (domain_settle(d, DOMAIN_PARSE_INACTIVE, err) < 0) {
                domain_unref(d);
                return -1;
        }
        if (any_arch) /* it fits any host: whoever defines it puts its own */
                g_clear_pointer(&d->os.arch, g_free);
        *ret = d;
        return 0;
}
