/* Qemu namespace: the names and the rows. Row order is output order. */
#include "conf/qemu_namespace.h"
#include "conf/domain.h"
#include "domain/hooks.h"

ENUM_TABLE(QemuPropertyType, QEMU_PROPERTY_MAX_) = {
        [QEMU_PROPERTY_STRING] = "string", [QEMU_PROPERTY_SIGNED] = "signed", [QEMU_PROPERTY_UNSIGNED] = "unsigned",
        [QEMU_PROPERTY_BOOL] = "bool",     [QEMU_PROPERTY_REMOVE] = "remove",
};

/* A row is a line. */
/* clang-format off */

ROWS(QemuArgument,
     ROW_STRING("@value", QemuArgument, value, .flags = ROW_REQUIRED));

ROWS(QemuEnvironment,
     ROW_STRING("@name",  QemuEnvironment, name, .flags = ROW_REQUIRED),
     ROW_STRING("@value", QemuEnvironment, value));

ROWS(QemuCapability,
     ROW_STRING("@capability", QemuCapability, name, .flags = ROW_REQUIRED));

ROWS(QemuProperty,
     ROW_STRING("@name",  QemuProperty, name, .flags = ROW_REQUIRED),
     ROW_ENUM("@type",    QemuProperty, type, QemuPropertyType, .flags = ROW_REQUIRED),
     ROW_STRING("@value", QemuProperty, value));

ROWS(QemuOverride,
     ROW_STRING("@alias",          QemuOverride, alias, .flags = ROW_REQUIRED),
     ROW_LIST("frontend/property", QemuOverride, properties, QemuProperty));

ROWS(QemuNamespace,
     ROW_LIST("commandline/arg",         QemuNamespace, arguments, QemuArgument),
     ROW_LIST("commandline/env",         QemuNamespace, environment, QemuEnvironment),
     ROW_LIST("capabilities/add",        QemuNamespace, capabilities_added, QemuCapability),
     ROW_LIST("capabilities/del",        QemuNamespace, capabilities_removed, QemuCapability),
     ROW_LIST("override/device",         QemuNamespace, overrides, QemuOverride),
     ROW_STRING("deprecation/@behavior", QemuNamespace, deprecation));

/* clang-format on */

const RowNamespace qemu_namespace = {
        .owner = &Domain_rows,
        .uri = "http://libvirt.org/schemas/domain/qemu/1.0",
        .prefix = "qemu",
        .rows = &QemuNamespace_rows,
};
