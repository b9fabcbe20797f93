/* What holds between the fields of a domain for every hypervisor. */
#include "hooks.h"

bool pci_address_is_set(const void *s)
{
        const PciAddress *address = s;

        return address->domain || address->bus || address->slot;
}

bool interface_has_driver(const void *s)
{
        return ((const Interface *)s)->type != INTERFACE_HOSTDEV;
}

bool rng_is_egd(const void *s)
{
        return ((const Rng *)s)->backend == RNG_BACKEND_EGD;
}

void domain_init(void *s)
{
        ((Domain *)s)->id = -1;
}

int domain_settle_own(void *s, Error *err)
{
        return 0;
}

int domain_check_own(const void *s, Error *err)
{
        return 0;
}
