/* Network interfaces of the host, over netlink: made, changed, removed. They are those of the network namespace that the
 * caller is in. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

/** link_index: 0: there is no interface @name. */
unsigned link_index(const char *name);
/** link_mtu: 0: there is no such interface. */
unsigned link_mtu(const char *name);

/** link_is_up: false as well when there is no such interface. */
bool link_is_up(const char *name);

/** link_mac: its address; false: there is no interface @name. */
bool link_mac(const char *name, uint8_t ret_mac[6]);
/** link_has_mac: whether there is an interface @name with that address. */
bool link_has_mac(const char *name, const uint8_t mac[6]);

int link_set_up(const char *name, bool up, Error *err);
int link_set_mac(const char *name, const uint8_t mac[6], Error *err);
int link_set_mtu(const char *name, unsigned mtu, Error *err);
/** link_set_master: @name becomes a port of the bridge @master; NULL: of none. */
int link_set_master(const char *name, const char *master, Error *err);
/** link_set_isolated: of a bridge's port: it talks to no other isolated one. */
int link_set_isolated(const char *name, bool isolated, Error *err);
/** link_add_address: @address ("192.0.2.1", "2001:db8::1"), with @peer (may be NULL) at the other end. */
int link_add_address(const char *name, const char *address, unsigned prefix, const char *peer, Error *err);
/** link_add_route: what goes to @network is sent over @name (which is up), through @gateway (NULL: directly). @metric: 0:
 * the kernel's. */
int link_add_route(const char *name, const char *network, unsigned prefix, const char *gateway, unsigned metric,
                   Error *err);
/** link_set_rx_coalesce: how many frames at most before the host is told. */
int link_set_rx_coalesce(const char *name, unsigned frames, Error *err);

/* Virtual functions, of the card (physical function) whose interface is @pf. */
typedef struct LinkVlan {
        unsigned tag, priority; /* tag 0: none */
} LinkVlan;
typedef struct LinkVf {
        uint8_t mac[6]; /* all zero: the card's owner set none */
        LinkVlan vlan;
} LinkVf;
/** link_vf: what the owner of the card has set for function @vf. */
int link_vf(const char *pf, unsigned vf, LinkVf *ret_state, Error *err);
int link_vf_set_mac(const char *pf, unsigned vf, const uint8_t mac[6], Error *err);
int link_vf_set_vlan(const char *pf, unsigned vf, const LinkVlan *vlan, Error *err);

typedef enum { MACVTAP_LINK_VEPA, MACVTAP_LINK_PRIVATE, MACVTAP_LINK_BRIDGE, MACVTAP_LINK_PASSTHROUGH } MacvtapLinkMode;

/** link_add_macvtap: a macvtap on @parent. @name ends in "%d": the first free number; what it became is @ret_name, which
 * the caller frees. */
int link_add_macvtap(const char *name, const char *parent, MacvtapLinkMode mode, const uint8_t mac[6], char **ret_name,
                     Error *err);
/** link_add: one that needs nothing but its @kind ("ifb"). */
int link_add(const char *name, const char *kind, Error *err);
/** link_set_queue: how frames wait until @name sends them ("noqueue": they do not). */
int link_set_queue(const char *name, const char *kind, Error *err);
/** link_drop_queues: those of what it sends and of what it receives, with all that hangs on them: what the kernel gives
 * a new interface is back. None need be there. */
void link_drop_queues(const char *name);
/** link_delete: one that is not there is fine. */
int link_delete(const char *name, Error *err);
