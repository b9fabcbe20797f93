/* What the host shares out of its caches and its memory bandwidth: the resctrl file system.
 *
 * @root as in util/host.h. A host without resctrl has an empty one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/host.h"

/* How the caches of one level are cut: into one part for each bit of the mask. */
typedef struct HostCacheControl {
        unsigned level;
        const char *type; /* "both", "code" or "data"; static */
        uint64_t mask;    /* all parts */
        unsigned min_bits;
        unsigned max_allocations;
} HostCacheControl;

typedef struct HostResctrl {
        HostCacheControl *controls; /* by level, then both, code, data */
        size_t n_controls;
        bool has_bandwidth; /* memory bandwidth of CPUs, by the third-level cache that they share, in percent */
        unsigned bandwidth_granularity, bandwidth_min, bandwidth_max_allocations;
        bool has_monitor;
        unsigned monitor_threshold, monitor_max;
        char **monitor_features; /* as the kernel names them */
} HostResctrl;

HostResctrl *host_resctrl(const char *root);
HostResctrl *host_resctrl_free(HostResctrl *resctrl); /* returns NULL; accepts NULL */

/* A line of a schemata file: what of the caches (bits) or the bandwidth (percent) a group may use. */
typedef struct HostShare {
        unsigned id; /* of the cache */
        uint64_t value;
} HostShare;

typedef struct HostSchema {
        char *resource; /* "L3", "L3CODE", "MB" */
        HostShare *shares;
        size_t n_shares;
} HostSchema;

/** host_schemata_parse: the lines of @text as an array of HostSchema that frees them; @name is for messages. */
GPtrArray *host_schemata_parse(const char *name, const char *text, Error *err);
char *host_schemata_format(const HostResctrl *resctrl, const GPtrArray *schemata); /* the caller frees */

/** host_resctrl_unused: what no group of this host uses, of all caches in @topology; an array as above. The bandwidth
 * that the default group may use counts as unused: it is what the others leave. */
GPtrArray *host_resctrl_unused(const char *root, const HostTopology *topology, const HostResctrl *resctrl, Error *err);

/* What a new group is to have for itself: of the cache @id of a level, or of the bandwidth of the CPUs behind it. */
typedef struct HostWish {
        unsigned level;   /* 0: bandwidth */
        const char *type; /* "both", "code" or "data" */
        unsigned id;
        uint64_t value; /* bytes, or percent */
} HostWish;

/** host_resctrl_allocate: the schemata of a new group: what it wishes is nobody else's, of the rest it has what the
 * default group has. The smallest room that is large enough is taken. VIR_ERR_CONFIG_UNSUPPORTED: this host cannot share
 * that out, or has not so much left. */
GPtrArray *host_resctrl_allocate(const char *root, const HostTopology *topology, const HostResctrl *resctrl,
                                 const HostWish *wishes, size_t n, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostResctrl, host_resctrl_free)
