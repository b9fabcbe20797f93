/* Guests as machines of systemd-machined: registered on the system bus, each in a scope of its own. The bus is asked with a
 * deadline; what may be put off is. */
#pragma once

#include "guest/instance.h"

/** machine_offered: whether systemd and its machined are on the bus. One that does not say so in time is not. */
bool machine_offered(const QemuInstance *instance);

/**
 * machine_create: the guest, whose first process is @leader, becomes a machine, and @leader is in its scope. When machined
 * does not answer within the deadline nobody knows what it will do yet: VIR_ERR_OPERATION_TIMEOUT, and @leader has to go.
 */
int machine_create(const QemuInstance *instance, const Domain *live, pid_t leader, Error *err);

/** machine_terminate: what is left of machine @name ends; what fails is logged. */
void machine_terminate(const QemuInstance *instance, const char *name);

/** machine_weigh: systemd keeps @value as @property ("CPUWeight") of @unit, until the unit ends. */
int machine_weigh(const QemuInstance *instance, const char *unit, const char *property, uint64_t value, Error *err);

/** machine_scope: the group, below the trees' tops, where systemd has @pid: "/machine.slice/machine-X.scope". NULL: @pid
 * is in no scope. The caller frees. */
char *machine_scope(pid_t pid, Error *err);
