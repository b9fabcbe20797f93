/* The pieces of the fake driver. */
#pragma once

#include "vireo/driver.h"

/** fake_migration_calls: fill in the operations of migration. */
void fake_migration_calls(HypervisorCalls *calls);
char *fake_steps(virConnectPtr conn, unsigned flags, Error *err);
int fake_supports(virConnectPtr conn, int feature, Error *err);
