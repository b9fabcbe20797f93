/* Where the rules of a hypervisor join those of the document. */
#include <string.h>
#include <sys/utsname.h>

#include "domain/hooks.h"

static void settle_arch(Domain *d)
{
        struct utsname name;

        if (d->os.arch || !d->os.type)
                return;
        if (d->rules && d->rules->arch)
                d->os.arch = g_strdup(d->rules->arch);
        else
                d->os.arch = g_strdup(uname(&name) < 0 ? "x86_64" : name.machine);
}

/* Elements that speak to another hypervisor say nothing to this one. */
static void drop_foreign(Domain *d)
{
        Extra *extra = &d->extra;

        if (!d->rules || !extra->space || extra->space == d->rules->space)
                return;
        rows_drop(extra->space->rows, extra->content);
        g_free(extra->content);
        *extra = (Extra){ 0 };
}

/* A boot loader that runs on the host starts the kernels of paravirtual guests. */
static void settle_os_type(Domain *d)
{
        if (!d->os.type && d->bootloader)
                d->os.type = g_strdup("xen");
}

int domain_settle_early(Domain *d, unsigned flags, Error *err)
{
        drop_foreign(d);
        settle_os_type(d);
        if (d->rules && d->rules->early && d->rules->early(d, flags, d->rules_context, err) < 0)
                return -1;
        settle_arch(d);
        return 0;
}

int domain_settle_late(Domain *d, unsigned flags, Error *err)
{
        if (d->rules && d->rules->settle && d->rules->settle(d, flags, d->rules_context, err) < 0)
                return -1;
        for (size_t i = 0; i < d->n_consoles; i++)
                if (d->consoles[i].target == CONSOLE_TARGET_NONE)
                        d->consoles[i].target = CONSOLE_TARGET_SERIAL;
        return 0;
}

static int check_features(const Domain *d, const DomainRules *rules, Error *err)
{
        if (!(rules->features & DOMAIN_RULES_NAME_SLASH) && strchr(d->name, '/'))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/'", d->name);
        if (!(rules->features & DOMAIN_RULES_MEMORY_HOTPLUG) && (d->max_memory_kib || d->max_memory_slots))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "memory hotplug tunables <maxMemory> are not supported by this hypervisor driver (%s)",
                                 rules->name);
        if (!(rules->features & DOMAIN_RULES_MEMORY_HOTPLUG) && d->n_memory_devices > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "memory devices are not supported by this hypervisor driver (%s)", rules->name);
        if (!(rules->features & DOMAIN_RULES_INDIVIDUAL_VCPUS) && d->n_vcpus > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "individual CPU state configuration is not supported by this hypervisor driver (%s)",
                                 rules->name);
        if (!(rules->features & DOMAIN_RULES_FIRMWARE) && d->os.firmware != FIRMWARE_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "firmware auto selection not implemented for this driver (%s)", rules->name);
        return 0;
}

int domain_check_hypervisor(const Domain *d, const DomainRules *rules, void *context, Error *err)
{
        if (!rules)
                return 0;
        if (check_features(d, rules, err) < 0)
                return -1;
        return rules->check ? rules->check(d, context, err) : 0;
}

void domain_make_migratable(Domain *d, const DomainRules *rules)
{
        for (size_t i = 0; i < d->n_graphics; i++)
                graphics_make_migratable(&d->graphics[i]);
        if (rules && rules->migratable)
                rules->migratable(d);
}
