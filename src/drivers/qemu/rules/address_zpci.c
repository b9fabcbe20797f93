/* See address.h: S390 knows its PCI functions by two numbers of their own. */
#include "rules/address.h"

static bool zpci_taken(const Domain *domain, bool uid, unsigned value)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        const PciAddress *pci = device_pci(device_info(domain, kind, i));
                        const OptUint *own = pci ? uid ? &pci->zpci_uid : &pci->zpci_fid : NULL;

                        if (own && own->set && own->value == value)
                                return true;
                }
        return false;
}

static int number_zpci(const Domain *domain, PciAddress *pci, Error *err)
{
        enum { UID_MAX = 0xffff };

        for (unsigned uid = 1; !pci->zpci_uid.set && uid <= UID_MAX; uid++)
                if (!zpci_taken(domain, true, uid))
                        pci->zpci_uid = (OptUint){ .value = uid, .set = true };
        if (!pci->zpci_uid.set)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "There is no more free %s.", "uid");
        for (unsigned fid = 0; !pci->zpci_fid.set; fid++)
                if (!zpci_taken(domain, false, fid))
                        pci->zpci_fid = (OptUint){ .value = fid, .set = true };
        return 0;
}

static int check_twice(const Domain *domain, bool uid, Error *err)
{
        g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        const PciAddress *pci = device_pci(device_info(domain, kind, i));
                        const OptUint *own = pci ? uid ? &pci->zpci_uid : &pci->zpci_fid : NULL;

                        if (own && own->set && !g_hash_table_add(seen, GUINT_TO_POINTER(own->value + 1)))
                                return error_set(err, VIR_ERR_INTERNAL_ERROR, "zPCI %s %u is already reserved",
                                                 uid ? "uid" : "fid", own->value);
                }
        return 0;
}

static bool names_zpci(const Domain *domain)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        const PciAddress *pci = device_pci(device_info(domain, kind, i));

                        if (pci && (pci->zpci_uid.set || pci->zpci_fid.set))
                                return true;
                }
        return false;
}

/* Those that have one number of the two first. */
int pci_settle_zpci(Domain *domain, const QemuContext *context, Error *err)
{
        if (!domain_is_s390(domain) || !qemu_caps_has_type(context->caps, "zpci"))
                return names_zpci(domain)
                               ? error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "This QEMU binary doesn't support zPCI")
                               : 0;
        if (check_twice(domain, true, err) < 0 || check_twice(domain, false, err) < 0)
                return -1;
        for (int pass = 0; pass < 2; pass++)
                for (int kind = 0; kind < DEVICE_MAX_; kind++)
                        for (size_t i = 0; i < device_count(domain, kind); i++) {
                                Address *address = device_info(domain, kind, i)->address;
                                PciAddress *pci = address && address->type == ADDRESS_PCI ? &address->pci : NULL;

                                if (pci && (pass > 0 || pci->zpci_uid.set || pci->zpci_fid.set) &&
                                    number_zpci(domain, pci, err) < 0)
                                        return -1;
                        }
        return 0;
}
