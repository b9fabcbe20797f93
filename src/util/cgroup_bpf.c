/* Devices in version 2 of control groups: the kernel asks a program at each open. The program is the list, written as
 * one comparison after the other; another list is another program in its place. No library is needed for that. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup_private.h"
#include "util/auto.h"

enum {
        DEVICES_MAX = 4096,
        PROGRAMS_MAX = 64,
        /* What the program keeps where. */
        ANSWER = BPF_REG_0,
        QUESTION = BPF_REG_1,
        TYPE = BPF_REG_2,
        ACCESS = BPF_REG_3,
        MAJOR = BPF_REG_4,
        MINOR = BPF_REG_5,
        EXCESS = BPF_REG_6,
        RULE_MAX = 7
};

static long bpf(int command, union bpf_attr *attr)
{
        return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* The program */

typedef struct Code {
        struct bpf_insn *steps;
        size_t n;
} Code;

static void add(Code *code, unsigned operation, unsigned to, unsigned from, int offset, int value)
{
        code->steps[code->n++] = (struct bpf_insn){ .code = (uint8_t)operation,
                                                    .dst_reg = to & 0xf,
                                                    .src_reg = from & 0xf,
                                                    .off = (int16_t)offset,
                                                    .imm = value };
}

static void add_load(Code *code, unsigned to, size_t offset)
{
        add(code, BPF_LDX | BPF_MEM | BPF_W, to, QUESTION, (int)offset, 0);
}

static void add_answer(Code *code, bool yes)
{
        add(code, BPF_ALU64 | BPF_MOV | BPF_K, ANSWER, 0, 0, yes);
        add(code, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* One comparison that leads past the rule where it does not hold. */
static void add_unless(Code *code, unsigned what, int value, size_t end)
{
        add(code, BPF_JMP | BPF_JNE | BPF_K, what, 0, (int)(end - code->n - 1), value);
}

static void add_rule(Code *code, const CgroupDevice *device)
{
        size_t end = code->n + (device->minor < 0 ? 2 : 3) + (device->write ? 1 : 3) + 2;

        add_unless(code, TYPE, device->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR, end);
        add_unless(code, MAJOR, (int)device->major, end);
        if (device->minor >= 0)
                add_unless(code, MINOR, device->minor, end);
        if (device->write) {
                /* Making a node is not opening it. */
                add(code, BPF_JMP | BPF_JSET | BPF_K, ACCESS, 0, (int)(end - code->n - 1), BPF_DEVCG_ACC_MKNOD);
        } else {
                add(code, BPF_ALU64 | BPF_MOV | BPF_X, EXCESS, ACCESS, 0, 0);
                add(code, BPF_ALU64 | BPF_AND | BPF_K, EXCESS, 0, 0, ~BPF_DEVCG_ACC_READ);
                add_unless(code, EXCESS, 0, end);
        }
        add_answer(code, true);
}

static void add_question(Code *code)
{
        add_load(code, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
        add(code, BPF_ALU64 | BPF_MOV | BPF_X, ACCESS, TYPE, 0, 0);
        add(code, BPF_ALU64 | BPF_AND | BPF_K, TYPE, 0, 0, 0xffff);
        add(code, BPF_ALU64 | BPF_RSH | BPF_K, ACCESS, 0, 0, 16);
        add_load(code, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
        add_load(code, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
}

/* A descriptor of the program; -1 and errno. */
static int load(const CgroupDevice *devices, size_t n)
{
        g_autofree struct bpf_insn *steps = g_new0(struct bpf_insn, n * (RULE_MAX + 1) + 8);
        Code code = { .steps = steps };
        union bpf_attr attr;

        add_question(&code);
        for (size_t i = 0; i < n; i++)
                add_rule(&code, &devices[i]);
        add_answer(&code, false);
        memset(&attr, 0, sizeof(attr));
        attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
        attr.insns = (uintptr_t)code.steps;
        attr.insn_cnt = (uint32_t)code.n;
        attr.license = (uintptr_t) "GPL";
        strcpy(attr.prog_name, "vireo_devices");
        return (int)bpf(BPF_PROG_LOAD, &attr);
}

bool cgroup_bpf_works(void)
{
        AUTO_FD int fd = load(NULL, 0);

        return fd >= 0;
}

/* Its place */

/* The programs that are there: ours from before, those of another daemon. */
static int find_others(int folder, uint32_t ids[PROGRAMS_MAX], uint32_t *ret_n)
{
        union bpf_attr attr;

        memset(&attr, 0, sizeof(attr));
        attr.query.target_fd = (uint32_t)folder;
        attr.query.attach_type = BPF_CGROUP_DEVICE;
        attr.query.prog_ids = (uintptr_t)ids;
        attr.query.prog_cnt = PROGRAMS_MAX;
        if (bpf(BPF_PROG_QUERY, &attr) < 0)
                return -1;
        *ret_n = attr.query.prog_cnt;
        return 0;
}

static int attach(int folder, int program)
{
        union bpf_attr attr;

        memset(&attr, 0, sizeof(attr));
        attr.target_fd = (uint32_t)folder;
        attr.attach_bpf_fd = (uint32_t)program;
        attr.attach_type = BPF_CGROUP_DEVICE;
        attr.attach_flags = BPF_F_ALLOW_MULTI;
        return (int)bpf(BPF_PROG_ATTACH, &attr);
}

static int detach(int folder, uint32_t id)
{
        AUTO_FD int program = -1;
        union bpf_attr attr;

        memset(&attr, 0, sizeof(attr));
        attr.prog_id = id;
        program = (int)bpf(BPF_PROG_GET_FD_BY_ID, &attr);
        if (program < 0)
                return errno == ENOENT ? 0 : -1;
        memset(&attr, 0, sizeof(attr));
        attr.target_fd = (uint32_t)folder;
        attr.attach_bpf_fd = (uint32_t)program;
        attr.attach_type = BPF_CGROUP_DEVICE;
        return (int)bpf(BPF_PROG_DETACH, &attr);
}

int cgroup_bpf_devices(const char *folder, const CgroupDevice *devices, size_t n, Error *err)
{
        AUTO_FD int group = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        AUTO_FD int program = -1;
        uint32_t others[PROGRAMS_MAX], n_others = 0;

        if (n > DEVICES_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d devices of one guest", DEVICES_MAX);
        if (group < 0)
                return error_errno(err, errno, "cannot open '%s'", folder);
        program = load(devices, n);
        if (program < 0)
                return error_errno(err, errno, "cannot load a list of devices");
        if (find_others(group, others, &n_others) < 0)
                return error_errno(err, errno, "cannot ask for the device lists of '%s'", folder);
        /* All of them must say yes: the new one first, so that nothing is open meanwhile that neither allows. */
        if (attach(group, program) < 0)
                return error_errno(err, errno, "cannot attach a list of devices to '%s'", folder);
        for (uint32_t i = 0; i < n_others; i++)
                if (detach(group, others[i]) < 0)
                        return error_errno(err, errno, "cannot detach an older list of devices from '%s'", folder);
        return 0;
}
