/* Domains and their MAC addresses, as JSON: [ { "domain": NAME, "macs": [ MAC, ... ] }, ... ] */
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include "util/mac_map.h"

#include <string.h>

#include "util/json.h"

enum { DOMAINS_MAX = 65536, MACS_MAX = 4096, MAC_BYTES = 6 };

typedef struct Entry {
        char *domain;
        GPtrArray *macs; /* char * */
} Entry;

struct MacMap {
        GPtrArray *entries; /* Entry, in the order in which they came */
        GHashTable *by_domain;
};

static void entry_free(void *opaque)
{
        Entry *entry = opaque;

        g_free(entry->domain);
        g_ptr_array_unref(entry->macs);
        g_free(entry);
}

MacMap *mac_map_new(void)
{
        MacMap *map = g_new0(MacMap, 1);

        map->entries = g_ptr_array_new_with_free_func(entry_free);
        map->by_domain = g_hash_table_new(g_str_hash, g_str_equal);
        return map;
}

MacMap *mac_map_free(MacMap *map)
{
        if (!map)
                return NULL;
        g_hash_table_unref(map->by_domain);
        g_ptr_array_unref(map->entries);
        g_free(map);
        return NULL;
}

/* Six pairs of hex digits with colons between. */
static bool is_mac(const char *text)
{
        for (size_t i = 0; i < MAC_BYTES; i++, text += 3) {
                if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
                        return false;
                if (text[2] != (i + 1 < MAC_BYTES ? ':' : '\0'))
                        return false;
        }
        return true;
}

static guint find_mac(const Entry *entry, const char *mac)
{
        guint i = 0;

        while (i < entry->macs->len && g_ascii_strcasecmp(g_ptr_array_index(entry->macs, i), mac) != 0)
                i++;
        return i;
}

static Entry *entry_get(MacMap *map, const char *domain)
{
        Entry *entry = g_hash_table_lookup(map->by_domain, domain);

        if (entry)
                return entry;
        entry = g_new0(Entry, 1);
        entry->domain = g_strdup(domain);
        entry->macs = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(map->entries, entry);
        g_hash_table_insert(map->by_domain, entry->domain, entry);
        return entry;
}

int mac_map_add(MacMap *map, const char *domain, const char *mac, Error *err)
{
        Entry *entry;

        if (*domain == '\0')
                return error_set(err, VIR_ERR_INVALID_ARG, "MAC address '%s' without a domain", mac);
        if (!is_mac(mac))
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' of domain '%s' is no MAC address", mac, domain);
        if (map->entries->len >= DOMAINS_MAX)
                return error_set(err, VIR_ERR_OVERFLOW, "MAC addresses of more than %d domains", DOMAINS_MAX);
        entry = entry_get(map, domain);
        if (find_mac(entry, mac) < entry->macs->len)
                return 0;
        if (entry->macs->len >= MACS_MAX)
                return error_set(err, VIR_ERR_OVERFLOW, "domain '%s' has more than %d MAC addresses", domain, MACS_MAX);
        g_ptr_array_add(entry->macs, g_strdup(mac));
        return 0;
}

void mac_map_remove(MacMap *map, const char *domain, const char *mac)
{
        Entry *entry = g_hash_table_lookup(map->by_domain, domain);
        guint i = entry ? find_mac(entry, mac) : 0;

        if (!entry || i == entry->macs->len)
                return;
        g_ptr_array_remove_index(entry->macs, i);
        if (entry->macs->len > 0)
                return;
        g_hash_table_remove(map->by_domain, domain);
        g_ptr_array_remove(map->entries, entry);
}

const char **mac_map_lookup(const MacMap *map, const char *domain)
{
        const Entry *entry = g_hash_table_lookup(map->by_domain, domain);
        const char **macs;

        if (!entry)
                return NULL;
        macs = g_new0(const char *, entry->macs->len + 1);
        for (guint i = 0; i < entry->macs->len; i++)
                macs[i] = g_ptr_array_index(entry->macs, i);
        return macs;
}

static int parse_entry(MacMap *map, const Json *json, size_t index, Error *err)
{
        const char *domain = json_get_string(json, "domain");
        const Json *macs = json_get(json, "macs");

        if (!domain || !json_is_array(macs))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "entry %zu needs a text 'domain' and a list 'macs'",
                                 index);
        for (size_t i = 0; i < json_length(macs); i++) {
                const char *mac = json_text(json_at(macs, i));

                if (!mac)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "a MAC address of domain '%s' is no text",
                                         domain);
                if (mac_map_add(map, domain, mac, err) < 0)
                        return -1;
        }
        return 0;
}

MacMap *mac_map_parse(const char *text, size_t length, Error *err)
{
        g_autoptr(Json) json = json_parse(text, length, err);
        g_autoptr(MacMap) map = mac_map_new();

        if (!json)
                return NULL;
        if (!json_is_array(json))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "MAC addresses of domains are a list");
        for (size_t i = 0; i < json_length(json); i++)
                if (parse_entry(map, json_at(json, i), i, err) < 0)
                        return NULL;
        return g_steal_pointer(&map);
}

char *mac_map_format(const MacMap *map)
{
        g_autoptr(Json) json = json_array();

        for (guint i = 0; i < map->entries->len; i++) {
                const Entry *entry = g_ptr_array_index(map->entries, i);
                Json *object = json_object(), *macs = json_array();

                for (guint j = 0; j < entry->macs->len; j++)
                        json_append(macs, json_string(g_ptr_array_index(entry->macs, j)));
                json_set(object, "domain", json_string(entry->domain));
                json_set(object, "macs", macs);
                json_append(json, object);
        }
        return json_format(json, true);
}
