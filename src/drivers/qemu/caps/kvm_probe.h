/* Whether /dev/kvm really runs guests. On some hosts it opens and creates machines, and then no kernel ever gets
 * anywhere: so a child process counts in a machine of its own, in 64 bit mode, and is killed when that takes long. */
#pragma once

typedef enum {
        KVM_USABLE,
        KVM_ABSENT,    /* no /dev/kvm */
        KVM_FORBIDDEN, /* no permission */
        KVM_BROKEN,    /* an ioctl failed */
        KVM_HANGS,     /* machines on it do not get anywhere */
} KvmState;

/** kvm_probe: the answer of the first call is kept for the life of the process; waits up to three seconds then. */
KvmState kvm_probe(void);
const char *kvm_state_text(KvmState state); /* for messages */
