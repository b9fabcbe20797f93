/* Reading /sys/fs/resctrl. */
#include "util/host_resctrl.h"

#include <inttypes.h>
#include <string.h>

#include "host_files.h"
#include "util/file.h"
#include "util/text.h"

enum { LINES_MAX = 64, SHARES_MAX = 4096, PERCENT = 100, LEVEL_MAX = 9, MASK_DIGITS_MAX = 16, MASK_BITS = 64 };

#define FOLDER "/sys/fs/resctrl"

static const struct {
        const char *suffix, *type;
} cache_kinds[] = { { "", "both" }, { "CODE", "code" }, { "DATA", "data" } };

static bool hex_value(const char *text, uint64_t *ret_value)
{
        return text && strlen(text) <= MASK_DIGITS_MAX && text_to_uint64(text, 16, ret_value);
}

static void read_control(const char *root, unsigned level, size_t kind, GArray *controls)
{
        g_autofree char *folder = g_strdup_printf(FOLDER "/info/L%u%s", level, cache_kinds[kind].suffix);
        g_autofree char *mask = host_file_text(root, "%s/cbm_mask", folder);
        HostCacheControl control = {
                .level = level,
                .type = cache_kinds[kind].type,
                .min_bits = (unsigned)host_file_uint(1, root, "%s/min_cbm_bits", folder),
                .max_allocations = (unsigned)host_file_uint(0, root, "%s/num_closids", folder),
        };

        if (hex_value(mask, &control.mask) && control.mask != 0)
                g_array_append_val(controls, control);
}

static void read_monitor(const char *root, HostResctrl *resctrl)
{
        g_autofree char *features = host_file_text(root, FOLDER "/info/L3_MON/mon_features");

        if (!features)
                return;
        resctrl->has_monitor = true;
        resctrl->monitor_threshold = (unsigned)host_file_uint(0, root, FOLDER "/info/L3_MON/max_threshold_occupancy");
        resctrl->monitor_max = (unsigned)host_file_uint(0, root, FOLDER "/info/L3_MON/num_rmids");
        resctrl->monitor_features = g_strsplit(features, "\n", LINES_MAX);
}

HostResctrl *host_resctrl(const char *root)
{
        HostResctrl *resctrl = g_new0(HostResctrl, 1);
        g_autoptr(GArray) controls = g_array_new(FALSE, FALSE, sizeof(HostCacheControl));
        uint64_t gran = host_file_uint(0, root, FOLDER "/info/MB/bandwidth_gran");

        for (unsigned level = 1; level <= LEVEL_MAX; level++)
                for (size_t kind = 0; kind < G_N_ELEMENTS(cache_kinds); kind++)
                        read_control(root, level, kind, controls);
        resctrl->n_controls = controls->len;
        resctrl->controls = (HostCacheControl *)(void *)g_array_free(g_steal_pointer(&controls), FALSE);
        resctrl->has_bandwidth = gran > 0;
        resctrl->bandwidth_granularity = (unsigned)gran;
        resctrl->bandwidth_min = (unsigned)host_file_uint(0, root, FOLDER "/info/MB/min_bandwidth");
        resctrl->bandwidth_max_allocations = (unsigned)host_file_uint(0, root, FOLDER "/info/MB/num_closids");
        read_monitor(root, resctrl);
        return resctrl;
}

HostResctrl *host_resctrl_free(HostResctrl *resctrl)
{
        if (!resctrl)
                return NULL;
        g_free(resctrl->controls);
        g_strfreev(resctrl->monitor_features);
        g_free(resctrl);
        return NULL;
}

static void schema_free(void *opaque)
{
        HostSchema *schema = opaque;

        g_free(schema->resource);
        g_free(schema->shares);
        g_free(schema);
}

/* "0=ff": bits are written in hexadecimal, percent in decimal. */
static bool parse_share(char *text, bool bits, HostShare *ret_share)
{
        char *equal = strchr(text, '=');

        if (!equal)
                return false;
        *equal = '\0';
        if (!text_to_uint(g_strstrip(text), 10, &ret_share->id))
                return false;
        g_strstrip(equal + 1);
        return bits ? hex_value(equal + 1, &ret_share->value) : text_to_uint64(equal + 1, 10, &ret_share->value);
}

