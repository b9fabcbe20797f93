/* The threads of a running guest, and the processors they may use. guest/group.h has their groups. */
#pragma once

#include "guest/instance.h"

typedef struct GuestIothread {
        unsigned id;
        pid_t tid;
} GuestIothread;

/** guest_iothreads: those that QEMU has, of GuestIothread; the caller frees. NULL: QEMU did not answer. */
GArray *guest_iothreads(Guest *guest, const Domain *live, Error *err);

/** guest_pin_vcpu, guest_pin_iothread: processor @vcpu, if it is plugged in, or I/O thread @id may run where @to says. */
int guest_pin_vcpu(Guest *guest, const Domain *to, unsigned vcpu, Error *err);
int guest_pin_iothread(Guest *guest, const Domain *to, unsigned id, Error *err);
/** guest_emulator_pin: all threads but those of processors and I/O may run on @cpus; NULL: on all. */
int guest_emulator_pin(Guest *guest, const Domain *live, const Bitmap *cpus, Error *err);

/** thread_affinity: where @tid may run; NULL: it is gone. The caller frees. */
Bitmap *thread_affinity(pid_t tid);
