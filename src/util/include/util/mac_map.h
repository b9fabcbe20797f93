/* Which domains have which MAC addresses on a network: the file that the lease helper reads to name guests.
 * A domain stands in it at most once, an address of it too. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

typedef struct MacMap MacMap;

MacMap *mac_map_new(void);
MacMap *mac_map_free(MacMap *map); /* returns NULL; accepts NULL */

/** mac_map_parse: the JSON text of a file. */
MacMap *mac_map_parse(const char *text, size_t length, Error *err);
char *mac_map_format(const MacMap *map); /* the caller frees */

/** mac_map_add: six bytes with colons between, kept as written. What is there already stays. */
int mac_map_add(MacMap *map, const char *domain, const char *mac, Error *err);
/** mac_map_remove: forgets an address; with the last one the domain. What is not there is forgotten already. */
void mac_map_remove(MacMap *map, const char *domain, const char *mac);
/** mac_map_lookup: the addresses of @domain, NULL-terminated; NULL if it has none. Freed with g_free(), the texts are
 * borrowed. */
const char **mac_map_lookup(const MacMap *map, const char *domain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MacMap, mac_map_free)