static HostSchema *parse_schema(const char *line)
{
        g_autofree char *copy = g_strstrip(g_strdup(line));
        char *colon = strchr(copy, ':');
        g_auto(GStrv) items = NULL;
        HostSchema *schema;

        if (!colon)
                return NULL;
        *colon = '\0';
        items = g_strsplit(colon + 1, ";", SHARES_MAX);
        schema = g_new0(HostSchema, 1);
        schema->resource = g_strdup(g_strstrip(copy));
        schema->shares = g_new0(HostShare, g_strv_length(items));
        for (char **item = items; *item; item++) {
                bool bits = schema->resource[0] == 'L';

                if (!parse_share(*item, bits, &schema->shares[schema->n_shares++])) {
                        schema_free(schema);
                        return NULL;
                }
        }
        return schema;
}

GPtrArray *host_schemata_parse(const char *name, const char *text, Error *err)
{
        g_autoptr(GPtrArray) schemata = g_ptr_array_new_with_free_func(schema_free);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (unsigned i = 0; lines[i]; i++) {
                HostSchema *schema;

                if (*g_strstrip(lines[i]) == '\0')
                        continue;
                schema = i < LINES_MAX ? parse_schema(lines[i]) : NULL;
                if (!schema)
                        return error_null(err, VIR_ERR_INTERNAL_ERROR,
                                          "%s:%u: Invalid line in a schemata file: '%s' is not RESOURCE:ID=VALUE;...",
                                          name, i + 1, lines[i]);
                g_ptr_array_add(schemata, schema);
        }
        return g_steal_pointer(&schemata);
}

static char *resource_of(const HostCacheControl *control)
{
        size_t kind = 0;

        while (strcmp(cache_kinds[kind].type, control->type) != 0)
                kind++;
        return g_strdup_printf("L%u%s", control->level, cache_kinds[kind].suffix);
}

/* Masks are written as wide as the whole one. */
static int mask_digits(const HostResctrl *resctrl, const char *resource)
{
        int digits = 1;

        for (size_t i = 0; i < resctrl->n_controls; i++) {
                g_autofree char *name = resource_of(&resctrl->controls[i]);

                for (uint64_t rest = resctrl->controls[i].mask >> 4; rest && strcmp(name, resource) == 0; rest >>= 4)
                        digits++;
        }
        return digits;
}

char *host_schemata_format(const HostResctrl *resctrl, const GPtrArray *schemata)
{
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < schemata->len; i++) {
                const HostSchema *schema = g_ptr_array_index(schemata, i);
                int digits = mask_digits(resctrl, schema->resource);

                g_string_append_printf(text, "%s:", schema->resource);
                for (size_t j = 0; j < schema->n_shares; j++) {
                        const HostShare *share = &schema->shares[j];

                        g_string_append_printf(text, "%s%u=", j ? ";" : "", share->id);
                        if (schema->resource[0] == 'L')
                                g_string_append_printf(text, "%0*" PRIx64, digits, share->value);
                        else
                                g_string_append_printf(text, "%" PRIu64, share->value);
                }
                g_string_append_c(text, '\n');
        }
        return g_string_free(text, FALSE);
}

/* All of one resource, for every cache of @level. */
static HostSchema *whole_schema(const HostTopology *topology, unsigned level, const char *resource, uint64_t value)
{
        HostSchema *schema = g_new0(HostSchema, 1);

        schema->resource = g_strdup(resource);
        schema->shares = g_new0(HostShare, topology->n_caches);
        for (size_t i = 0; i < topology->n_caches; i++)
                if (topology->caches[i].level == level)
                        schema->shares[schema->n_shares++] = (HostShare){ topology->caches[i].id, value };
        return schema;
}

static GPtrArray *whole_host(const HostTopology *topology, const HostResctrl *resctrl)
{
        GPtrArray *schemata = g_ptr_array_new_with_free_func(schema_free);

        for (size_t i = 0; i < resctrl->n_controls; i++) {
                const HostCacheControl *control = &resctrl->controls[i];
                g_autofree char *resource = resource_of(control);

                g_ptr_array_add(schemata, whole_schema(topology, control->level, resource, control->mask));
        }
        if (resctrl->has_bandwidth)
                g_ptr_array_add(schemata, whole_schema(topology, 3, "MB", PERCENT));
        return schemata;
}

