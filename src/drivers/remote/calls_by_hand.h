/* Operations that are answered by hand; tables.c puts them in place of the generated stubs. */
#pragma once

#include "vireo/driver.h"

const char *remote_connect_get_type(virConnectPtr conn, Error *err);
int remote_connect_is_alive(virConnectPtr conn, Error *err);
int remote_connect_is_encrypted(virConnectPtr conn, Error *err);
int remote_connect_is_secure(virConnectPtr conn, Error *err);
int remote_connect_set_keep_alive(virConnectPtr conn, int interval, unsigned int count, Error *err);
int remote_domain_destroy_flags(virDomainPtr domain, unsigned int flags, Error *err);
int remote_domain_managed_save(virDomainPtr domain, unsigned int flags, Error *err);
int remote_domain_save_flags(virDomainPtr domain, const char *to, const char *dxml, unsigned int flags, Error *err);
