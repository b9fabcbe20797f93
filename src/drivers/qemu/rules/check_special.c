/* See check.h: devices that few guests have: watchdogs, panics, TPMs, shared memory, file systems, memory. */
#include "rules/check.h"

#include <string.h>

static int check_watchdog(const Domain *domain, const Watchdog *watchdog, Error *err)
{
        bool placed = device_address_type(&watchdog->info) != ADDRESS_NONE;

        if (watchdog->model == WATCHDOG_DIAG288 && !domain_is_s390(domain))
                return check_refuse(err, "diag288 model of watchdog is allowed for s390 and s390x only");
        if (watchdog->model == WATCHDOG_DIAG288 && placed)
                return check_refuse(err, "diag288 model of watchdog is virtual and cannot go on any bus.");
        if (watchdog->model == WATCHDOG_I6300ESB && placed && device_address_type(&watchdog->info) != ADDRESS_PCI)
                return check_refuse(err, "i6300esb model of watchdog can go only on PCI bus");
        if (watchdog->model == WATCHDOG_IB700 && placed)
                return check_refuse(err, "ib700 model of watchdog does not support configuring the address");
        if (watchdog->model == WATCHDOG_ITCO && !domain_is_q35(domain))
                return check_refuse(err, "iTCO model of watchdog is part of q35 machines only");
        if (watchdog->model == WATCHDOG_ITCO && placed)
                return check_refuse(err, "iTCO model of watchdog does not support configuring the address");
        return 0;
}

/* Which machines have a panic device of which model. */
static int check_panic_machine(const Domain *domain, PanicModel model, const QemuCaps *caps, Error *err)
{
        switch (model) {
        case PANIC_S390:
                return domain_is_s390(domain)
                               ? 0
                               : check_refuse(err, "only S390 guests support panic device of model 's390'");
        case PANIC_HYPERV:
                return domain_is_x86(domain)
                               ? 0
                               : check_refuse(err,
                                              "only i686 and x86_64 guests support panic device of model 'hyperv'");
        case PANIC_PSERIES:
                return domain_is_pseries(domain)
                               ? 0
                               : check_refuse(err, "only pSeries guests support panic device of model 'pseries'");
        case PANIC_ISA:
                return qemu_caps_has_flag(caps, QEMU_HAS_PVPANIC)
                               ? 0
                               : check_refuse(err, "the QEMU binary does not support the ISA panic device");
        case PANIC_PVPANIC:
                return qemu_caps_has_flag(caps, QEMU_HAS_PVPANIC_PCI)
                               ? 0
                               : check_refuse(err, "the QEMU binary does not support the PCI pvpanic device");
        default: return 0;
        }
}

static int check_panic(const Domain *domain, const Panic *panic, const QemuCaps *caps, Error *err)
{
        AddressType type = device_address_type(&panic->info);

        if (check_panic_machine(domain, panic->model, caps, err) < 0)
                return -1;
        if ((panic->model == PANIC_PSERIES || panic->model == PANIC_S390 || panic->model == PANIC_HYPERV) &&
            type != ADDRESS_NONE)
                return check_refuse(err, "setting the panic device address is not supported for model '%s'",
                                    enum_text(PanicModel, panic->model));
        if (panic->model == PANIC_ISA && type != ADDRESS_NONE && type != ADDRESS_ISA)
                return check_refuse(err, "panic is supported only with ISA address type");
        if (panic->model == PANIC_PVPANIC && type != ADDRESS_NONE && type != ADDRESS_PCI)
                return check_refuse(err, "pvpanic is supported only with PCI address type");
        return 0;
}

static int check_panics(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_panics; i++) {
                if (check_panic(domain, &domain->panics[i], caps, err) < 0)
                        return -1;
                for (size_t k = 0; k < i; k++)
                        if (domain->panics[k].model == domain->panics[i].model)
                                return error_set(err, VIR_ERR_XML_ERROR, "Multiple panic devices with model '%s'",
                                                 enum_text(PanicModel, domain->panics[i].model));
        }
        return 0;
}

/* TPM */

static bool can_model(const Domain *domain, TpmModel model, const QemuCaps *caps)
{
        switch (model) {
        case TPM_TPM_TIS: return qemu_caps_has_flag(caps, QEMU_HAS_TPM_TIS) || domain_is_arm(domain);
        case TPM_TPM_CRB: return qemu_caps_has_flag(caps, QEMU_HAS_TPM_CRB);
        case TPM_TPM_SPAPR: return qemu_caps_has_flag(caps, QEMU_HAS_TPM_SPAPR);
        case TPM_SPAPR_TPM_PROXY: return qemu_caps_has_flag(caps, QEMU_HAS_SPAPR_TPM_PROXY);
        default: return true;
        }
}

