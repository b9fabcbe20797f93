/* The processor that this program runs on, as the CPUID instruction and the registers that the kernel shows tell. */
#include "x86.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "util/auto.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

enum {
        SUBLEAVES_MAX = 64, /* leaves that list caches, components, resources end on their own, most of them */
        LEAVES_MAX = 0x100,
        EXTENDED = 0x80000000u,
        ADDRESS_SIZES = 0x80000008u,
};

static void add_answer(CpuData *data, unsigned leaf, unsigned subleaf, const unsigned registers[4])
{
        CpuidAnswer *answer = rows_list_insert(&CpuidAnswer_rows, &data->answers, &data->n_answers, data->n_answers);

        *answer = (CpuidAnswer){ .leaf = leaf,
                                 .subleaf = subleaf,
                                 .eax = registers[0],
                                 .ebx = registers[1],
                                 .ecx = registers[2],
                                 .edx = registers[3] };
}

/* How many subleaves hold features that we know. */
static unsigned n_subleaves(unsigned leaf)
{
        unsigned n = 1;

        for (size_t i = 0; i < n_x86_words; i++)
                if (!x86_words[i].msr && x86_words[i].leaf == leaf)
                        n = MAX(n, MIN(x86_words[i].subleaf + 1, SUBLEAVES_MAX));
        return n;
}

static void read_leaves(CpuData *data, unsigned base)
{
        unsigned last = __get_cpuid_max(base, NULL);

        if (last < base)
                return;
        for (unsigned leaf = base; leaf <= MIN(last, base + LEAVES_MAX); leaf++)
                for (unsigned subleaf = 0; subleaf < n_subleaves(leaf); subleaf++) {
                        unsigned registers[4];

                        __cpuid_count(leaf, subleaf, registers[0], registers[1], registers[2], registers[3]);
                        add_answer(data, leaf, subleaf, registers);
                }
}

/* Only root may, and only where the kernel has the module: without it features that stand there are not seen. */
static void read_registers(CpuData *data)
{
        AUTO_FD int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);

        for (size_t i = 0; fd >= 0 && i < n_x86_words; i++) {
                CpuRegister *reg;
                uint64_t value = 0;
                bool known = false;

                for (size_t k = 0; k < data->n_registers; k++)
                        known |= data->registers[k].index == x86_words[i].leaf;
                if (!x86_words[i].msr || known ||
                    pread(fd, &value, sizeof(value), (off_t)x86_words[i].leaf) != (ssize_t)sizeof(value))
                        continue;
                reg = rows_list_insert(&CpuRegister_rows, &data->registers, &data->n_registers, data->n_registers);
                *reg = (CpuRegister){ .index = x86_words[i].leaf,
                                      .eax = (unsigned)(value & UINT32_MAX),
                                      .edx = (unsigned)(value >> 32) };
        }
}

CpuData *cpu_data_of_host(void)
{
        CpuData *data = cpu_data_new();

        data->arch = g_strdup("x86");
        read_leaves(data, 0);
        read_leaves(data, EXTENDED);
        read_registers(data);
        return data;
}

unsigned x86_host_address_bits(void)
{
        unsigned a = 0, b = 0, c = 0, d = 0;

        return __get_cpuid(ADDRESS_SIZES, &a, &b, &c, &d) ? a & 0xff : 0;
}

bool cpu_sev_guests(unsigned *ret_guests, unsigned *ret_es_guests)
{
        enum { MEMORY_ENCRYPTION = 0x8000001fu };
        unsigned a = 0, b = 0, c = 0, d = 0;

        /* AMD's manual, volume 3, appendix E: ECX: how many, EDX: the first that is for guests without encrypted state. */
        if (!__get_cpuid(MEMORY_ENCRYPTION, &a, &b, &c, &d) || !(a & 2) || d == 0 || c + 1 < d)
                return false;
        *ret_guests = c - d + 1;
        *ret_es_guests = d - 1;
        return true;
}
#else
CpuData *cpu_data_of_host(void)
{
        return NULL;
}

unsigned x86_host_address_bits(void)
{
        return 0;
}

bool cpu_sev_guests(unsigned *ret_guests G_GNUC_UNUSED, unsigned *ret_es_guests G_GNUC_UNUSED)
{
        return false;
}
#endif
