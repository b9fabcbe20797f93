/* What the two files of the named list share. */
#pragma once

#include <pthread.h>

#include "conf/named_list.h"

struct NamedEntry {
        int refs; /* atomic */
        const NamedKind *kind;
        char *name;
        Uuid uuid;
        Lane *lane;
        bool removed; /* on the lane only */
        pthread_mutex_t lock;
        NamedView *view; /* under lock */
};

struct NamedList {
        const NamedKind *kind;
        NamedEvents events;
        pthread_mutex_t lock;
        GHashTable *by_name; /* under lock: NamedEntry, one reference each */
};

/* As named_list_find(), but for entries that are being made as well. */
/** named_list_claim: the entry that @document belongs to, made if there is none. */
NamedEntry *named_list_claim(NamedList *list, const void *document, Error *err);
void named_list_remove(NamedList *list, NamedEntry *entry);
NamedView *named_view_edit(NamedEntry *entry); /* a private copy */
/** named_view_publish: takes over @view. */
void named_view_publish(NamedEntry *entry, NamedView *view);
