/* ARM: a host is named by its main identification register. What a guest may be is up to the hypervisor: KVM runs the
 * host's processor, features are QEMU's properties. */
#include "arch.h"
#include "tables.h"

#include <string.h>

static const char *const names[] = { "aarch64", "armv7l", "armv7b", "armv6l", NULL };

/* MIDR_EL1: the implementer in bits 31 to 24, the part in 15 to 4 (Arm Architecture Reference Manual). */
static int decode_version(uint32_t version, CpuDefinition **ret, Error *err)
{
        unsigned implementer = version >> 24, part = version >> 4 & 0xfff;
        const ArmVendor *vendor = NULL;

        for (size_t i = 0; i < n_arm_vendors; i++)
                if (arm_vendors[i].implementer == implementer)
                        vendor = &arm_vendors[i];
        if (!vendor)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Cannot find CPU vendor with implementer 0x%02x",
                                 implementer);
        for (size_t i = 0; i < n_arm_models; i++) {
                if (arm_models[i].part != part || strcmp(arm_models[i].vendor, vendor->name) != 0)
                        continue;
                *ret = cpu_definition_new(true, "aarch64");
                (*ret)->cpu->model = g_strdup(arm_models[i].name);
                (*ret)->cpu->vendor = g_strdup(vendor->name);
                return 0;
        }
        return error_set(err, VIR_ERR_OPERATION_FAILED, "Cannot find CPU model with part 0x%03x of %s", part,
                         vendor->name);
}

static bool known_feature(const char *name)
{
        for (size_t i = 0; i < n_arm_features; i++)
                if (strcmp(arm_features[i], name) == 0)
                        return true;
        return false;
}

static int has_feature(const CpuDefinition *cpu, const char *name, Error *err)
{
        const CpuFeature *feature = cpu_find_feature(cpu->cpu, name);

        if (!known_feature(name))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown CPU feature: %s", name);
        return feature && (feature->policy == CPU_POLICY_DEFAULT || feature->policy == CPU_POLICY_REQUIRE ||
                           feature->policy == CPU_POLICY_FORCE);
}

/* Features are switches of QEMU: on or off. */
static int update(Cpu *guest, const CpuDefinition *host G_GNUC_UNUSED, Error *err)
{
        for (size_t i = 0; i < guest->n_features; i++) {
                const CpuFeature *feature = &guest->features[i];

                if (feature->policy != CPU_POLICY_REQUIRE && feature->policy != CPU_POLICY_DISABLE)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "only 'require' and 'disable' are supported as policy of CPU feature '%s'",
                                         feature->name);
        }
        return 0;
}

const CpuArch cpu_arm = {
        .names = names,
        .update = update,
        .has_feature = has_feature,
        .decode_version = decode_version,
};
