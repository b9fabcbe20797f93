/* All objects of one kind that a driver has, by name and uuid: pools, networks, node devices. What an object is, is a
 * document; whether it is active, persistent and starts by itself is the same for all of them.
 *
 * Each object has a lane for changes and publishes an immutable snapshot (NamedView). Readers take a reference and never
 * wait; the job on the lane changes a private copy that is published when it succeeds. (Domains have a list of their
 * own, with ids, states and cached texts: conf/domain_list.h.) */
#pragma once

#include "conf/document.h"
#include "util/lane.h"

typedef struct NamedList NamedList;
typedef struct NamedEntry NamedEntry;

/* What the list has to know about a kind of objects. */
typedef struct NamedKind {
        const DocumentKind *document;
        const char *what;                                   /* "storage pool": in "no storage pool with matching ..." */
        const char *short_what;                             /* "pool": in "pool 'x' already exists with uuid ..." */
        int error_domain;                                   /* VIR_FROM_... of what the list refuses */
        int not_found;                                      /* VIR_ERR_NO_... */
        const char *(*name)(const void *document);          /* borrowed */
        const unsigned char *(*uuid)(const void *document); /* NULL: objects of this kind have none */
        void *(*extra_copy)(const void *extra);             /* NamedView.extra; both NULL: there is none */
        void (*extra_free)(void *extra);
} NamedKind;

/* What readers see. Never changed after it was published. */
typedef struct NamedView {
        int refs; /* atomic */
        const NamedKind *kind;
        bool persistent, autostart;
        void *live;   /* the document in use; NULL: not active */
        void *config; /* the stored document; NULL: not persistent */
        void *extra;  /* the driver's own */
} NamedView;

/* What becomes of events: the driver's hub, which the list does not know. */
typedef struct NamedEvents {
        void *hub;
        void (*emit)(void *hub, void *event); /* takes over @event */
        void (*drop)(void *event);
} NamedEvents;

/** named_list_new: @events is copied; NULL: nobody listens, and no change brings events. */
NamedList *named_list_new(const NamedKind *kind, const NamedEvents *events);
NamedList *named_list_free(NamedList *list); /* after its last entry went; returns NULL */

NamedEntry *named_entry_ref(NamedEntry *entry);
NamedEntry *named_entry_unref(NamedEntry *entry); /* returns NULL */
const char *named_entry_name(const NamedEntry *entry);
const unsigned char *named_entry_uuid(const NamedEntry *entry); /* zero where the kind has none */

/* Finding. A new reference or NULL. */
NamedEntry *named_list_find(NamedList *list, const char *name);
NamedEntry *named_list_find_uuid(NamedList *list, const unsigned char *uuid);
/** named_list_need: "no storage pool with matching name '...'". */
NamedEntry *named_list_need(NamedList *list, const char *name, Error *err);
NamedEntry *named_list_need_uuid(NamedList *list, const unsigned char *uuid, Error *err);
/** named_list_all: all entries with a view, by name; unreferences them when it is freed. */
GPtrArray *named_list_all(NamedList *list);

NamedView *named_view_get(NamedEntry *entry); /* a new reference; NULL before the first change and after removal */
NamedView *named_view_unref(NamedView *view); /* returns NULL */
/** named_view_document: what is in use, else what is stored; with @config the other way round. Borrowed. */
const void *named_view_document(const NamedView *view, bool config);

/* A change, running on the object's lane. */
typedef struct NamedJob {
        NamedEntry *entry;
        NamedView *view; /* private: to be changed; its documents are owned by it */
        const void *input;
        bool remove;       /* set: the object goes */
        GPtrArray *events; /* emitted once the change is published */
} NamedJob;

typedef int (*NamedChange)(NamedJob *job, Error *err);

/** named_change: run @change when its turn comes. @name says who holds the lane in messages. */
int named_change(NamedList *list, NamedEntry *entry, const char *name, NamedChange change, const void *input,
                 Error *err);

/**
 * named_define: @document (taken over) is stored as the definition of the object of that name, which is made if there is none.
 * VIR_ERR_OPERATION_FAILED when name and uuid belong to different objects.
 * @change runs as part of it (NULL: nothing more) with the document in place. Returns a new reference.
 */
NamedEntry *named_define(NamedList *list, void *document, NamedChange change, const void *input, Error *err);
/**
 * named_create: @document (taken over) is in use from now on. VIR_ERR_OPERATION_FAILED as named_define(), and
 * VIR_ERR_OPERATION_INVALID when the object is active.
 */
NamedEntry *named_create(NamedList *list, void *document, NamedChange change, const void *input, Error *err);

/* Changes that all kinds have in common; others call them, or run them as they are. */
int named_start(NamedJob *job, Error *err);    /* "... is active" */
int named_stop(NamedJob *job, Error *err);     /* "... is not active"; one that is not stored goes */
int named_undefine(NamedJob *job, Error *err); /* what is active goes on, but is not stored any more */
int named_need_active(const NamedView *view, const NamedEntry *entry, Error *err);
int named_need_inactive(const NamedView *view, const NamedEntry *entry, Error *err);
/** named_set_autostart: @job->input: const int *. */
int named_set_autostart(NamedJob *job, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NamedEntry, named_entry_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NamedView, named_view_unref)