static void subtract_schema(HostSchema *from, const HostSchema *used)
{
        for (size_t i = 0; i < used->n_shares; i++)
                for (size_t j = 0; j < from->n_shares; j++) {
                        HostShare *share = &from->shares[j];

                        if (share->id != used->shares[i].id)
                                continue;
                        if (from->resource[0] == 'L')
                                share->value &= ~used->shares[i].value;
                        else
                                share->value -= MIN(share->value, used->shares[i].value);
                }
}

/* Takes what the group in @folder uses from @unused. */
static int subtract_group(const char *root, const char *folder, bool bandwidth, GPtrArray *unused, Error *err)
{
        g_autofree char *text = host_file_text(root, "%s/schemata", folder);
        g_autoptr(GPtrArray) used = text ? host_schemata_parse(folder, text, err) : NULL;

        if (!text)
                return 0; /* no group, or one that went away */
        if (!used)
                return -1;
        for (guint i = 0; i < used->len; i++)
                for (guint j = 0; j < unused->len; j++) {
                        const HostSchema *schema = g_ptr_array_index(used, i);
                        HostSchema *from = g_ptr_array_index(unused, j);

                        if (strcmp(schema->resource, from->resource) == 0 && (bandwidth || from->resource[0] == 'L'))
                                subtract_schema(from, schema);
                }
        return 0;
}

GPtrArray *host_resctrl_unused(const char *root, const HostTopology *topology, const HostResctrl *resctrl, Error *err)
{
        g_autoptr(GPtrArray) unused = whole_host(topology, resctrl);
        g_autofree char *path = g_strconcat(root, FOLDER, NULL);
        g_auto(GStrv) names = NULL;

        if (dir_list(path, NULL, &names, err) < 0 || subtract_group(root, FOLDER, false, unused, err) < 0)
                return NULL;
        for (char **name = names; *name; name++) {
                g_autofree char *folder = g_build_filename(FOLDER, *name, NULL);

                if (subtract_group(root, folder, true, unused, err) < 0)
                        return NULL;
        }
        return g_steal_pointer(&unused);
}

/* Allocation */

static const HostCacheControl *find_control(const HostResctrl *resctrl, const HostWish *wish)
{
        for (size_t i = 0; i < resctrl->n_controls; i++)
                if (resctrl->controls[i].level == wish->level && strcmp(resctrl->controls[i].type, wish->type) == 0)
                        return &resctrl->controls[i];
        return NULL;
}

static uint64_t cache_bytes(const HostTopology *topology, const HostWish *wish)
{
        for (size_t i = 0; i < topology->n_caches; i++)
                if (topology->caches[i].level == wish->level && topology->caches[i].id == wish->id)
                        return topology->caches[i].size_kib * 1024;
        return 0;
}

static HostShare *find_share(const GPtrArray *schemata, const char *resource, unsigned id)
{
        for (guint i = 0; i < schemata->len; i++) {
                HostSchema *schema = g_ptr_array_index(schemata, i);

                for (size_t k = 0; strcmp(schema->resource, resource) == 0 && k < schema->n_shares; k++)
                        if (schema->shares[k].id == id)
                                return &schema->shares[k];
        }
        return NULL;
}

/* How many bits the wish is; 0: an error. */
static unsigned wished_bits(const HostTopology *topology, const HostResctrl *resctrl, const HostWish *wish, Error *err)
{
        const HostCacheControl *control = find_control(resctrl, wish);
        uint64_t whole = cache_bytes(topology, wish), part = 0;

        if (!control || whole == 0) {
                error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                          "Cache allocation for level %u, id %u, type '%s' is not possible on this host", wish->level,
                          wish->id, wish->type);
                return 0;
        }
        part = whole / (uint64_t)__builtin_popcountll(control->mask);
        if (part == 0 || wish->value == 0 || wish->value % part != 0) {
                error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                          "Cache allocation of size %" PRIu64 " is not divisible by granularity %" PRIu64, wish->value,
                          part);
                return 0;
        }
        if (wish->value / part < control->min_bits) {
                error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                          "Cache allocation of size %" PRIu64
                          " is smaller than the minimum allowed allocation %" PRIu64,
                          wish->value, part * control->min_bits);
                return 0;
        }
        return (unsigned)MIN(wish->value / part, MASK_BITS + 1);
}

