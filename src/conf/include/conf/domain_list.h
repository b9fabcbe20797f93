/* All domains of one driver instance, and the answers to everything that only reads.
 *
 * Each domain has a lane for changes and publishes an immutable snapshot (DomainView). Readers take a reference to the
 * view and never wait; the running job of the lane builds a new view and publishes it. Lookups are by uuid, name, id. */
#pragma once

#include "conf/domain.h"
#include "util/lane.h"
#include "vireo/calls.h"
#include "vireo/event.h"

typedef struct DomainList DomainList;
typedef struct DomainEntry DomainEntry;

/* What readers see. Never changed after domain_publish(). Definitions are shared by reference. */
typedef struct DomainView {
        int refs;
        int id;     /* -1: not running */
        int state;  /* virDomainState */
        int reason; /* virDomain...Reason of that state */
        bool persistent, autostart, updated, has_managed_save;
        Domain *config;      /* the definition for the next start; of a running transient domain NULL */
        Domain *live;        /* the definition that runs; NULL when not running */
        uint64_t memory_kib; /* current balloon; 0: as defined */
        uint64_t started_ns; /* CLOCK_REALTIME */
        pid_t pid;           /* 0: none */
        int error_domain;    /* as in the hooks */
        void *driver;        /* the driver's own snapshot, with its free function in DomainListHooks */
} DomainView;

typedef struct DomainListHooks {
        int error_domain;                       /* virErrorDomain of what the list and the reading calls report */
        void (*view_free)(void *driver);        /* DomainView.driver */
        void *(*view_copy)(const void *driver); /* for domain_view_edit(); NULL: not carried over */
        void (*entry_free)(void *driver);       /* DomainEntry's driver pointer */
        const struct DomainRules *rules;        /* of the hypervisor, for the migratable form; NULL: none */
} DomainListHooks;

DomainList *domain_list_new(const DomainListHooks *hooks, EventHub *hub);
DomainList *domain_list_free(DomainList *list); /* after its last view and entry went; returns NULL */
EventHub *domain_list_hub(DomainList *list);    /* borrowed */
int domain_list_error_domain(const DomainList *list);
const struct DomainRules *domain_list_rules(const DomainList *list);

/* Entries are reference counted; a removed one stays usable for those who hold it. */
DomainEntry *domain_entry_ref(DomainEntry *entry);
DomainEntry *domain_entry_unref(DomainEntry *entry);
const char *domain_entry_name(const DomainEntry *entry);
const unsigned char *domain_entry_uuid(const DomainEntry *entry);
Lane *domain_entry_lane(const DomainEntry *entry);
void *domain_entry_driver(const DomainEntry *entry);
void domain_entry_set_driver(DomainEntry *entry, void *driver);
bool domain_entry_is_removed(const DomainEntry *entry);

/* Finding. A new reference or NULL. */
DomainEntry *domain_list_find_uuid(DomainList *list, const unsigned char *uuid);
DomainEntry *domain_list_find_name(DomainList *list, const char *name);
DomainEntry *domain_list_find_id(DomainList *list, int id);
/** domain_list_find: of a handle; VIR_ERR_NO_DOMAIN "no domain with matching uuid '...' (name)" when it is gone. */
DomainEntry *domain_list_find(DomainList *list, virDomainPtr domain, Error *err);
/** domain_list_all: references to every entry, sorted by name; NULL-terminated; free with domain_entries_free(). */
DomainEntry **domain_list_all(DomainList *list, size_t *ret_n);
void domain_entries_free(DomainEntry **entries);
/** domain_list_next_id: the next unused id, from 1. */
int domain_list_next_id(DomainList *list);
void domain_list_reserve_id(DomainList *list, int id); /* ids found running stay taken */

/* Results of domain_list_claim(). */
enum { DOMAIN_CLAIMED_NEW, DOMAIN_CLAIMED_OLD };

/**
 * domain_list_claim: the entry that @definition belongs to (same uuid and name), or a new one without a view.
 * VIR_ERR_OPERATION_FAILED "domain 'x' already exists with uuid ..." / "domain is already defined with uuid ..."
 * when name and uuid belong to different domains. A new entry becomes visible with its first view.
 */
int domain_list_claim(DomainList *list, const Domain *definition, DomainEntry **ret_entry, Error *err);
/** domain_list_remove: out of the list, events follow from the caller. */
void domain_list_remove(DomainList *list, DomainEntry *entry);
/** domain_list_rename: inside a job of the entry's lane. VIR_ERR_OPERATION_INVALID when the name is taken. */
int domain_list_rename(DomainList *list, DomainEntry *entry, const char *name, Error *err);

/* Views. */
DomainView *domain_view_get(DomainEntry *entry); /* a new reference; NULL before the first publish and after removal */
DomainView *domain_view_unref(DomainView *view);
/** domain_view_edit: a private copy of the current view (or an empty one) to change, then publish. Lane job only. */
DomainView *domain_view_edit(DomainEntry *entry);
/** domain_publish: @view (taken over) is what readers see from now on. */
void domain_publish(DomainEntry *entry, DomainView *view);

/** domain_text_get, domain_text_keep: the document of @view as plain readers see it, if it was formatted lately. */
char *domain_text_get(DomainList *list, const DomainView *view);
void domain_text_keep(DomainList *list, DomainView *view, const char *text);

/** domain_handle: a public handle for @entry on @conn. */
virDomainPtr domain_handle(virConnectPtr conn, DomainEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainEntry, domain_entry_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainView, domain_view_unref)

/* What conn->state[FAMILY_HYPERVISOR] of a driver must begin with, for the ready-made reading calls of
 * conf/domain_list_calls.h. */
typedef struct DomainListState {
        DomainList *domains;
} DomainListState;
