/* Which files and devices of the host a guest is given: told once, for owners and labels, for the private /dev, for the
 * search for obstacles before a start. What comes to the hypervisor as a descriptor is not among them. */
#pragma once

#include <stdbool.h>

#include "conf/domain.h"

enum {
        DOMAIN_FILE_WRITE = 1 << 0,    /* the guest may change it */
        DOMAIN_FILE_SHARED = 1 << 1,   /* others may use it too: its owner is not remembered, nor given back */
        DOMAIN_FILE_KEEP = 1 << 2,     /* its owner stays what it is */
        DOMAIN_FILE_IF_OURS = 1 << 3,  /* its owner is changed only in a private /dev: all guests use the one device */
        DOMAIN_FILE_MAY_MISS = 1 << 4, /* it need not be there */
        DOMAIN_FILE_NO_RESTORE = 1 << 5, /* its owner is not given back */
        DOMAIN_FILE_DESCRIPTOR = 1 << 6  /* of somebody who has it open: only its label is changed */
};

/* Who has a file, among all guests of all daemons of the host. */
typedef struct Holder {
        char name[33]; /* "": nobody in particular */
} Holder;

/** holder_name: the guest @uuid of the daemon that keeps what it knows of its guests in @folder. */
void holder_name(Holder *ret, const char *folder, const Uuid *uuid);

typedef struct DomainFile {
        char *path;
        unsigned flags;
        const char *what;             /* "disk 'vda'": for messages; may be NULL */
        const SourceSeclabel *labels; /* of the device; borrowed from the document */
        size_t n_labels;
        char **before; /* of a descriptor: where its label is kept meanwhile; NULL: it is not given back */
} DomainFile;

/* An array of DomainFile. Borrows labels from the definitions that were added. */
typedef GPtrArray DomainFiles;

DomainFiles *domain_files_new(void);
void domain_files_free(DomainFiles *files); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainFiles, domain_files_free)

/** domain_files_add: one path by itself. Each path is listed once. */
void domain_files_add(DomainFiles *files, const char *path, unsigned flags);

/** domain_files_descriptor: a file that stands for @source, open as our @fd, which stays open while @files are there.
 * @before: see DomainFile. */
void domain_files_descriptor(DomainFiles *files, int fd, const Source *source, bool writable, char **before);

/** domain_files_append: those of @more as well. */
void domain_files_append(DomainFiles *files, const DomainFiles *more);
/** domain_files_subtract: leave out of @files what @keep has too: another device still uses it. */
void domain_files_subtract(DomainFiles *files, const DomainFiles *keep);

/** domain_file_is_node: a device node below /dev, which a guest with a /dev of its own gets a copy of. */
bool domain_file_is_node(const char *path);

/** domain_files_all: of the whole definition. @root stands for "/" where the host's devices are looked up;
 * NULL: "". */
void domain_files_all(DomainFiles *files, const Domain *domain, const char *root);

/* Of one device; see DeviceInfo for which those are. */
void domain_files_disk(DomainFiles *files, const Disk *disk);
/** domain_files_image: one image and those below it. @shared: see DOMAIN_FILE_SHARED; of those below it always holds. */
void domain_files_image(DomainFiles *files, const Source *source, const BackingStore *backing, bool readonly,
                        bool shared);
void domain_files_hostdev(DomainFiles *files, const Hostdev *hostdev, const char *root);
void domain_files_chardev(DomainFiles *files, const Chardev *chardev);
void domain_files_input(DomainFiles *files, const Input *input);
void domain_files_memory(DomainFiles *files, const MemoryDevice *memory);
void domain_files_rng(DomainFiles *files, const Rng *rng);
void domain_files_tpm(DomainFiles *files, const Tpm *tpm);
