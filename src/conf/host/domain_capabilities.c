/* Domain capabilities: the names and the rows. Row order is output order. */
#include "conf/domain_capabilities.h"
#include "rows/hook.h"

/* A row is a line. */
/* clang-format off */

ROWS(CapabilityValue,
     ROW_STRING(".", CapabilityValue, text));

ROWS(CapabilityEnum,
     ROW_STRING("@name", CapabilityEnum, name, .flags = ROW_REQUIRED),
     ROW_LIST("value",   CapabilityEnum, values, CapabilityValue));

ROWS(CapabilityItem,
     ROW_YESNO("@supported", CapabilityItem, supported, .flags = ROW_ALWAYS),
     ROW_LIST("enum",        CapabilityItem, enums, CapabilityEnum));

ROWS(LoaderCapability,
     ROW_YESNO("@supported", LoaderCapability, supported, .flags = ROW_ALWAYS),
     ROW_LIST("value",       LoaderCapability, values, CapabilityValue),
     ROW_LIST("enum",        LoaderCapability, enums, CapabilityEnum));

ROWS(OsCapability,
     ROW_YESNO("@supported", OsCapability, supported, .flags = ROW_ALWAYS),
     ROW_LIST("enum",        OsCapability, enums, CapabilityEnum),
     ROW_IN("loader",        OsCapability, loader, LoaderCapability));

ROWS(CpuModelCapability,
     ROW_STRING("@usable",    CpuModelCapability, usable),
     ROW_YESNO("@deprecated", CpuModelCapability, deprecated),
     ROW_STRING("@vendor",    CpuModelCapability, vendor),
     ROW_ENUM("@fallback",    CpuModelCapability, fallback, CpuFallback),
     ROW_STRING("@vendor_id", CpuModelCapability, vendor_id),
     ROW_STRING(".",          CpuModelCapability, name));

ROWS(CpuModeCapability,
     ROW_ENUM("@name",                  CpuModeCapability, name, CpuMode, .flags = ROW_REQUIRED),
     ROW_YESNO("@supported",            CpuModeCapability, supported, .flags = ROW_ALWAYS),
     ROW_LIST("enum",                   CpuModeCapability, enums, CapabilityEnum),
     ROW_LIST("model",                  CpuModeCapability, models, CpuModelCapability),
     ROW_STRING("vendor",               CpuModeCapability, vendor),
     ROW_ENUM("maxphysaddr/@mode",      CpuModeCapability, phys_mode, CpuMaxPhysMode),
     ROW_OPT_UINT("maxphysaddr/@bits",  CpuModeCapability, phys_bits),
     ROW_OPT_UINT("maxphysaddr/@limit", CpuModeCapability, phys_limit),
     ROW_LIST("feature",                CpuModeCapability, features, CpuFeature));

ROWS(SevCapability,
     ROW_YESNO("@supported",     SevCapability, supported, .flags = ROW_ALWAYS),
     ROW_UINT("cbitpos",         SevCapability, cbitpos),
     ROW_UINT("reducedPhysBits", SevCapability, reduced_phys_bits),
     ROW_OPT_UINT("maxGuests",   SevCapability, max_guests),
     ROW_OPT_UINT("maxESGuests", SevCapability, max_es_guests));

ROWS(SgxSection,
     ROW_UINT("@node", SgxSection, node, .flags = ROW_ALWAYS),
     ROW_KIB("@size",  SgxSection, size_kib, .flags = ROW_ALWAYS));

ROWS(SgxCapability,
     ROW_YESNO("@supported",      SgxCapability, supported, .flags = ROW_ALWAYS),
     ROW_YESNO("flc",             SgxCapability, flc),
     ROW_YESNO("sgx1",            SgxCapability, sgx1),
     ROW_YESNO("sgx2",            SgxCapability, sgx2),
     ROW_KIB("section_size",      SgxCapability, section_size_kib),
     ROW_LIST("sections/section", SgxCapability, sections, SgxSection));

