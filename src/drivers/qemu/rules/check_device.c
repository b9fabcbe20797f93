/* See check.h: devices. */
#include "rules/check.h"

#include <string.h>

/* Disks */

static int check_encryption(const Encryption *encryption, const Source *source, const QemuCaps *caps, Error *err)
{
        if (!encryption)
                return 0;
        if (encryption->engine != ENCRYPTION_ENGINE_LIBRBD && source->format != IMAGE_FORMAT_RAW &&
            source->format != IMAGE_FORMAT_QCOW2 && source->format != IMAGE_FORMAT_NONE)
                return check_refuse(err, "encryption is supported only with 'raw' and 'qcow2' image format");
        if (encryption->engine != ENCRYPTION_ENGINE_LIBRBD)
                return 0;
        if (!qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION))
                return check_refuse(err, "librbd encryption is not supported by this QEMU binary");
        /* A secret for each image of the chain. */
        if (encryption->n_secrets > 1 && !qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LAYERING))
                return check_refuse(err, "librbd encryption layering is not supported by this QEMU binary");
        if (encryption->format == ENCRYPTION_LUKS_ANY && !qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LUKS_ANY))
                return check_refuse(err, "luks-any encryption is not supported by this QEMU binary");
        return 0;
}

static int check_source(const Source *source, const QemuCaps *caps, Error *err)
{
        switch (source->format) {
        case IMAGE_FORMAT_COW:
        case IMAGE_FORMAT_ISO:
                return check_refuse(err, "'%s' storage format is not supported",
                                    enum_text(ImageFormat, source->format));
        default: return check_encryption(source->encryption, source, caps, err);
        }
}

static int check_disk(const Disk *disk, const QemuCaps *caps, Error *err)
{
        if (check_source(&disk->source, caps, err) < 0 ||
            check_encryption(disk->encryption, &disk->source, caps, err) < 0)
                return -1;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (check_source(&below->source, caps, err) < 0)
                        return -1;
        return 0;
}

/* What is not on the host's side of a guest's buses */

static int check_hostdev(const Domain *domain, const Hostdev *hostdev, Error *err)
{
        if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM)
                return 0;
        if (hostdev->type == HOSTDEV_SCSI_HOST && hostdev->info.boot_order)
                return check_refuse(err, "booting from assigned devices is not supported by vhost SCSI devices");
        if (hostdev->type != HOSTDEV_MDEV)
                return 0;
        if (hostdev->info.boot_order && hostdev->model != HOSTDEV_MODEL_VFIO_PCI &&
            hostdev->model != HOSTDEV_MODEL_VFIO_CCW)
                return check_refuse(err,
                                    "booting from assigned devices is not supported by mediated devices of model %s",
                                    enum_text(HostdevModel, hostdev->model));
        if (hostdev->display == SWITCH_ON && domain->n_graphics == 0)
                return check_refuse(err, "graphics device is needed for attribute value 'display=on' in <hostdev>");
        if (hostdev->model == HOSTDEV_MODEL_VFIO_PCI && hostdev->info.address &&
            hostdev->info.address->type != ADDRESS_PCI && hostdev->info.address->type != ADDRESS_UNASSIGNED)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Unsupported address type '%s' with mediated device model '%s'",
                                 enum_text(AddressType, hostdev->info.address->type), "vfio-pci");
        return 0;
}

static int check_hostdevs(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_hostdevs; i++)
                if (check_hostdev(domain, &domain->hostdevs[i], err) < 0)
                        return -1;
        return 0;
}

static int check_graphics(const Domain *domain, Error *err)
{
        bool egl = false, other = false, partner = false;

        for (size_t i = 0; i < domain->n_graphics; i++) {
                GraphicsType type = domain->graphics[i].type;

                egl |= type == GRAPHICS_EGL_HEADLESS;
                partner |= type == GRAPHICS_VNC || type == GRAPHICS_SPICE || type == GRAPHICS_DBUS;
                other |= type == GRAPHICS_SDL;
        }
        if (egl && other && !partner)
                return check_refuse(err, "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' "
                                         "graphics types");
        return 0;
}

