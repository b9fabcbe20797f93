/* Parts of SELinux's labels (selinux.c); for its driver and its test. */
#pragma once

#include "security/mac.h"

/* What the host's policy has for virtual machines: contexts without categories. The strings are owned. */
typedef struct SelinuxContexts {
        char *kvm, *tcg;      /* of processes */
        char *image, *shared; /* of files a guest may write, alone or with others */
        char *content;        /* of files it may read */
} SelinuxContexts;

/** selinux_contexts: from the two files in @folder (/etc/selinux/TYPE/contexts). */
int selinux_contexts(const char *folder, SelinuxContexts *ret, Error *err);
void selinux_contexts_done(SelinuxContexts *contexts);

/** selinux_categories: two of those that @range (of a process, "s0-s0:c0.c1023") has, as "s0:c5,c9", that no label of
 * @used has. The caller frees. */
char *selinux_categories(const char *range, GHashTable *used, Error *err);
/** selinux_range: of @context (its levels and categories); NULL: it has none. Borrowed. */
const char *selinux_range(const char *context);
/** selinux_with_range: @context with another range; one without a range stays without. The caller frees. */
char *selinux_with_range(const char *context, const char *range);

/** selinux_image_label: what the files of a guest with @label (of its process) have. The caller frees. */
char *selinux_image_label(const SelinuxContexts *contexts, const char *label);
/** selinux_transition: what policy gives a process of @own that runs a file of @file, as the kernel says, whose files
 * are in @kernel (/sys/fs/selinux). The caller frees. */
char *selinux_transition(const char *kernel, const char *own, const char *file, Error *err);
/** selinux_program: what @program (its file) takes when it works for a guest of @label. The caller frees. */
char *selinux_program(const char *label, const char *program, Error *err);
/** selinux_label: what @path has; NULL: nothing. The caller frees. */
char *selinux_label(const char *path);
/** selinux_own: @path and all below it have @label; what is not there has none. Links are not followed. */
int selinux_own(const char *path, const char *label, Error *err);

/** selinux_file_label: what @file is to have; NULL: as it is. Borrowed. */
const char *selinux_file_label(const SelinuxContexts *contexts, const Seclabel *label, const DomainFile *file);

/** selinux_default: what policy says that @path has; NULL: unknown, or this build does not ask. The caller frees. */
char *selinux_default(const char *path, mode_t mode);

/* The files of one guest, and how to treat them. */
typedef struct SelinuxFiles {
        const SelinuxContexts *contexts;
        const Seclabel *label;
        const DomainFiles *files;
        bool remember, private_dev; /* as in MacGuest */
        Holder holder;
} SelinuxFiles;

/** selinux_set: all of them or none. */
int selinux_set(const SelinuxFiles *files, Error *err);
/** selinux_restore: as far as it goes; what does not is logged. With @known, what nobody remembers stays. */
void selinux_restore(const SelinuxFiles *files, bool known);
void selinux_claim(const SelinuxFiles *files); /* as mac_claim() */
