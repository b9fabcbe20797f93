/* The host's end of interfaces that go through its kernel: taps (of bridges, networks, alone) and macvtaps. */
#pragma once

#include "conf/domain.h"

typedef struct TapPlace {
        const char *folder;  /* a private one of the guest; NULL: none */
        const char *run_dir; /* the instance's */
        const char *owner;   /* the guest's UUID */
} TapPlace;

/**
 * tap_open: @n descriptors of one tap or macvtap device for @nic, a queue each: with its address, up, and a port of its
 * bridge where it has one; its name in @ret_name (caller frees). A tap goes when the last copy of its descriptors is
 * closed; a macvtap, and the port of a switch, stay until tap_close().
 * VIR_ERR_CONFIG_UNSUPPORTED for what cannot be had; VIR_ERR_SYSTEM_ERROR names what failed, nothing is left then.
 */
int tap_open(const Interface *nic, const TapPlace *place, int *ret_fds, size_t n, char **ret_name, Error *err);
/** tap_sweep: what a start made whose status file did not come to say so, goes. @used: a set of names that guests have. */
void tap_sweep(const char *run_dir, GHashTable *used);
/** tap_move: its tap is from now on the port of its bridge that @nic says, with those tags; @owner as above. */
int tap_move(const Interface *nic, const char *owner, Error *err);
/** tap_close: what the end of the guest leaves of @nic (of a live definition) goes; of @place no folder is needed. */
void tap_close(const Interface *nic, const TapPlace *place);
/** tap_claim: what libvirtd wrote down of the card that @nic has for itself is for its guest: card_claim(). */
void tap_claim(const Interface *nic, const TapPlace *place);
/** tap_card: the card of the host that @nic alone has (passthrough); NULL: there is none. */
const char *tap_card(const Interface *nic);
/** tap_bridge: the bridge of the host that @nic joins; NULL: none. */
const char *tap_bridge(const Interface *nic);
