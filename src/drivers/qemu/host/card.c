/* See card.h. */
#define LOG_SOURCE "qemu.card"
#include "host/card.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "host/sriov.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/json.h"
#include "util/log.h"
#include "util/text.h"

#define DRIVER "QEMU"

enum { STATE_MAX = 4096 };

const CardTalk card_kernel = {
        .vf = link_vf,
        .vf_set_mac = link_vf_set_mac,
        .vf_set_vlan = link_vf_set_vlan,
        .mac = link_mac,
        .set_mac = link_set_mac,
        .is_up = link_is_up,
};

/* What was. */
typedef struct CardState {
        bool has_own, has_admin;
        Mac own;   /* of the interface on the host */
        Mac admin; /* that of a function, set from outside */
        LinkVlan vlan;
        char owner[UUID_TEXT_LENGTH]; /* "": libvirtd wrote it */
} CardState;

void card_done(Card *card)
{
        g_clear_pointer(&card->device, g_free);
}

/* Which */

static int found(int r, char *pf, unsigned index, Card *ret_card)
{
        if (r == SRIOV_FOUND)
                *ret_card = (Card){ .device = pf, .vf = (int)index };
        return r < 0 ? -1 : r == SRIOV_FOUND ? CARD_FOUND : CARD_NO_FUNCTION;
}

int card_of_function(const CardPlace *place, const char *name, Card *ret_card, Error *err)
{
        unsigned index = 0;
        char *pf = NULL;
        int r = sriov_function(place->root, name, &pf, &index, err);

        return found(r, pf, index, ret_card);
}

int card_of_interface(const CardPlace *place, const char *name, Card *ret_card, Error *err)
{
        unsigned index = 0;
        char *pf = NULL;
        int r = sriov_interface(place->root, name, &pf, &index, err);

        if (r == SRIOV_NO_FUNCTION)
                *ret_card = (Card){ .device = g_strdup(name), .vf = -1 };
        return found(r, pf, index, ret_card) < 0 ? -1 : CARD_FOUND;
}

static char *own_interface(const CardPlace *place, const Card *card)
{
        return card->vf < 0 ? g_strdup(card->device) : sriov_own(place->root, card->device, (unsigned)card->vf);
}

static char *state_path(const CardPlace *place, const Card *card)
{
        return card->vf < 0 ? g_build_filename(place->states, card->device, NULL)
                            : g_strdup_printf("%s/%s_vf%d", place->states, card->device, card->vf);
}

/* Whether it can */

int card_check(const Card *card, const Interface *nic, Error *err)
{
        const VirtualPort *port = interface_virtual_port(nic);
        const Vlan *vlan = interface_vlan(nic);
        char mac[MAC_TEXT_LENGTH];

        mac_format(&nic->mac, mac);
        if (port && port->type != VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "interface %s: virtual ports of type '%s' are not supported yet", mac,
                                 enum_text(VirtualPortType, port->type));
        if (!vlan || vlan->n_tags == 0)
                return 0;
        if (card->vf < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "vlan can only be set for SR-IOV VFs, but %s is not a VF (interface %s)", card->device,
                                 mac);
        if (vlan->n_tags != 1 || vlan->trunk == YESNO_YES)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "vlan trunking is not supported by SR-IOV network devices: interface %s may have one "
                                 "tag",
                                 mac);
        return 0;
}

int card_check_up(const CardPlace *place, const Card *card, Error *err)
{
        if (card->vf < 0 || place->talk->is_up(card->device))
                return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "Unable to configure VF %d of PF '%s' because the PF is not online: 'ip link set %s up'",
                         card->vf, card->device, card->device);
}

/* On disk */

static void put_mac(Json *json, const char *key, const Mac *mac)
{
        char text[MAC_TEXT_LENGTH];

        mac_format(mac, text);
        json_set(json, key, json_string(text));
}

