/* See guest_cpu_live.h.
 *
 * QEMU leaves out what the host or its emulation cannot do, and its models change with the machine: what the guest sees
 * is known only when the processor is there. It must see the same wherever it goes, so that is what is kept of it. */
#include "guest/guest_cpu_live.h"

#include <string.h>

#include "cpu/cpu.h"

static QmpQuestion property(const char *cpu, const char *name)
{
        QmpQuestion question = { .command = "qom-get", .arguments = json_object() };

        json_set(question.arguments, "path", json_string(cpu));
        json_set(question.arguments, "property", json_string(name));
        return question;
}

static GStrv names_of(const Json *list)
{
        GStrv names = g_new0(char *, json_length(list) + 1);
        size_t n = 0;

        for (size_t i = 0; i < json_length(list); i++)
                if (json_text(json_at(list, i)))
                        names[n++] = g_strdup(json_text(json_at(list, i)));
        return names;
}

/* Features of model-specific registers are in no word: each is asked for; one that QEMU does not know is not there. */
static int add_untold(Qmp *qmp, const char *cpu, const char *arch, CpuData *given, Error *err)
{
        g_autoptr(GPtrArray) names = cpu_untold_features(given);
        g_autofree QmpQuestion *questions = g_new0(QmpQuestion, names->len);
        int r = 0;

        if (names->len == 0)
                return 0;
        for (guint i = 0; i < names->len; i++)
                questions[i] = property(cpu, cpu_qemu_feature(arch, names->pdata[i]));
        qmp_ask(qmp, questions, names->len, MONITOR_MS);
        for (guint i = 0; r == 0 && i < names->len; i++) {
                bool on = false;

                if (questions[i].error.code == VIR_ERR_OPERATION_TIMEOUT)
                        r = error_move(err, &questions[i].error);
                if (json_is_bool(questions[i].reply, &on) && on)
                        cpu_data_add_untold(given, names->pdata[i]);
        }
        qmp_questions_clear(questions, names->len);
        return r;
}

/* The first processor's, which all others are like. */
static int ask(Qmp *qmp, const char *cpu, const char *arch, CpuData **ret_given, GStrv *ret_denied, Error *err)
{
        enum { WORDS, DENIED, QUESTIONS };
        QmpQuestion questions[QUESTIONS];
        g_autoptr(CpuData) given = NULL;
        int r;

        if (!cpu)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU does not say which processors there are");
        questions[WORDS] = property(cpu, "feature-words");
        questions[DENIED] = property(cpu, "unavailable-features");
        r = qmp_ask_all(qmp, questions, QUESTIONS, MONITOR_MS, err);
        if (r == 0)
                r = cpu_data_from_words(questions[WORDS].reply, &given, err);
        if (r == 0)
                r = add_untold(qmp, cpu, arch, given, err);
        if (r == 0) {
                *ret_given = g_steal_pointer(&given);
                *ret_denied = names_of(questions[DENIED].reply);
        }
        qmp_questions_clear(questions, QUESTIONS);
        return r;
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
        if (!qmp || ask(qmp, facts->first_cpu, live->os.arch, &given, &denied, err) < 0)
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
