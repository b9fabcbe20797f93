/* What a domain says to QEMU alone: <qemu:commandline> and its neighbours. */
#pragma once

#include "conf/rows.h"

typedef enum COMPACT {
        QEMU_PROPERTY_NONE,
        QEMU_PROPERTY_STRING,
        QEMU_PROPERTY_SIGNED,
        QEMU_PROPERTY_UNSIGNED,
        QEMU_PROPERTY_BOOL,
        QEMU_PROPERTY_REMOVE,
        QEMU_PROPERTY_MAX_
} QemuPropertyType;
extern const char *const QemuPropertyType_names[];

typedef struct QemuArgument {
        char *value;
} QemuArgument;
extern const Rows QemuArgument_rows;

typedef struct QemuEnvironment {
        char *name;
        char *value;
} QemuEnvironment;
extern const Rows QemuEnvironment_rows;

typedef struct QemuCapability {
        char *name;
} QemuCapability;
extern const Rows QemuCapability_rows;

typedef struct QemuProperty {
        char *name;
        QemuPropertyType type;
        char *value;
} QemuProperty;
extern const Rows QemuProperty_rows;

/* Of one device. */
typedef struct QemuOverride {
        char *alias;
        QemuProperty *properties;
        size_t n_properties;
} QemuOverride;
extern const Rows QemuOverride_rows;

typedef struct QemuNamespace {
        QemuArgument *arguments;
        size_t n_arguments;
        QemuEnvironment *environment;
        size_t n_environment;
        QemuCapability *capabilities_added;
        size_t n_capabilities_added;
        QemuCapability *capabilities_removed;
        size_t n_capabilities_removed;
        QemuOverride *overrides;
        size_t n_overrides;
        char *deprecation;
} QemuNamespace;
extern const Rows QemuNamespace_rows;

/** The namespace; a driver that understands it calls rows_register(&qemu_namespace) once. The content of
 * domain->extra is then a QemuNamespace. */
extern const RowNamespace qemu_namespace;