static int state_write(const CardPlace *place, const Card *card, const CardState *state, Error *err)
{
        g_autofree char *path = state_path(place, card);
        g_autoptr(Json) json = json_object();
        g_autofree char *text = NULL;

        if (state->has_own)
                put_mac(json, "mac", &state->own);
        if (state->has_admin) {
                put_mac(json, "adminMac", &state->admin);
                json_set(json, "vlanTag", json_uint(state->vlan.tag));
                json_set(json, "vlanPriority", json_uint(state->vlan.priority));
        }
        json_set(json, "driver", json_string(DRIVER));
        json_set(json, "domain", json_string(place->owner));
        text = json_format(json, true);
        if (dir_make(place->states, 0755, err) < 0)
                return -1;
        return file_replace(path, text, strlen(text), 0600, err);
}

static bool get_mac(const Json *json, const char *key, Mac *ret_mac)
{
        const char *text = json_get_string(json, key);

        return text && mac_parse(text, ret_mac);
}

/* Others may write it as a text. */
static unsigned get_number(const Json *json, const char *key)
{
        const char *text = json_get_string(json, key);
        uint64_t value = 0;
        unsigned number = 0;

        if (json_get_uint(json, key, &value))
                return value < 4096 ? (unsigned)value : 0;
        return text && text_to_uint(text, 10, &number) && number < 4096 ? number : 0;
}

/* false: there is none, or it is something else. */
static bool state_parse(const char *path, CardState *ret_state)
{
        g_autofree char *text = NULL;
        size_t length = 0;
        g_autoptr(Json) json = NULL;
        const char *owner;

        if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || file_read(path, STATE_MAX, &text, &length, NULL) < 0)
                return false;
        json = json_parse(text, length, NULL);
        *ret_state = (CardState){ 0 };
        ret_state->has_own = get_mac(json, "mac", &ret_state->own);
        ret_state->has_admin = get_mac(json, "adminMac", &ret_state->admin);
        ret_state->vlan = (LinkVlan){ get_number(json, "vlanTag"), get_number(json, "vlanPriority") };
        owner = g_strcmp0(json_get_string(json, "driver"), DRIVER) == 0 ? json_get_string(json, "domain") : NULL;
        g_strlcpy(ret_state->owner, owner ? owner : "", sizeof(ret_state->owner));
        return ret_state->has_own || ret_state->has_admin;
}

static bool state_read(const CardPlace *place, const Card *card, CardState *ret_state)
{
        g_autofree char *path = state_path(place, card);

        return state_parse(path, ret_state);
}

static int state_learn(const CardPlace *place, const Card *card, CardState *ret_state, Error *err)
{
        g_autofree char *own = own_interface(place, card);
        LinkVf now;

        ret_state->has_own = own && place->talk->mac(own, ret_state->own.bytes);
        if (card->vf < 0)
                return ret_state->has_own ? 0
                                          : error_set(err, VIR_ERR_SYSTEM_ERROR,
                                                      "Cannot get interface MAC on '%s': there is no such interface",
                                                      card->device);
        if (place->talk->vf(card->device, (unsigned)card->vf, &now, err) < 0)
                return -1;
        ret_state->has_admin = true;
        memcpy(ret_state->admin.bytes, now.mac, sizeof(now.mac));
        ret_state->vlan = now.vlan;
        return 0;
}

static pthread_mutex_t saving = PTHREAD_MUTEX_INITIALIZER; /* from the look at who has a card to having it */

int card_save(const CardPlace *place, const Card *card, Error *err)
{
        LOCKED(&saving);
        CardState state = { 0 };
        bool known = state_read(place, card, &state) && state.owner[0];

        if (known && strcmp(state.owner, place->owner) != 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "network device '%s' is in use by driver " DRIVER ", domain %s", card->device,
                                 state.owner);
        /* Then it is not as it was now. */
        if (known)
                return 0;
        state = (CardState){ 0 };
        return state_learn(place, card, &state, err) < 0 ? -1 : state_write(place, card, &state, err);
}

/* In the kernel */

static int set_own(const CardPlace *place, const char *own, const Mac *mac, Error *err)
{
        uint8_t now[6];

        if (place->talk->mac(own, now) && memcmp(now, mac->bytes, sizeof(now)) == 0)
                return 0;
        return place->talk->set_mac(own, mac->bytes, err);
}