static bool can_backend(TpmBackend backend, const QemuCaps *caps)
{
        switch (backend) {
        case TPM_BACKEND_PASSTHROUGH: return qemu_caps_has_flag(caps, QEMU_HAS_TPM_PASSTHROUGH);
        case TPM_BACKEND_EMULATOR:
        case TPM_BACKEND_EXTERNAL: return qemu_caps_has_flag(caps, QEMU_HAS_TPM_EMULATOR);
        default: return true;
        }
}

static int check_tpm_version(const Domain *domain, const Tpm *tpm, const QemuContext *context, Error *err)
{
        if (domain_is_arm(domain) && tpm->version == TPM_VERSION_1_2)
                return check_refuse(err, "TPM 1.2 is not supported on ARM");
        if (tpm->version == TPM_VERSION_1_2 && tpm->model == TPM_TPM_CRB)
                return check_refuse(err, "Unsupported interface 'tpm-crb' for TPM 1.2");
        if (tpm->version == TPM_VERSION_1_2 && tpm->model == TPM_TPM_SPAPR)
                return check_refuse(err, "TPM 1.2 is not supported with the SPAPR device model");
        if (tpm->backend == TPM_BACKEND_EMULATOR && tpm->n_banks > 0 && tpm->version != TPM_VERSION_2_0)
                return error_set(err, VIR_ERR_XML_ERROR, "<active_pcr_banks/> requires TPM version '2.0'");
        if (tpm->backend == TPM_BACKEND_EMULATOR && context->swtpm_versions &&
            !strstr(context->swtpm_versions, enum_text(TpmVersion, tpm->version)))
                return check_refuse(err, "TPM version '%s' is not supported", enum_text(TpmVersion, tpm->version));
        return 0;
}

static int check_tpm(const Domain *domain, const Tpm *tpm, const QemuContext *context, Error *err)
{
        if (tpm->model == TPM_SPAPR_TPM_PROXY && tpm->backend != TPM_BACKEND_PASSTHROUGH)
                return check_refuse(err, "TPM Proxy model spapr-tpm-proxy requires 'Passthrough' backend");
        if (tpm->backend == TPM_BACKEND_EXTERNAL && !tpm->source_type)
                return error_set(err, VIR_ERR_XML_ERROR, "missing external TPM backend type");
        if (check_tpm_version(domain, tpm, context, err) < 0)
                return -1;
        if (tpm->model != TPM_SPAPR_TPM_PROXY && !can_backend(tpm->backend, context->caps))
                return check_refuse(err, "The QEMU executable %s does not support TPM backend type %s",
                                    domain->emulator, enum_text(TpmBackend, tpm->backend));
        if (!can_model(domain, tpm->model, context->caps))
                return check_refuse(err, "The QEMU executable %s does not support TPM model %s", domain->emulator,
                                    enum_text(TpmModel, tpm->model));
        return 0;
}

static int check_tpms(const Domain *domain, const QemuContext *context, Error *err)
{
        unsigned proxies = 0, others = 0;

        for (size_t i = 0; i < domain->n_tpms; i++) {
                if (domain->tpms[i].model == TPM_SPAPR_TPM_PROXY)
                        proxies++;
                else
                        others++;
                if (check_tpm(domain, &domain->tpms[i], context, err) < 0)
                        return -1;
        }
        if (proxies > 1)
                return check_refuse(err, "only a single TPM Proxy device is supported");
        return others > 1 ? check_refuse(err, "only a single TPM non-proxy device is supported") : 0;
}

/* Shared memory */

static int check_shmem(const Shmem *shmem, const QemuCaps *caps, Error *err)
{
        const char *model = enum_text(ShmemModel, shmem->model);
        bool doorbell = shmem->model == SHMEM_IVSHMEM_DOORBELL;
        bool server = shmem->has_server || shmem->server;

        if (strcmp(shmem->name, ".") == 0 || strcmp(shmem->name, "..") == 0)
                return check_refuse(err, "shmem name cannot be equal to '%s'", shmem->name);
        if (strchr(shmem->name, '/'))
                return check_refuse(err, "shmem name cannot include '/' character");
        /* The device that was both has gone from QEMU. */
        if (shmem->model != SHMEM_IVSHMEM_PLAIN && !doorbell)
                return check_refuse(err, "ivshmem device is not supported with this QEMU binary");
        if (!qemu_caps_has_flag(caps, doorbell ? QEMU_HAS_IVSHMEM_DOORBELL : QEMU_HAS_IVSHMEM_PLAIN))
                return check_refuse(err, "shmem model '%s' is not supported by this QEMU binary", model);
        if (!doorbell && server)
                return check_refuse(err, "shmem model '%s' is supported only with server option disabled", model);
        if (doorbell && !server)
                return check_refuse(err, "shmem model '%s' is supported only with server option enabled", model);
        if (doorbell && shmem->size_bytes)
                return check_refuse(err, "shmem model '%s' does not support size setting", model);
        return 0;
}