static int check_videos(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_videos; i++)
                if (domain->videos[i].type == VIDEO_RAMFB && domain->videos[i].info.address)
                        return check_refuse(err, "address not supported for video type ramfb");
        return 0;
}

static int check_panics(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_panics; i++) {
                const Panic *panic = &domain->panics[i];
                AddressType type = panic->info.address ? panic->info.address->type : ADDRESS_NONE;

                if ((panic->model == PANIC_PSERIES || panic->model == PANIC_S390 || panic->model == PANIC_HYPERV) &&
                    type != ADDRESS_NONE)
                        return check_refuse(err, "setting the panic device address is not supported for model '%s'",
                                            enum_text(PanicModel, panic->model));
                if (panic->model == PANIC_PVPANIC && type != ADDRESS_NONE && type != ADDRESS_PCI)
                        return check_refuse(err, "pvpanic is supported only with PCI address type");
        }
        return 0;
}

static int check_tpms(const Domain *domain, const QemuContext *context, Error *err)
{
        unsigned proxies = 0, others = 0;

        for (size_t i = 0; i < domain->n_tpms; i++) {
                const Tpm *tpm = &domain->tpms[i];

                if (tpm->model == TPM_SPAPR_TPM_PROXY)
                        proxies++;
                else
                        others++;
                if (domain_is_arm(domain) && tpm->version == TPM_VERSION_1_2)
                        return check_refuse(err, "TPM 1.2 is not supported on ARM");
                if (tpm->backend == TPM_BACKEND_EMULATOR && context->swtpm_versions &&
                    !strstr(context->swtpm_versions, enum_text(TpmVersion, tpm->version)))
                        return check_refuse(err, "TPM version '%s' is not supported",
                                            enum_text(TpmVersion, tpm->version));
        }
        if (proxies > 1)
                return check_refuse(err, "only a single TPM Proxy device is supported");
        return others > 1 ? check_refuse(err, "only a single TPM non-proxy device is supported") : 0;
}

static int check_iommu(const Domain *domain, const QemuCaps *caps, Error *err)
{
        const Iommu *iommu = domain->iommu;
        AddressType type = iommu && iommu->info.address ? iommu->info.address->type : ADDRESS_NONE;

        if (!iommu)
                return 0;
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

static int check_chardev(const Chardev *source, Error *err)
{
        if (source->type == CHARDEV_UNIX && source->unix_socket.reconnect == YESNO_YES &&
            source->unix_socket.mode != CHARDEV_MODE_CONNECT)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "chardev reconnect is possible only for connect mode");
        return 0;
}

static int check_chardevs(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_channels; i++)
                if (check_chardev(&domain->channels[i].source, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_rngs; i++) {
                const Rng *rng = &domain->rngs[i];

                if (rng->backend != RNG_BACKEND_EGD)
                        continue;
                if (rng->egd.type == CHARDEV_UNIX && !rng->egd.unix_socket.path)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source path attribute for char device");
        }
        return 0;
}

static int check_balloon(const Domain *domain, const QemuCaps *caps, Error *err)
{
        if (domain->memballoon && domain->memballoon->free_page_reporting != SWITCH_ABSENT &&
            !qemu_caps_has_flag(caps, QEMU_BALLOON_REPORTING))
                return check_refuse(err, "freePageReporting is not supported by this QEMU binary");
        return 0;
}

int check_devices(const Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        for (size_t i = 0; i < domain->n_disks; i++)
                if (check_disk(&domain->disks[i], caps, err) < 0)
                        return -1;
        if (check_hostdevs(domain, err) < 0 || check_graphics(domain, err) < 0 || check_videos(domain, err) < 0 ||
            check_panics(domain, err) < 0 || check_tpms(domain, context, err) < 0 ||
            check_iommu(domain, caps, err) < 0 || check_chardevs(domain, err) < 0)
                return -1;
        return check_balloon(domain, caps, err);
}
