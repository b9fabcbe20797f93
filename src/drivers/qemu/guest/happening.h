/* What QEMU tells by itself about one guest: an event's handler, as a job of the guest's lane, gets it with the domain
 * as it is at that moment. */
#pragma once

#include "guest/instance.h"
#include "vireo/events.h"

typedef struct Happening {
        Guest *guest;
        DomainView *view;
        const char *name; /* the domain's */
        const unsigned char *uuid;
        EventHub *hub;
        const Json *data;
        const char *event; /* QEMU's name of it */
} Happening;

/* device_events.c: what concerns a device and leaves the guest's state as it is. */
void on_rtc_change(const Happening *h);
void on_balloon_change(const Happening *h);
void on_device_deleted(const Happening *h);
void on_unplug_error(const Happening *h);
void on_acpi_ost(const Happening *h);
void on_tray_moved(const Happening *h);
void on_serial_port(const Happening *h);
void on_memory_size(const Happening *h);
void on_memory_failure(const Happening *h);
void on_write_threshold(const Happening *h);
void on_display(const Happening *h);

/** disk_of: by QEMU's names for it: the device's or its place in the tree of objects. NULL: none. */
const Disk *happening_disk(const Happening *h, const char *alias, const char *qom_path);