static int set_admin(const CardPlace *place, const Card *card, const Mac *mac, const LinkVlan *vlan, Error *err)
{
        unsigned vf = (unsigned)card->vf;
        LinkVf now;

        if (place->talk->vf(card->device, vf, &now, err) < 0)
                return -1;
        if (memcmp(now.mac, mac->bytes, sizeof(now.mac)) != 0 &&
            place->talk->vf_set_mac(card->device, vf, mac->bytes, err) < 0)
                return -1;
        /* Not every driver can, and most need not. */
        if (now.vlan.tag == vlan->tag && now.vlan.priority == vlan->priority)
                return 0;
        return place->talk->vf_set_vlan(card->device, vf, vlan, err);
}

int card_set(const CardPlace *place, const Card *card, const Interface *nic, Error *err)
{
        const Vlan *vlan = interface_vlan(nic);
        const LinkVlan tag = { .tag = vlan && vlan->n_tags > 0 ? vlan->tags[0].id : 0 };
        g_autofree char *own = own_interface(place, card);

        if (card->vf >= 0 && set_admin(place, card, &nic->mac, &tag, err) < 0)
                return -1;
        return own ? set_own(place, own, &nic->mac, err) : 0;
}

static bool is_zero(const Mac *mac)
{
        static const Mac zero;

        return memcmp(mac, &zero, sizeof(zero)) == 0;
}

/* Before anybody set an address it is all zero, which some drivers do not take back: then the function keeps its own. */
static int restore_admin(const CardPlace *place, const Card *card, const CardState *state, Error *err)
{
        static const Mac nobody = { .bytes = { 0x02 } };
        const Mac *instead = state->has_own ? &state->own : &nobody;

        if (set_admin(place, card, &state->admin, &state->vlan, err) == 0)
                return 0;
        if (!is_zero(&state->admin))
                return -1;
        error_clear(err);
        return set_admin(place, card, instead, &state->vlan, err);
}

static void restore(const CardPlace *place, const Card *card, const CardState *state)
{
        g_autofree char *own = own_interface(place, card);
        ERROR_AUTO Error err = ERROR_INIT;

        if (state->has_admin && card->vf >= 0 && restore_admin(place, card, state, &err) < 0)
                log_warn("what VF %d of '%s' was before is not put back: %s", card->vf, card->device, err.message);
        error_clear(&err);
        if (state->has_own && own && set_own(place, own, &state->own, &err) < 0)
                log_warn("the address that '%s' had is not put back: %s", own, err.message);
}

void card_put_back(const CardPlace *place, const Card *card)
{
        CardState state;

        if (state_read(place, card, &state) && strcmp(state.owner, place->owner) == 0)
                restore(place, card, &state);
}

void card_forget(const CardPlace *place, const Card *card)
{
        g_autofree char *path = state_path(place, card);
        CardState state;

        if (!state_parse(path, &state) || strcmp(state.owner, place->owner) != 0)
                return;
        restore(place, card, &state);
        unlink(path);
}

/* Daemons before us */

void card_claim(const CardPlace *place, const Card *card)
{
        ERROR_AUTO Error err = ERROR_INIT;
        CardState state;

        if (state_read(place, card, &state) && !state.owner[0] && state_write(place, card, &state, &err) < 0)
                log_warn("%s", err.message);
}

static Card named(const char *name, bool function)
{
        const char *mark = function ? g_strrstr(name, "_vf") : NULL;
        unsigned vf = 0;

        if (mark && text_to_uint(mark + strlen("_vf"), 10, &vf))
                return (Card){ .device = g_strndup(name, (size_t)(mark - name)), .vf = (int)vf };
        return (Card){ .device = g_strdup(name), .vf = -1 };
}

void card_sweep(const CardPlace *place, GHashTable *owners)
{
        g_auto(GStrv) names = NULL;

        if (dir_list(place->states, NULL, &names, NULL) < 0)
                return;
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(place->states, *name, NULL);
                CARD_AUTO Card card = CARD_INIT;
                CardPlace own = *place;
                CardState state;

                if (!state_parse(path, &state) || !state.owner[0] || g_hash_table_contains(owners, state.owner))
                        continue;
                log_info("'%s' was set for a start that did not end", *name);
                own.owner = state.owner;
                card = named(*name, state.has_admin);
                card_forget(&own, &card);
        }
}
