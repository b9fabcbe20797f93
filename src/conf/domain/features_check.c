/* Rules of features that hold for every hypervisor. Nothing here changes them. */
#include <string.h>

#include "domain/hooks.h"

/* What the guest is told of Hyper-V. */

static int check_spinlocks(const HypervFeatures *hyperv, Error *err)
{
        enum { RETRIES_MIN = 4095 };

        if (hyperv->spinlocks != SWITCH_ON)
                return 0;
        if (hyperv->spinlock_retries == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute 'retries' in element 'spinlocks'");
        if (hyperv->spinlock_retries < RETRIES_MIN)
                return error_set(err, VIR_ERR_XML_ERROR, "HyperV spinlock retry count must be at least %d",
                                 RETRIES_MIN);
        return 0;
}

/* Twelve characters of a processor's answer; the hypervisor's options are separated by commas. */
static int check_vendor(const HypervFeatures *hyperv, Error *err)
{
        enum { VENDOR_MAX = 12 };

        if (hyperv->vendor_id_state != SWITCH_ON)
                return 0;
        if (!hyperv->vendor_id)
                return error_set(err, VIR_ERR_XML_ERROR, "missing 'value' attribute for HyperV feature 'vendor_id'");
        if (strlen(hyperv->vendor_id) > VENDOR_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "HyperV vendor_id value must not be more than %d characters",
                                 VENDOR_MAX);
        if (strchr(hyperv->vendor_id, ','))
                return error_set(err, VIR_ERR_XML_ERROR, "HyperV vendor_id value is invalid");
        return 0;
}

static int check_dirty_ring(const KvmFeatures *kvm, Error *err)
{
        enum { RING_MIN = 1024, RING_MAX = 65536 };
        unsigned size = kvm->dirty_ring_size;

        if (kvm->dirty_ring != SWITCH_ON)
                return 0;
        if (size < RING_MIN || size > RING_MAX || (size & (size - 1)) != 0)
                return error_set(err, VIR_ERR_XML_ERROR, "dirty ring must be a power of 2 between %d and %d", RING_MIN,
                                 RING_MAX);
        return 0;
}

int features_check(const void *s, Error *err)
{
        const Features *features = s;

        if (features->hyperv && (check_spinlocks(features->hyperv, err) < 0 || check_vendor(features->hyperv, err) < 0))
                return -1;
        return features->kvm ? check_dirty_ring(features->kvm, err) : 0;
}
