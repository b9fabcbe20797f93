/* Reading a configuration file of xl or xm: what its parts share. */
#pragma once

#include "config.h"
#include "formats.h"
#include "conf/driver_namespaces.h"

typedef struct ConfigReader {
        XenDialect dialect;
        const XenPlaces *places;
        const Config *config;
        Domain *d;
} ConfigReader;

/** config_each: @func for each string of the list at @key. */
int config_each(const ConfigReader *r, const char *key, int (*func)(Domain *d, const char *text, Error *err),
                Error *err);
/** config_take: the string at @key, copied to *member when it is there. */
int config_take(const ConfigReader *r, const char *key, char **member, Error *err);

/** config_read_machine: firmware, kernel, features, processors, clock. */
int config_read_machine(const ConfigReader *r, Error *err);
int config_read_graphics(const ConfigReader *r, Error *err);
/** xl_read_own: what xl alone has. */
int xl_read_own(const ConfigReader *r, Error *err);
/** xl_cpuid_read: "host,tm=0,sse3=1" */
int xl_cpuid_read(Domain *d, const char *text, Error *err);
