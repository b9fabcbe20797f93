/* PCI devices of the host for guests: taken from the host's driver and given back (managed='yes'), whether the IOMMU keeps
 * them apart from what the host goes on using, and what network cards among them are set to. */
#pragma once

#include "conf/domain.h"
#include "host/card.h"

typedef struct Vfio Vfio;
struct Vfio {
        const char *root;    /* stands for "/" before sys; "" normally */
        const char *records; /* a folder: what was taken, for whom */
        CardPlace cards;
        /* vfio_tell(), or who stands for the kernel. */
        int (*tell)(const Vfio *vfio, const char *path, const char *value, Error *err);
};

/** vfio_tell: @value is written to @path, in one go. */
int vfio_tell(const Vfio *vfio, const char *path, const char *value, Error *err);

/** vfio_any: whether @live has any. */
bool vfio_any(const Domain *live);
/** vfio_shared: the name of one that both have; NULL: there is none. The caller frees. */
char *vfio_shared(const Domain *a, const Domain *b);

/** vfio_check_interfaces: whether the host can give the network cards of @live that are devices of its own.
 * VIR_ERR_CONFIG_UNSUPPORTED names the first that it cannot. Nothing is touched. */
int vfio_check_interfaces(const Vfio *vfio, const Domain *live, Error *err);

/** vfio_take: those of @live are vfio-pci's from here on, network cards set as it says. All or nothing. VIR_ERR_CONFIG_UNSUPPORTED: there is no IOMMU,
 * or no vfio-pci; VIR_ERR_OPERATION_INVALID: something of the same IOMMU group is in use. */
int vfio_take(const Vfio *vfio, const Domain *live, Error *err);
/** vfio_give_back: what was taken of @live goes back to its driver. What fails is logged. */
void vfio_give_back(const Vfio *vfio, const Domain *live);
/** vfio_claim: what libvirtd wrote down of network cards of @live is for its guest: card_claim(). */
void vfio_claim(const Vfio *vfio, const Domain *live);