/* File systems */

bool check_shared_memory(const Domain *domain)
{
        bool shared = domain->memory_backing && domain->memory_backing->access == MEMORY_ACCESS_SHARED;
        size_t n = domain->cpu ? domain->cpu->n_cells : 0;

        for (size_t i = 0; i < n; i++) {
                MemoryAccess access = domain->cpu->cells[i].access;

                if (access == MEMORY_ACCESS_PRIVATE || (access == MEMORY_ACCESS_DEFAULT && !shared))
                        return false;
        }
        return n > 0 || shared;
}

static int check_virtiofs(const Domain *domain, const Filesystem *filesystem, Error *err)
{
        if (filesystem->access != FS_ACCESS_PASSTHROUGH && filesystem->access != FS_ACCESS_DEFAULT)
                return check_refuse(err, "virtiofs only supports passthrough accessmode");
        if (filesystem->write_policy != FS_WRITE_DEFAULT)
                return check_refuse(err, "virtiofs does not support wrpolicy");
        if (filesystem->format != IMAGE_FORMAT_NONE)
                return check_refuse(err, "virtiofs does not support format");
        if (filesystem->model != FS_MODEL_DEFAULT && filesystem->model != FS_MODEL_VIRTIO)
                return check_refuse(err, "virtiofs does not support model %s",
                                    enum_text(FilesystemModel, filesystem->model));
        if (filesystem->multidevs != FS_MULTIDEVS_DEFAULT)
                return check_refuse(err, "virtiofs does not support multidevs");
        if (filesystem->readonly)
                return check_refuse(err, "virtiofs does not yet support read-only mode");
        return check_shared_memory(domain) ? 0 : check_refuse(err, "'virtiofs' requires shared memory");
}

static int check_filesystem(const Domain *domain, const Filesystem *filesystem, Error *err)
{
        if (filesystem->type != FILESYSTEM_MOUNT && filesystem->type != FILESYSTEM_NONE)
                return check_refuse(err, "only supports mount filesystem type");
        if ((filesystem->fmode || filesystem->dmode) && filesystem->access != FS_ACCESS_MAPPED)
                return check_refuse(err, "fmode and dmode must be used with accessmode=mapped");
        if (filesystem->info.boot_order && filesystem->driver != FS_DRIVER_VIRTIOFS)
                return check_refuse(err, "boot order is only supported for virtiofs");
        switch (filesystem->driver) {
        case FS_DRIVER_DEFAULT:
        case FS_DRIVER_PATH:
        case FS_DRIVER_HANDLE: return 0;
        case FS_DRIVER_VIRTIOFS: return check_virtiofs(domain, filesystem, err);
        default: return check_refuse(err, "Filesystem driver type not supported");
        }
}

static int check_iommu(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const Iommu *iommu = domain->iommu;
        AddressType type = iommu ? device_address_type(&iommu->info) : ADDRESS_NONE;

        if (!iommu)
                return 0;
        if (iommu->model != IOMMU_VIRTIO && type != ADDRESS_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "iommu model '%s' can't have address",
                                 enum_text(IommuModel, iommu->model));
        if (iommu->model == IOMMU_INTEL && !domain_is_q35(domain))
                return check_refuse(err, "IOMMU device: '%s' is only supported with Q35 machines", "intel");
        if (iommu->model == IOMMU_SMMUV3 && !domain_is_arm_virt(domain))
                return check_refuse(err, "IOMMU device: '%s' is only supported with ARM Virt machines", "smmuv3");
        if (iommu->model != IOMMU_VIRTIO)
                return 0;
        if (!domain_is_q35(domain) && !domain_is_arm_virt(domain))
                return check_refuse(err, "IOMMU device: '%s' is only supported with Q35 and ARM Virt machines",
                                    "virtio");
        if (!qemu_caps_has_type(caps, "virtio-iommu-pci") || !qemu_caps_has_flag(caps, QEMU_VIRTIO_IOMMU_BYPASS))
                return check_refuse(err, "IOMMU device: '%s' is not supported with this QEMU binary", "virtio");
        if (type != ADDRESS_NONE && type != ADDRESS_PCI)
                return check_refuse(err, "IOMMU device: '%s' needs a PCI address", "virtio");
        if (!domain->features || !domain->features->acpi)
                return check_refuse(err, "IOMMU device: '%s' requires ACPI", "virtio");
        return 0;
}

