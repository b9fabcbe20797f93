/* The rules behind the tables: predicates, settle (may change), check (may not). */
#pragma once

#include "conf/domain.h"

bool pci_address_is_set(const void *s);
bool interface_has_driver(const void *s);
bool rng_is_egd(const void *s);

void domain_init(void *s);
int domain_settle_own(void *s, Error *err);
int domain_check_own(const void *s, Error *err);
