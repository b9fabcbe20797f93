/* See guest_cpu_live.h.
 *
 * QEMU leaves out what the host or its emulation cannot do, and its models change with the machine: what the guest sees
 * is known only when the processor is there. It must see the same wherever it goes, so that is what is kept of it. */
#include "guest/guest_cpu_live.h"

#include <string.h>

#include "cpu/cpu.h"

static int get_property(Qmp *qmp, const char *cpu, const char *name, Json **ret, Error *err)
{
        Json *arguments = json_object();

        json_set(arguments, "path", json_string(cpu));
        json_set(arguments, "property", json_string(name));
        return qmp_call(qmp, "qom-get", arguments, MONITOR_MS, ret, err);
}

static int get_words(Qmp *qmp, const char *cpu, const char *name, CpuData **ret, Error *err)
{
        g_autoptr(Json) words = NULL;

        if (get_property(qmp, cpu, name, &words, err) < 0)
                return -1;
        return cpu_data_from_words(words, ret, err);
}

static int get_names(Qmp *qmp, const char *cpu, const char *name, GStrv *ret, Error *err)
{
        g_autoptr(Json) list = NULL;
        GStrv names;
        size_t n = 0;

        if (get_property(qmp, cpu, name, &list, err) < 0)
                return -1;
        names = g_new0(char *, json_length(list) + 1);
        for (size_t i = 0; i < json_length(list); i++)
                if (json_text(json_at(list, i)))
                        names[n++] = g_strdup(json_text(json_at(list, i)));
        *ret = names;
        return 0;
}

/* Features of model-specific registers are in no word: each is asked for; one that QEMU does not know is not there. */
static int add_untold(Qmp *qmp, const char *cpu, const char *arch, CpuData *given, Error *err)
{
        g_autoptr(GPtrArray) names = cpu_untold_features(given);

        for (guint i = 0; i < names->len; i++) {
                ERROR_AUTO Error why = ERROR_INIT;
                g_autoptr(Json) value = NULL;
                bool on = false;

                if (get_property(qmp, cpu, cpu_qemu_feature(arch, names->pdata[i]), &value, &why) < 0 &&
                    why.code == VIR_ERR_OPERATION_TIMEOUT)
                        return error_move(err, &why);
                if (json_is_bool(value, &on) && on)
                        cpu_data_add_untold(given, names->pdata[i]);
        }
        return 0;
}

/* The first processor's, which all others are like. */
static int ask(Qmp *qmp, const char *arch, CpuData **ret_given, GStrv *ret_denied, Error *err)
{
        g_autoptr(Json) cpus = NULL;
        g_autoptr(CpuData) given = NULL;
        g_auto(GStrv) denied = NULL;
        const char *cpu;

        if (qmp_call(qmp, "query-cpus-fast", NULL, MONITOR_MS, &cpus, err) < 0)
                return -1;
        cpu = json_get_string(json_at(cpus, 0), "qom-path");
        if (!cpu)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU does not say which processors there are");
        if (get_words(qmp, cpu, "feature-words", &given, err) < 0 ||
            get_names(qmp, cpu, "unavailable-features", &denied, err) < 0 || add_untold(qmp, cpu, arch, given, err) < 0)
                return -1;
        *ret_given = g_steal_pointer(&given);
        *ret_denied = g_steal_pointer(&denied);
        return 0;
}

static int refuse(const Domain *live, const char *extra, const char *missing, Error *err)
{
        const char *why = live->type == VIRT_KVM ? "this host's processor or KVM" : "QEMU's emulation";

        return error_set(err, VIR_ERR_OPERATION_FAILED,
                         "guest CPU doesn't match specification: %s%s%s%s%s%s%s%s; check='full' of <cpu> wants it "
                         "exactly so: say so by <feature>, or leave it to check='partial'",
                         extra ? "extra features: " : "", extra ? extra : "", extra && missing ? ", " : "",
                         missing ? "missing features: " : "", missing ? missing : "", missing ? " (what " : "",
                         missing ? why : "", missing ? " or the machine's version of the model does not have)" : "");
}

/* Where nothing can be seen, or QEMU decides alone, the document stays. */
static bool can_differ(const Domain *live)
{
        const Cpu *cpu = live->cpu;

        return cpu && cpu->mode == CPU_MODE_CUSTOM && cpu->model && cpu_can_tell_live(live->os.arch);
}

/* Nodes of memory are the guest's, whatever its processor is: they are not kept twice. */
static void drop_memory(Cpu *cpu)
{
        while (cpu->n_cells > 0)
                rows_list_remove(&NumaCell_rows, &cpu->cells, &cpu->n_cells, cpu->n_cells - 1);
        while (cpu->n_latencies > 0)
                rows_list_remove(&NumaLatency_rows, &cpu->latencies, &cpu->n_latencies, cpu->n_latencies - 1);
        while (cpu->n_bandwidths > 0)
                rows_list_remove(&NumaBandwidth_rows, &cpu->bandwidths, &cpu->n_bandwidths, cpu->n_bandwidths - 1);
}

int guest_cpu_learn(Guest *guest, Domain *live, GuestFacts *facts, Error *err)
{
        g_autoptr(Qmp) qmp = NULL;
        g_autoptr(CpuData) given = NULL;
        g_auto(GStrv) denied = NULL;
        g_autoptr(Cpu) asked = NULL;
        g_autofree char *extra = NULL;
        g_autofree char *missing = NULL;

        if (!can_differ(live))
                return 0;
        qmp = guest_monitor(guest, err);
        if (!qmp || ask(qmp, live->os.arch, &given, &denied, err) < 0)
                return -1;
        asked = cpu_copy(live->cpu);
        drop_memory(asked);
        if (cpu_update_live(live->os.arch, live->cpu, given, (const char *const *)denied, &extra, &missing, err) < 0)
                return -1;
        if ((extra || missing) && asked->check == CPU_CHECK_FULL)
                return refuse(live, extra, missing, err);
        live->cpu->check = CPU_CHECK_FULL;
        if (extra || missing)
                facts->status.cpu = g_steal_pointer(&asked);
        return 0;
}
