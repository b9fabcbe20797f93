/* Which processors of the host the threads of a guest may use: those of its processors, of its I/O, and all others. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "conf/domain_threads.h"
#include "guest/group.h"
#include "guest/threads.h"
#include "rules/settle.h"
#include "util/host.h"

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

typedef struct Pin {
        unsigned number; /* of the processor, of the I/O thread */
        Bitmap *set;
} Pin;

static struct Cputune *cputune_of(Domain *definition)
{
        if (!definition->cputune) {
                definition->cputune = g_new0(struct Cputune, 1);
                rows_init(&Cputune_rows, definition->cputune);
        }
        return definition->cputune;
}

static void replace(Bitmap **set, const Bitmap *with)
{
        bitmap_free(*set);
        *set = bitmap_copy(with);
}

/* Processors */

static int edit_vcpu(Domain *definition, bool live, const Change *change, Error *err)
{
        const Pin *pin = change->input;
        struct Cputune *tune = cputune_of(definition);
        size_t i = 0;

        if (pin->number >= definition->vcpu_max)
                return error_set(err, VIR_ERR_INVALID_ARG, "vcpu %u is out of range of %s cpu count %u", pin->number,
                                 live ? "live" : "persistent", definition->vcpu_max);
        while (i < tune->n_vcpupins && tune->vcpupins[i].vcpu < pin->number)
                i++;
        if (i == tune->n_vcpupins || tune->vcpupins[i].vcpu != pin->number)
                ((VcpuPin *)rows_list_insert(&VcpuPin_rows, &tune->vcpupins, &tune->n_vcpupins, i))->vcpu = pin->number;
        replace(&tune->vcpupins[i].cpuset, pin->set);
        return 0;
}

static int apply_vcpu(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_pin_vcpu(guest, to, ((const Pin *)change->input)->number, err);
}

static void tell_vcpu(const Change *change, Params *fields)
{
        const Pin *pin = change->input;
        g_autofree char *name = g_strdup_printf(VIR_DOMAIN_TUNABLE_CPU_VCPUPIN, pin->number);
        g_autofree char *set = bitmap_format(pin->set);

        params_string(fields, name, set);
}

/* I/O threads */

static bool has_iothread(Domain *definition, unsigned id)
{
        qemu_name_iothreads(definition);
        return domain_find_iothread(definition, id) >= 0;
}

static int edit_iothread(Domain *definition, bool live, const Change *change, Error *err)
{
        const Pin *pin = change->input;
        struct Cputune *tune = cputune_of(definition);
        size_t i = 0;

        if (!has_iothread(definition, pin->number))
                return live ? error_set(err, VIR_ERR_INVALID_ARG, "iothread %u not found", pin->number)
                            : error_set(err, VIR_ERR_INVALID_ARG, "iothreadid %u not found", pin->number);
        while (i < tune->n_iothreadpins && tune->iothreadpins[i].iothread != pin->number)
                i++;
        if (i == tune->n_iothreadpins)
                ((IothreadPin *)rows_list_insert(&IothreadPin_rows, &tune->iothreadpins, &tune->n_iothreadpins, i))
                        ->iothread = pin->number;
        replace(&tune->iothreadpins[i].cpuset, pin->set);
        return 0;
}

static int apply_iothread(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_pin_iothread(guest, to, ((const Pin *)change->input)->number, err);
}

static void tell_iothread(const Change *change, Params *fields)
{
        const Pin *pin = change->input;
        g_autofree char *name = g_strdup_printf(VIR_DOMAIN_TUNABLE_CPU_IOTHREADSPIN, pin->number);
        g_autofree char *set = bitmap_format(pin->set);

        params_string(fields, name, set);
}

/* The rest */

static int edit_emulator(Domain *definition, bool live, const Change *change, Error *err)
{
        replace(&cputune_of(definition)->emulatorpin, ((const Pin *)change->input)->set);
        return 0;
}

static int apply_emulator(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_emulator_pin(guest, to, domain_emulator_cpus(to), err);
}

static void tell_emulator(const Change *change, Params *fields)
{
        g_autofree char *set = bitmap_format(((const Pin *)change->input)->set);

        params_string(fields, VIR_DOMAIN_TUNABLE_CPU_EMULATORPIN, set);
}

/* Calls */

static int run_pin(virDomainPtr domain, unsigned number, const unsigned char *cpumap, int maplen, Change *change,
                   const char *function, Error *err)
{
        g_autoptr(Bitmap) set = bitmap_from_bytes(cpumap, (size_t)maplen);
        Pin pin = { .number = number, .set = set };

        if (check_call_flags(change->flags, AFFECT, function, err) < 0)
                return -1;
        if (bitmap_count(set) == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "Empty cpu list for pinning");
        change->input = &pin;
        return change_run(domain, change, err);
}

int qemu_domain_pin_vcpu_flags(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int maplen,
                               unsigned int flags, Error *err)
{
        Change change = {
                .name = "pin-vcpu", .flags = flags, .edit = edit_vcpu, .apply = apply_vcpu, .tell = tell_vcpu
        };

        return run_pin(domain, vcpu, cpumap, maplen, &change, "qemuDomainPinVcpuFlags", err);
}

int qemu_domain_pin_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned char *cpumap, int maplen,
                             unsigned int flags, Error *err)
{
        Change change = { .name = "pin-iothread",
                          .flags = flags,
                          .edit = edit_iothread,
                          .apply = apply_iothread,
                          .tell = tell_iothread };

        return run_pin(domain, iothread_id, cpumap, maplen, &change, "qemuDomainPinIOThread", err);
}

int qemu_domain_pin_emulator(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned int flags, Error *err)
{
        Change change = { .name = "pin-emulator",
                          .flags = flags,
                          .edit = edit_emulator,
                          .apply = apply_emulator,
                          .tell = tell_emulator };

        return run_pin(domain, 0, cpumap, maplen, &change, "qemuDomainPinEmulator", err);
}

/* Looking */

static void put_map(const Bitmap *set, const Bitmap *online, unsigned char *map, int length)
{
        memset(map, 0, (size_t)length);
        for (long cpu = bitmap_next(online, -1); cpu >= 0 && cpu < length * 8L; cpu = bitmap_next(online, cpu))
                if (!set || bitmap_get(set, (size_t)cpu))
                        map[cpu / 8] |= (unsigned char)(1 << cpu % 8);
}

int qemu_domain_get_vcpu_pin_info(virDomainPtr domain, int ncpumaps, unsigned char *cpumaps, int maplen,
                                  unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;
        g_autoptr(Bitmap) online = NULL;
        unsigned present;
        int n;

        if (!definition || check_call_flags(flags, AFFECT, "qemuDomainGetVcpuPinInfo", err) < 0 ||
            host_cpu_map("", &present, &online, err) < 0)
                return -1;
        n = MIN((int)definition->vcpu_max, ncpumaps);
        for (int i = 0; i < n; i++)
                put_map(domain_vcpu_cpus(definition, (unsigned)i), online, cpumaps + (size_t)i * (size_t)maplen,
                        maplen);
        return n;
}

int qemu_domain_get_emulator_pin_info(virDomainPtr domain, unsigned char *cpumaps, int maplen, unsigned int flags,
                                      Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;
        g_autoptr(Bitmap) online = NULL;
        unsigned present;

        if (!definition || check_call_flags(flags, AFFECT, "qemuDomainGetEmulatorPinInfo", err) < 0 ||
            host_cpu_map("", &present, &online, err) < 0)
                return -1;
        put_map(domain_emulator_cpus(definition), online, cpumaps, maplen);
        return 1;
}
