/* What two hosts tell each other about a domain of QEMU that moves from one to the other, and what a saved image keeps
 * beside the definition. */
#pragma once

#include "conf/domain.h"
#include "conf/snapshot.h"

typedef struct CookieFeature {
        char *name; /* that the other side must know: "lockstate" */
} CookieFeature;
extern const Rows CookieFeature_rows;

/* The display that clients are sent to. */
typedef struct CookieGraphics {
        char *type;
        unsigned port;
        char *listen;
        OptInt tls_port;
        char *certificate; /* subject */
} CookieGraphics;
extern const Rows CookieGraphics_rows;

typedef struct CookieInterface {
        unsigned index;
        char *port_type;
        char *port_data;
} CookieInterface;
extern const Rows CookieInterface_rows;

typedef struct CookieDisk {
        char *target;
        uint64_t capacity;
} CookieDisk;
extern const Rows CookieDisk_rows;

typedef struct CookieNbd {
        unsigned port;
        CookieDisk *disks;
        size_t n_disks;
} CookieNbd;
extern const Rows CookieNbd_rows;

typedef struct CookieCapability {
        char *name;
        YesNo automatic; /* switched on without being asked for */
} CookieCapability;
extern const Rows CookieCapability_rows;

typedef struct CookieBitmap {
        char *name;
        char *alias;
} CookieBitmap;
extern const Rows CookieBitmap_rows;

typedef struct CookieBitmaps {
        char *target;
        CookieBitmap *bitmaps;
        size_t n_bitmaps;
} CookieBitmaps;
extern const Rows CookieBitmaps_rows;

/* A number about how the move went: its name is that of the element. */
typedef struct CookieStatistic {
        char *name;
        char *value;
} CookieStatistic;
extern const Rows CookieStatistic_rows;

typedef struct MigrationCookie {
        char *name;
        Uuid uuid;
        char *hostname;
        Uuid hostuuid;
        CookieFeature *features;
        size_t n_features;
        struct CookieGraphics *graphics;
        char *lock_driver;
        char *lock_leases;
        struct Domain *domain; /* the persistent definition */
        CookieInterface *interfaces;
        size_t n_interfaces;
        struct CookieNbd *nbd;
        CookieStatistic *statistics;
        size_t n_statistics;
        struct Cpu *cpu;
        YesNo allow_reboot;
        CookieCapability *capabilities;
        size_t n_capabilities;
        CookieBitmaps *bitmaps;
        size_t n_bitmaps;
} MigrationCookie;
extern const Rows MigrationCookie_rows;

DOCUMENT_DECLARE(MigrationCookie, migration_cookie);
/* Behind the definition in a saved image. */
DOCUMENT_DECLARE(SaveCookie, save_cookie);
