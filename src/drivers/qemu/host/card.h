/* Cards of the host that a guest has for itself: their address and VLAN tag are the guest's meanwhile. That of a Virtual
 * Function (SR-IOV) is set through the interface of the card that it is a part of, that of another card by itself.
 *
 * What was before is written down first, in the files that libvirt has for it (PF_vfN, or the interface's name), with the
 * guest that has the card beside: so that whoever comes after a killed daemon puts it back. */
#pragma once

#include "conf/domain.h"
#include "util/link.h"

/* The kernel, or who stands for it: as in link.h. */
typedef struct CardTalk {
        int (*vf)(const char *pf, unsigned vf, LinkVf *ret_state, Error *err);
        int (*vf_set_mac)(const char *pf, unsigned vf, const uint8_t mac[6], Error *err);
        int (*vf_set_vlan)(const char *pf, unsigned vf, const LinkVlan *vlan, Error *err);
        bool (*mac)(const char *name, uint8_t ret_mac[6]);
        int (*set_mac)(const char *name, const uint8_t mac[6], Error *err);
        bool (*is_up)(const char *name);
} CardTalk;
extern const CardTalk card_kernel;

typedef struct CardPlace {
        const char *root;   /* stands for "/" before sys; "" normally */
        const char *states; /* a folder: what was */
        const char *owner;  /* the guest's UUID */
        const CardTalk *talk;
} CardPlace;

typedef struct Card {
        char *device; /* through whose interface it is set */
        int vf;       /* -1: it is that one itself */
} Card;

void card_done(Card *card);
#define CARD_AUTO __attribute__((cleanup(card_done)))
#define CARD_INIT ((Card){ .vf = -1 })

enum { CARD_FOUND, CARD_NO_FUNCTION }; /* results */
/** card_of_function: the PCI device @name. CARD_NO_FUNCTION: it is no Virtual Function. */
int card_of_function(const CardPlace *place, const char *name, Card *ret_card, Error *err);
/** card_of_interface: whose interface is @name. */
int card_of_interface(const CardPlace *place, const char *name, Card *ret_card, Error *err);

/** card_check: whether @card can be what @nic says. VIR_ERR_CONFIG_UNSUPPORTED names what it cannot. */
int card_check(const Card *card, const Interface *nic, Error *err);
/** card_check_up: functions pass on nothing while the card's own interface is down: VIR_ERR_INTERNAL_ERROR. */
int card_check_up(const CardPlace *place, const Card *card, Error *err);

/** card_save: what @card is set to is written down. VIR_ERR_OPERATION_INVALID: another guest has it. */
int card_save(const CardPlace *place, const Card *card, Error *err);
/** card_set: it is as @nic says from here on; some of it may be when this fails. */
int card_set(const CardPlace *place, const Card *card, const Interface *nic, Error *err);
/** card_put_back: as it was, if this guest has it. What fails is logged. */
void card_put_back(const CardPlace *place, const Card *card);
/** card_forget: the same, and what was written down goes. */
void card_forget(const CardPlace *place, const Card *card);

/** card_claim: what libvirtd wrote down is this guest's. */
void card_claim(const CardPlace *place, const Card *card);
/** card_sweep: what was written down for guests that are not among @owners (a set of UUIDs) is put back. */
void card_sweep(const CardPlace *place, GHashTable *owners);
