/* Xen's own descriptions of a guest, to and from the domain document: files of xl, files of xm (xend's tool), and the
 * S-expressions of xend. Sees conf/ and util/ only; needs no Xen. */
#pragma once

#include "conf/domain.h"

typedef enum { XEN_XL, XEN_XM } XenDialect;

/* Where a host keeps what a file may leave out. NULL: as Xen installs it. */
typedef struct XenPlaces {
        const char *loader;          /* hvmloader; "/usr/lib/xen/boot/hvmloader" */
        const char *firmware_folder; /* of ovmf.bin; "/usr/lib/xen/boot" */
} XenPlaces;

/* Generations of xend's S-expressions. */
enum { XEND_3_0_2 = 1, XEND_3_0_3, XEND_3_0_4, XEND_3_1_0, XEND_VERSION_MAX_ };

/**
 * xen_config_read: a new definition from @length bytes of a configuration file, not settled: domain_settle_for() with
 * xen_rules does that. @name stands for the file in messages. VIR_ERR_CONF_SYNTAX, VIR_ERR_INTERNAL_ERROR for values
 * without meaning, as libvirt has it.
 */
int xen_config_read(XenDialect dialect, const XenPlaces *places, const char *name, const char *text, size_t length,
                    Domain **ret, Error *err);
/** xen_config_write: the file; the caller frees. @d is settled by xen_rules. VIR_ERR_CONFIG_UNSUPPORTED names what the
 * format cannot say. */
char *xen_config_write(XenDialect dialect, const XenPlaces *places, const Domain *d, Error *err);

/** xen_sexpr_read: a new definition, as xend reports it, not settled. @version: XEND_*. VIR_ERR_SEXPR_SERIAL. */
int xen_sexpr_read(const char *text, size_t length, int version, Domain **ret, Error *err);
/** xen_sexpr_write: what creates @d (settled by xen_rules); the caller frees. */
char *xen_sexpr_write(const Domain *d, int version, Error *err);
