/* See kvm_probe.h. */
#include "caps/kvm_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/pool.h"

#if defined(__x86_64__) || defined(__i386__)
#include <linux/kvm.h>

/* The guest's memory: one page of program, then the tables that map the first 2 MiB to themselves. */
enum {
        PROBE_MS = 1500,
        PROGRAM_AT = 0x1000,
        TABLES_AT = 0x2000, /* three levels, a page each */
        GUEST_MEMORY = 0x5000,
        PRESENT_WRITABLE = 3,
        BIG_PAGE = 0x80,
};

/* mov $20000000, %ecx; again: dec %ecx; jnz again; mov $0x56, %al; out %al, $0xf1; hlt. A real machine counts that in
 * some 10 ms. Kernels live in 64 bit mode; a host that only imitates it, instruction by instruction, does not finish. */
static const unsigned char program[] = { 0xb9, 0x00, 0x2d, 0x31, 0x01, 0xff, 0xc9,
                                         0x75, 0xfc, 0xb0, 0x56, 0xe6, 0xf1, 0xf4 };

static int load_program(int vm)
{
        struct kvm_userspace_memory_region region = { .guest_phys_addr = 0, .memory_size = GUEST_MEMORY };
        unsigned char *memory = mmap(NULL, GUEST_MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        uint64_t *tables;

        if (memory == MAP_FAILED)
                return -1;
        memcpy(memory + PROGRAM_AT, program, sizeof(program));
        tables = (uint64_t *)(void *)(memory + TABLES_AT);
        tables[0] = (TABLES_AT + 0x1000) | PRESENT_WRITABLE;
        tables[512] = (TABLES_AT + 0x2000) | PRESENT_WRITABLE;
        tables[1024] = BIG_PAGE | PRESENT_WRITABLE;
        region.userspace_addr = (uintptr_t)memory;
        return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int point_at_program(int cpu)
{
        const struct kvm_segment code = {
                .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1
        };
        const struct kvm_segment data = {
                .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .s = 1, .db = 1, .g = 1
        };
        struct kvm_sregs segments;
        struct kvm_regs registers = { .rip = PROGRAM_AT, .rsp = GUEST_MEMORY, .rflags = 2 };

        if (ioctl(cpu, KVM_GET_SREGS, &segments) < 0)
                return -1;
        segments.cr0 = 0x80010033; /* paging, write protect, protected mode, numeric errors */
        segments.cr3 = TABLES_AT;
        segments.cr4 = 0x20;   /* physical address extension */
        segments.efer = 0x500; /* long mode, enabled and active */
        segments.cs = code;
        segments.ds = segments.es = segments.fs = segments.gs = segments.ss = data;
        if (ioctl(cpu, KVM_SET_SREGS, &segments) < 0)
                return -1;
        return ioctl(cpu, KVM_SET_REGS, &registers);
}

/* In the child, after fork: system calls only. It ends with its starter, and holds nothing open that is not its own: a
 * client of a killed daemon would wait for it. */
static int let_go(int kvm)
{
        if (kvm > 0 && syscall(SYS_close_range, 0U, (unsigned)kvm - 1, 0U) < 0)
                return -1;
        if (syscall(SYS_close_range, (unsigned)kvm + 1, ~0U, 0U) < 0)
                return -1;
        return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int run_program(int kvm)
{
        int vm = ioctl(kvm, KVM_CREATE_VM, 0);
        int cpu = vm < 0 || load_program(vm) < 0 ? -1 : ioctl(vm, KVM_CREATE_VCPU, 0);
        int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
        struct kvm_run *run;

        if (cpu < 0 || size < (int)sizeof(*run) || point_at_program(cpu) < 0)
                return -1;
        run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
        if (run == MAP_FAILED || ioctl(cpu, KVM_RUN, 0) < 0)
                return -1;
        return run->exit_reason == KVM_EXIT_IO && run->io.port == 0xf1 ? 0 : -1;
}

static KvmState wait_for_child(pid_t pid)
{
        AUTO_FD int fd = (int)syscall(SYS_pidfd_open, pid, 0);
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        int status = 0;
        int n = fd < 0 ? 0 : poll(&wait, 1, PROBE_MS);

        if (n <= 0) {
                kill(pid, SIGKILL);
                /* It may sit in the kernel beyond the reach of signals: leave it then. */
                if (fd >= 0)
                        poll(&wait, 1, PROBE_MS);
                waitpid(pid, &status, WNOHANG);
                return KVM_HANGS;
        }
        waitpid(pid, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? KVM_USABLE : KVM_BROKEN;
}

static KvmState probe(void)
{
        AUTO_FD int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
        pid_t pid;
        KvmState state;

        if (kvm < 0)
                return errno == EACCES || errno == EPERM ? KVM_FORBIDDEN : KVM_ABSENT;
        pid = fork();
        if (pid < 0)
                return KVM_BROKEN;
        if (pid == 0)
                _exit(let_go(kvm) < 0 || run_program(kvm) < 0);
        pool_wait_begin();
        state = wait_for_child(pid);
        pool_wait_end();
        return state;
}
#else
static KvmState probe(void)
{
        AUTO_FD int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

        if (kvm < 0)
                return errno == EACCES || errno == EPERM ? KVM_FORBIDDEN : KVM_ABSENT;
        return KVM_USABLE;
}
#endif

KvmState kvm_probe(void)
{
        static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        static int state = -1;
        LOCKED(&mutex);

        if (state < 0)
                state = (int)probe();
        return (KvmState)state;
}

const char *kvm_state_text(KvmState state)
{
        static const char *const texts[] = {
                [KVM_USABLE] = "KVM runs guests",
                [KVM_ABSENT] = "there is no /dev/kvm",
                [KVM_FORBIDDEN] = "no permission to open /dev/kvm",
                [KVM_BROKEN] = "/dev/kvm refuses to run a machine",
                [KVM_HANGS] = "/dev/kvm opens, but machines on it get nowhere",
        };

        return texts[state];
}
