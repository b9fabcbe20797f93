/* Writing a configuration file of xl or xm: what its parts share. */
#pragma once

#include "config.h"
#include "formats.h"
#include "conf/driver_namespaces.h"

typedef struct ConfigWriter {
        XenDialect dialect;
        const XenPlaces *places;
        const Domain *d;
        GString *out;
} ConfigWriter;

/** config_put_text: @value where there is one. */
void config_put_text(const ConfigWriter *w, const char *key, const char *value);
/** config_put_each: the list at @key, of what @func makes of the @n elements of @size bytes at @array; NULL with an
 * untouched @err: not this one. */
int config_put_each(const ConfigWriter *w, const char *key, const void *array, size_t n, size_t size,
                    char *(*func)(const ConfigWriter *w, const void *element, Error *err), Error *err);

/* In the order in which they stand in the file. xl_write.c */
void xl_write_features(const ConfigWriter *w);
void xl_write_firmware(const ConfigWriter *w);
void xl_write_cpu(const ConfigWriter *w);
int xl_write_devices(const ConfigWriter *w, Error *err);

/* config_graphics.c */
void config_write_graphics(const ConfigWriter *w);
void xl_write_spice(const ConfigWriter *w);
