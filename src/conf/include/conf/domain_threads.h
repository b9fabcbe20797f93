/* The threads of a guest, as its definition has them: which there are, and which processors of the host they may use. */
#pragma once

#include "conf/domain.h"

/** domain_find_iothread: the index of the I/O thread that is named @id; -1: none is. */
ssize_t domain_find_iothread(const Domain *d, unsigned id);
/** domain_has_iothread: named, or one of those that are only counted. */
bool domain_has_iothread(const Domain *d, unsigned id);

/** domain_vcpu_cpus, domain_iothread_cpus, domain_emulator_cpus: where that thread, or all others, may run: what its pin
 * says, else what all may. NULL: anywhere. Borrowed. */
const Bitmap *domain_vcpu_cpus(const Domain *d, unsigned vcpu);
const Bitmap *domain_iothread_cpus(const Domain *d, unsigned id);
const Bitmap *domain_emulator_cpus(const Domain *d);