/* The lowest @n bits of the shortest run of bits in @free that has so many; 0: there is none. */
static uint64_t find_room(uint64_t free, unsigned n)
{
        unsigned best = MASK_BITS + 1, at = 0;

        for (unsigned i = 0; i < MASK_BITS; i++) {
                unsigned length = 0;

                while (i + length < MASK_BITS && free >> (i + length) & 1)
                        length++;
                if (length >= n && length < best) {
                        best = length;
                        at = i;
                }
                i += length;
        }
        if (best > MASK_BITS)
                return 0;
        return (n == MASK_BITS ? UINT64_MAX : (1ULL << n) - 1) << at;
}

static int allocate_cache(const HostTopology *topology, const HostResctrl *resctrl, const HostWish *wish,
                          GPtrArray *unused, GPtrArray *own, Error *err)
{
        unsigned bits = wished_bits(topology, resctrl, wish, err);
        const HostCacheControl *control = bits ? find_control(resctrl, wish) : NULL;
        g_autofree char *resource = control ? resource_of(control) : NULL;
        HostShare *free = resource ? find_share(unused, resource, wish->id) : NULL;
        HostShare *share = resource ? find_share(own, resource, wish->id) : NULL;
        uint64_t room;

        if (!control)
                return -1;
        room = free && share ? find_room(free->value, bits) : 0;
        if (!room)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Not enough room for allocation of %" PRIu64
                                 " bytes for level %u cache %u scope type '%s': other groups of resctrl, the default "
                                 "one among them, have the rest",
                                 wish->value, wish->level, wish->id, wish->type);
        share->value = room;
        free->value &= ~room;
        return 0;
}

static int allocate_bandwidth(const HostResctrl *resctrl, const HostWish *wish, GPtrArray *unused, GPtrArray *own,
                              Error *err)
{
        HostShare *free = find_share(unused, "MB", wish->id), *share = find_share(own, "MB", wish->id);

        if (!resctrl->has_bandwidth || !free || !share)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Memory bandwidth allocation for node %u is not possible on this host", wish->id);
        if (wish->value % resctrl->bandwidth_granularity != 0 || wish->value < resctrl->bandwidth_min)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Memory Bandwidth allocation of size %" PRIu64
                                 " is not divisible by granularity %u, or smaller than the minimum %u",
                                 wish->value, resctrl->bandwidth_granularity, resctrl->bandwidth_min);
        if (wish->value > free->value)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Not enough room for allocation of %" PRIu64
                                 "%% bandwidth on node %u, available bandwidth %" PRIu64 "%%",
                                 wish->value, wish->id, free->value);
        share->value = wish->value;
        free->value -= wish->value;
        return 0;
}

GPtrArray *host_resctrl_allocate(const char *root, const HostTopology *topology, const HostResctrl *resctrl,
                                 const HostWish *wishes, size_t n, Error *err)
{
        g_autofree char *text = host_file_text(root, FOLDER "/schemata");
        g_autoptr(GPtrArray) own = text ? host_schemata_parse(FOLDER "/schemata", text, err) : NULL;
        g_autoptr(GPtrArray) unused = NULL;

        if (!text)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "Resource control is not supported on this host: nothing is mounted at " FOLDER);
        unused = own ? host_resctrl_unused(root, topology, resctrl, err) : NULL;
        if (!unused)
                return NULL;
        for (size_t i = 0; i < n; i++)
                if ((wishes[i].level ? allocate_cache(topology, resctrl, &wishes[i], unused, own, err)
                                     : allocate_bandwidth(resctrl, &wishes[i], unused, own, err)) < 0)
                        return NULL;
        return g_steal_pointer(&own);
}
