/* What a driver of mandatory access control is. Calls are for guests that have a label of it. */
#pragma once

#include "security/mac.h"

struct MacDriver {
        const char *model;
        bool (*is_in_force)(void);
        char *(*base_label)(bool kvm); /* NULL: it has none */
        /* A label of its own for @live, which asks for none by name: label and imagelabel. */
        int (*choose)(const Domain *live, Seclabel *label, GHashTable *used, Error *err);
        /* A label that was given by name: imagelabel, if it has none. May be NULL. */
        int (*fit)(Seclabel *label, Error *err);
        int (*begin)(const MacGuest *guest, const Seclabel *label, Error *err);
        int (*grant)(const MacGuest *guest, const Seclabel *label, const DomainFiles *fresh, Error *err);
        int (*withdraw)(const MacGuest *guest, const Seclabel *label, const DomainFiles *gone, Error *err);
        void (*end)(const MacGuest *guest, const Seclabel *label, bool half);
        void (*claim)(const MacGuest *guest, const Seclabel *label); /* may be NULL: nothing is counted */
        char *(*exec_text)(const Seclabel *label);
        /* For @program (its file) beside the guest's own; *ret stays NULL where policy gives the right one by itself.
         * May be NULL: as the guest's own. */
        int (*program_text)(const Seclabel *label, const char *program, char **ret, Error *err);
        /* @path and what is below it become files of the guest's. May be NULL: they have no label. */
        int (*own)(const Seclabel *label, const char *path, Error *err);
        char *(*file_label)(const char *path);                              /* may be NULL: files have none */
        char *(*socket_text)(const Seclabel *label);                        /* may be NULL: sockets have none */
        char *(*node_label)(const Seclabel *label, const DomainFile *file); /* may be NULL: nodes have none */
};

extern const MacDriver mac_apparmor, mac_selinux;
