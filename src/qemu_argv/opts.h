/* "first,key=value,flag", or {"key": "value", ...}: the value of one option. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct QemuOpts QemuOpts;

/** qemu_opts_parse: @implied is the key of a first item without "=", NULL: there is none. ",," is a comma. An item without "=" has the
 * value "on" (and "noKEY" is KEY=off for the keys that QEMU knows so). */
QemuOpts *qemu_opts_parse(const char *text, const char *implied);
QemuOpts *qemu_opts_free(QemuOpts *opts); /* returns NULL; accepts NULL */
/** qemu_opts_get: NULL if it was not said; the last of several. Borrowed. */
const char *qemu_opts_get(const QemuOpts *opts, const char *key);
/** qemu_opts_set: in place of what was said. */
void qemu_opts_set(QemuOpts *opts, const char *key, const char *value);
/** qemu_opts_is_on: on, yes, true. */
bool qemu_opts_is_on(const QemuOpts *opts, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuOpts, qemu_opts_free)