ROWS(DomainCapabilities,
     ROW_STRING("path",                    DomainCapabilities, emulator),
     ROW_ENUM("domain",                    DomainCapabilities, type, VirtType, .flags = ROW_REQUIRED),
     ROW_STRING("machine",                 DomainCapabilities, machine),
     ROW_STRING("arch",                    DomainCapabilities, arch, .flags = ROW_REQUIRED),
     ROW_UINT("vcpu/@max",                 DomainCapabilities, max_vcpus),
     ROW_YESNO("iothreads/@supported",     DomainCapabilities, iothreads),
     ROW_IN("os",                          DomainCapabilities, os, OsCapability),
     ROW_LIST("cpu/mode",                  DomainCapabilities, cpu_modes, CpuModeCapability),
     ROW_SUB("memoryBacking",              DomainCapabilities, memory_backing, CapabilityItem),
     ROW_SUB("devices/disk",               DomainCapabilities, disk, CapabilityItem, .flags = ROW_KEEP_OPEN),
     ROW_SUB("devices/graphics",           DomainCapabilities, graphics, CapabilityItem),
     ROW_SUB("devices/video",              DomainCapabilities, video, CapabilityItem),
     ROW_SUB("devices/hostdev",            DomainCapabilities, hostdev, CapabilityItem),
     ROW_SUB("devices/rng",                DomainCapabilities, rng, CapabilityItem),
     ROW_SUB("devices/filesystem",         DomainCapabilities, filesystem, CapabilityItem),
     ROW_SUB("devices/tpm",                DomainCapabilities, tpm, CapabilityItem),
     ROW_SUB("devices/redirdev",           DomainCapabilities, redirdev, CapabilityItem),
     ROW_SUB("devices/channel",            DomainCapabilities, channel, CapabilityItem),
     ROW_SUB("devices/crypto",             DomainCapabilities, crypto, CapabilityItem),
     ROW_SUB("features/gic",               DomainCapabilities, gic, CapabilityItem, .flags = ROW_KEEP_OPEN),
     ROW_SUB("features/vmcoreinfo",        DomainCapabilities, vmcoreinfo, CapabilityItem),
     ROW_SUB("features/genid",             DomainCapabilities, genid, CapabilityItem),
     ROW_SUB("features/backingStoreInput", DomainCapabilities, backing_store_input, CapabilityItem),
     ROW_SUB("features/backup",            DomainCapabilities, backup, CapabilityItem),
     ROW_SUB("features/async-teardown",    DomainCapabilities, async_teardown, CapabilityItem),
     ROW_SUB("features/s390-pv",           DomainCapabilities, s390_pv, CapabilityItem),
     ROW_SUB("features/sev",               DomainCapabilities, sev, SevCapability),
     ROW_SUB("features/sgx",               DomainCapabilities, sgx, SgxCapability),
     ROW_SUB("features/hyperv",            DomainCapabilities, hyperv, CapabilityItem));

/* clang-format on */

CpuModeCapability *domain_capabilities_add_mode(DomainCapabilities *document, CpuMode name, bool supported)
{
        CpuModeCapability *mode = rows_list_insert(&CpuModeCapability_rows, &document->cpu_modes,
                                                   &document->n_cpu_modes, document->n_cpu_modes);

        mode->name = name;
        mode->supported = supported ? YESNO_YES : YESNO_NO;
        return mode;
}

static bool has_mode(const DomainCapabilities *document, CpuMode name)
{
        for (size_t i = 0; i < document->n_cpu_modes; i++)
                if (document->cpu_modes[i].name == name)
                        return true;
        return false;
}

void domain_capabilities_complete(DomainCapabilities *document)
{
        static const CpuMode modes[] = { CPU_MODE_HOST_PASSTHROUGH, CPU_MODE_MAXIMUM, CPU_MODE_HOST_MODEL,
                                         CPU_MODE_CUSTOM };

        for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
                if (!has_mode(document, modes[i]))
                        domain_capabilities_add_mode(document, modes[i], false);
        if (!document->sev) {
                document->sev = g_new0(struct SevCapability, 1);
                document->sev->supported = YESNO_NO;
        }
        if (!document->sgx) {
                document->sgx = g_new0(struct SgxCapability, 1);
                document->sgx->supported = YESNO_NO;
        }
}
