/* The reading calls of a hypervisor driver, answered from the published views: put them into the driver's table.
 *
 * They find the list through the connection: conn->state[FAMILY_HYPERVISOR] must point to a struct that begins with a
 * DomainListState. None of them waits for anything. A driver may leave one out and bring its own. */
#pragma once

#include "conf/domain_list.h"

int domain_calls_list_all_domains(virConnectPtr conn, virDomainPtr **domains, unsigned int flags, Error *err);
virDomainPtr domain_calls_lookup_by_id(virConnectPtr conn, int id, Error *err);
virDomainPtr domain_calls_lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid, Error *err);
virDomainPtr domain_calls_lookup_by_name(virConnectPtr conn, const char *name, Error *err);
char *domain_calls_get_xml_desc(virDomainPtr domain, unsigned int flags, Error *err);
int domain_calls_get_state(virDomainPtr domain, int *state, int *reason, unsigned int flags, Error *err);
int domain_calls_is_active(virDomainPtr domain, Error *err);
int domain_calls_is_persistent(virDomainPtr domain, Error *err);
int domain_calls_is_updated(virDomainPtr domain, Error *err);
int domain_calls_get_autostart(virDomainPtr domain, int *autostart, Error *err);
char *domain_calls_get_os_type(virDomainPtr domain, Error *err);
unsigned long domain_calls_get_max_memory(virDomainPtr domain, Error *err);
int domain_calls_get_vcpus_flags(virDomainPtr domain, unsigned int flags, Error *err);
int domain_calls_has_managed_save_image(virDomainPtr domain, unsigned int flags, Error *err);
char *domain_calls_get_metadata(virDomainPtr domain, int type, const char *uri, unsigned int flags, Error *err);

/* For HypervisorCalls tables: `static const HypervisorCalls calls = { DOMAIN_LIST_CALLS, .domain_create... }`. Without
 * domain_calls_get_xml_desc() and domain_calls_get_vcpus_flags(): a driver may know more about a running domain than its
 * definition. */
#define DOMAIN_LIST_CALLS                                                                                              \
        .connect_list_all_domains = domain_calls_list_all_domains, .domain_lookup_by_id = domain_calls_lookup_by_id,   \
        .domain_lookup_by_uuid = domain_calls_lookup_by_uuid, .domain_lookup_by_name = domain_calls_lookup_by_name,    \
        .domain_get_state = domain_calls_get_state, .domain_is_active = domain_calls_is_active,                        \
        .domain_is_persistent = domain_calls_is_persistent, .domain_is_updated = domain_calls_is_updated,              \
        .domain_get_autostart = domain_calls_get_autostart, .domain_get_max_memory = domain_calls_get_max_memory,      \
        .domain_has_managed_save_image = domain_calls_has_managed_save_image,                                          \
        .domain_get_metadata = domain_calls_get_metadata

/** domain_view_of: the view of a handle's domain; VIR_ERR_NO_DOMAIN when it is gone. */
DomainView *domain_view_of(virDomainPtr domain, Error *err);
/** domain_view_active: as domain_view_of(), and VIR_ERR_OPERATION_INVALID "domain is not running" when it is not. */
DomainView *domain_view_active(virDomainPtr domain, Error *err);
/** domain_view_current: the definition in force: the live one, else the stored one. Borrowed. */
const Domain *domain_view_current(const DomainView *view);
/** domain_view_pick: the definition that VIR_DOMAIN_AFFECT_{CURRENT,LIVE,CONFIG} in @flags mean; borrowed. Errors as
 * libvirt's: "domain is not running", "transient domains do not have any persistent config". */
const Domain *domain_view_pick(const DomainView *view, unsigned flags, Error *err);