/* What VT-d does depends on the I/O APIC being in QEMU. */
static int check_iommu_options(const Domain *domain, Error *err)
{
        const Iommu *iommu = domain->iommu;
        bool options =
                iommu && (iommu->intremap || iommu->caching_mode || iommu->eim || iommu->iotlb || iommu->aw_bits);

        if (!options)
                return 0;
        if (iommu->model != IOMMU_INTEL)
                return error_set(err, VIR_ERR_XML_ERROR, "iommu model '%s' doesn't support additional attributes",
                                 enum_text(IommuModel, iommu->model));
        if (iommu->intremap == SWITCH_ON && (!domain->features || domain->features->ioapic != IOAPIC_QEMU))
                return check_refuse(err, "IOMMU interrupt remapping requires split I/O APIC (ioapic driver='qemu')");
        if (iommu->eim == SWITCH_ON && iommu->intremap != SWITCH_ON)
                return check_refuse(err, "IOMMU eim requires interrupt remapping to be enabled");
        return 0;
}

static int check_balloon(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const Memballoon *balloon = domain->memballoon;

        if (!balloon || balloon->model == BALLOON_NONE)
                return 0;
        if (balloon->model == BALLOON_XEN)
                return check_refuse(err, "Memory balloon device type 'xen' is not supported by this version of qemu");
        if (balloon->free_page_reporting != SWITCH_ABSENT && !qemu_caps_has_flag(caps, QEMU_BALLOON_REPORTING))
                return check_refuse(err, "freePageReporting is not supported by this QEMU binary");
        return 0;
}

static int check_smartcards(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_smartcards; i++) {
                bool through = domain->smartcards[i].mode == SMARTCARD_PASSTHROUGH;

                if (!qemu_caps_has_flag(caps, through ? QEMU_HAS_CCID_PASSTHRU : QEMU_HAS_CCID_EMULATED))
                        return check_refuse(err, "this QEMU binary lacks smartcard %s mode support",
                                            through ? "passthrough" : "host");
        }
        for (size_t i = 0; i < domain->n_smartcards; i++) {
                const DeviceInfo *info = &domain->smartcards[i].info;

                if (domain->n_smartcards > 1 || (device_address_type(info) == ADDRESS_CCID &&
                                                 (info->address->ccid.controller > 0 || info->address->ccid.slot > 0)))
                        return check_refuse(err, "this QEMU binary lacks multiple smartcard support");
        }
        for (size_t i = 0; i < domain->n_smartcards; i++)
                if (domain->smartcards[i].mode == SMARTCARD_HOST_CERTIFICATES && domain->smartcards[i].database &&
                    domain->smartcards[i].database[0] != '/')
                        return error_set(err, VIR_ERR_XML_ERROR, "expecting absolute path: %s",
                                         domain->smartcards[i].database);
        return 0;
}

/* Consoles of the mainframe, and ports that only PCs have. */
static int check_ports(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_consoles; i++) {
                ConsoleTarget target = domain->consoles[i].target;

                if (target == CONSOLE_TARGET_SCLP && !qemu_caps_has_flag(caps, QEMU_HAS_S390_SCLP))
                        return check_refuse(err, "sclpconsole is not supported in this QEMU binary");
                if (target == CONSOLE_TARGET_SCLPLM && !qemu_caps_has_flag(caps, QEMU_HAS_SCLPLMCONSOLE))
                        return check_refuse(err, "sclplmconsole is not supported in this QEMU binary");
                if (target != CONSOLE_TARGET_SCLP && target != CONSOLE_TARGET_SCLPLM &&
                    target != CONSOLE_TARGET_SERIAL && target != CONSOLE_TARGET_VIRTIO)
                        return check_refuse(err, "unsupported console target type %s",
                                            enum_text(ConsoleTarget, target));
        }
        if (domain->n_parallels > 0 && (domain_is_s390(domain) || domain_is_pseries(domain)))
                return check_refuse(err, "parallel ports are not supported");
        return 0;
}

static int check_nvram(const Domain *domain, Error *err)
{
        if (domain->nvram && !domain_is_pseries(domain))
                return check_refuse(err, "nvram device is only supported for PPC64");
        return 0;
}

int check_specials(const Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        for (size_t i = 0; i < domain->n_watchdogs; i++)
                if (check_watchdog(domain, &domain->watchdogs[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_shmems; i++)
                if (check_shmem(&domain->shmems[i], caps, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_filesystems; i++)
                if (check_filesystem(domain, &domain->filesystems[i], err) < 0)
                        return -1;
        if (check_panics(domain, caps, err) < 0 || check_tpms(domain, context, err) < 0 ||
            check_iommu(domain, caps, err) < 0 || check_iommu_options(domain, err) < 0)
                return -1;
        if (check_balloon(domain, caps, err) < 0 || check_smartcards(domain, caps, err) < 0)
                return -1;
        return check_ports(domain, caps, err) < 0 ? -1 : check_nvram(domain, err);
}
