/* What one QEMU binary can do, as it told us itself over QMP.
 *
 * Asked on first use, never at start-up; kept in memory and on disk, and asked again when the binary (or its modules)
 * changed. A QemuCaps is immutable and reference counted. */
#pragma once

#include <stdbool.h>

#include "rules/arch.h"
#include "conf/domain.h"
#include "conf/qemu_summary.h"
#include "util/json.h"
#include "util/loop.h"

typedef struct QemuMachine {
        char *name;
        char *alias;       /* NULL: none */
        char *default_cpu; /* QEMU's type name; NULL: unknown */
        char *tcg_cpu;     /* the same when QEMU emulates and default_cpu is KVM's; NULL: no difference */
        char *ram_id;      /* id of the default memory backend; NULL: none */
        unsigned max_cpus;
        bool is_default, deprecated, hotplug_cpus, numa_mem;
        bool acpi; /* takes the property "acpi"; told by QEMU 8.0 and later only */
} QemuMachine;

typedef struct QemuCpuModel {
        char *name;
        char *type; /* QEMU's type name */
        bool usable, deprecated;
} QemuCpuModel;

/* What not every binary can: caps_flags_rows.h says how it is recognised. */
typedef enum {
#define FLAG(id, name, kind, key, other) id,
#include "caps/caps_flags_rows.h"
#undef FLAG
        QEMU_FLAG_MAX_
} QemuFlag;

typedef struct QemuCaps {
        int refs;
        char *binary;
        const QemuArch *arch; /* the first with the binary's target */
        unsigned version;     /* 7002022 for 7.2.22 */
        char *package;        /* "Debian 1:7.2+..."; may be "" */
        bool kvm_built_in;
        bool hvf; /* Apple's accelerator */
        bool flags[QEMU_FLAG_MAX_];
        GHashTable *properties; /* "TYPE.PROPERTY" of the types that were asked about */
        GPtrArray *machines;    /* of QemuMachine, in QEMU's order, the preferred first */
        GPtrArray *cpus;        /* of QemuCpuModel */
        GPtrArray *tcg_cpus;    /* the same when QEMU emulates and `cpus` are KVM's; empty: no difference */
        GHashTable *types;      /* names of devices and objects */
        GHashTable *commands;
        GHashTable *options;  /* "sandbox", "sandbox.spawn" */
        unsigned gic_kvm;     /* interrupt controllers of ARM guests, a bit (1 << version) for each, with KVM */
        unsigned gic_tcg;     /* the same without */
        QemuSummary *summary; /* the same in libvirt's words, and what only documents tell: the host's CPU, SEV, SGX */
} QemuCaps;

QemuCaps *qemu_caps_ref(QemuCaps *caps);
QemuCaps *qemu_caps_unref(QemuCaps *caps); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuCaps, qemu_caps_unref)

/** qemu_caps_of_domain: what a run of @domain goes by: its author may know better (<qemu:capabilities>). The caller
 * unrefs. */
QemuCaps *qemu_caps_of_domain(QemuCaps *caps, const Domain *domain);

bool qemu_caps_has_type(const QemuCaps *caps, const char *name);
bool qemu_caps_has_command(const QemuCaps *caps, const char *name);
bool qemu_caps_has_option(const QemuCaps *caps, const char *name);
/** qemu_caps_machine: by name or alias; NULL: unknown. */
const QemuMachine *qemu_caps_machine(const QemuCaps *caps, const char *name);
bool qemu_caps_has_flag(const QemuCaps *caps, QemuFlag flag);
/** qemu_flag_name: as libvirt calls it. */
const char *qemu_flag_name(QemuFlag flag);
/** qemu_caps_status_names: the flags by name for the status file of a guest on @machine (NULL: any), those among them that daemons of level 9.0
 * know: a name that they do not know would cost them the guest; those that later levels take for granted are there. The
 * names are borrowed. */
GPtrArray *qemu_caps_status_names(const QemuCaps *caps, const char *machine);
/** qemu_caps_take_older: @name, which is none of our flags, may be one that later levels take for granted. */
void qemu_caps_take_older(QemuCaps *caps, const char *name);
/** qemu_caps_recognise: set the flags from what was learnt and from QEMU's @answers. */
void qemu_caps_recognise(QemuCaps *caps, const Json *answers);
/** qemu_caps_each_type: the types whose properties tell of flags, each once: which @command asks for those of @type.
 * @command NULL: @type is the alias of a machine. */
void qemu_caps_each_type(void (*func)(const char *command, const char *type, void *opaque), void *opaque);
/** qemu_caps_force: what libvirt calls @name is there, or not, whatever QEMU says. 1: no such flag. */
int qemu_caps_force(QemuCaps *caps, const char *name, bool value);
const QemuCpuModel *qemu_caps_cpu(const QemuCaps *caps, const char *name);

/** qemu_caps_default_cpu: the model that @machine gets when nothing is said, as users call it; NULL: unknown. */
const char *qemu_caps_default_cpu(const QemuCaps *caps, const QemuMachine *machine, bool emulated);

/* What a binary is asked, and how the answers are taken: from a live monitor or from a file. */
typedef struct QemuQuestion {
        const char *command; /* NULL: for the properties of a machine */
        const char *type;    /* its argument "typename"; NULL: none. The answer stands under "COMMAND:TYPE" then. */
        bool optional;       /* not every binary knows the command */
        /* @reply: value of "return". NULL: the properties of the type. */
        int (*take)(QemuCaps *caps, const Json *reply, Error *err);
} QemuQuestion;

/** qemu_questions: all, in the order in which they are asked. */
const QemuQuestion *qemu_questions(size_t *ret_n);
const char *qemu_question_command(const QemuQuestion *question);
/** qemu_question_arguments: for @question (with a type, or for a machine), with the @answers so far; NULL: it does not
 * apply. */
Json *qemu_question_arguments(const QemuQuestion *question, const Json *answers);

/** qemu_expansion_question: what query-cpu-model-expansion is asked as the @n-th, of an emulated processor or of the host's;
 * refused ones are no matter. NULL: that was all. */
Json *qemu_expansion_question(unsigned n, bool emulated);

QemuCaps *qemu_caps_new(const char *binary);

/** qemu_question_key: under which name the answer to @command with @arguments (may be NULL) stands. The caller frees. */
char *qemu_question_key(const char *command, const Json *arguments);

/** qemu_caps_from_answers: @answers as qemu_probe() returns them, { "query-version": {...}, ... }; a missing or strange
 * one is an error. */
QemuCaps *qemu_caps_from_answers(const char *binary, const Json *answers, Error *err);

/** qemu_caps_cpu_name: what users call the model that QEMU calls @name. The caller frees. */
char *qemu_caps_cpu_name(const QemuCaps *caps, const char *name);

/** qemu_caps_summary: @caps, which came from @answers, as libvirt's driver keeps it in a file; @microcode: version of
 * the host's. Times are left at 0. */
QemuSummary *qemu_caps_summary(const QemuCaps *caps, const Json *answers, unsigned microcode);
/** qemu_caps_from_summary: what can be known from @summary: no commands and options, and of types those that are flags.
 * VIR_ERR_XML_ERROR. */
QemuCaps *qemu_caps_from_summary(const QemuSummary *summary, Error *err);
/** qemu_caps_prefers: whether @machine, of QEMU's list, is to stand first: the default; but where boards are of many
 * makers the one that is made for guests. */
bool qemu_caps_prefers(const QemuCaps *caps, const Json *machine);
/** qemu_caps_preferred_machine: what a guest gets that names none; NULL: there are none. */
const QemuMachine *qemu_caps_preferred_machine(const QemuCaps *caps);

/** qemu_answers_of_recording: the answers in a recorded conversation: commands and replies in turn, a blank line behind
 * each. What was asked twice counts as first answered; what QEMU refused is left out; a second session (without
 * accelerator) is under "tcg". VIR_ERR_INTERNAL_ERROR. */
Json *qemu_answers_of_recording(const char *text, size_t length, Error *err);

/* What a file about a binary holds for. */
typedef struct QemuCapsPlace {
        uint64_t binary_changed, modules_changed; /* seconds since 1970; modules 0: none */
        const char *look;                         /* the same, finer */
        uint64_t writer_changed;                  /* our own program */
        unsigned microcode;
        const char *cpu_signature, *kernel; /* NULL: not known */
        bool kvm;                           /* the binary was, or would be, asked with KVM */
} QemuCapsPlace;

/** qemu_caps_file_format: the file of libvirt's cache. The caller frees. */
char *qemu_caps_file_format(const QemuCaps *caps, const QemuCapsPlace *place);
/** qemu_caps_file_parse: NULL when the file is of another binary, host, time or writer, or broken. */
QemuCaps *qemu_caps_file_parse(const char *text, size_t length, const char *binary, const QemuCapsPlace *place);

/* The cache of one driver instance. */
typedef struct QemuCapsCache QemuCapsCache;

/** qemu_caps_cache_new: answers are kept in @folder (NULL: in memory only); monitors run on @loop. */
QemuCapsCache *qemu_caps_cache_new(const char *folder, Loop *loop);
QemuCapsCache *qemu_caps_cache_free(QemuCapsCache *cache);
/** qemu_caps_get: of @binary. Waits for a probe (bounded by 30 s) when it is new or changed.
 * VIR_ERR_INTERNAL_ERROR with QEMU's last words when it cannot be asked. */
QemuCaps *qemu_caps_get(QemuCapsCache *cache, const char *binary, Error *err);

/** qemu_find_binary: the emulator for @arch: qemu-system-TARGET in PATH and the usual folders; NULL: none. */
char *qemu_find_binary(const char *arch);
/** qemu_caps_serves: whether the binary runs guests of @arch. */
bool qemu_caps_serves(const QemuCaps *caps, const QemuArch *arch);
/** qemu_caps_all: of every installed emulator, asked in parallel; in the order of qemu_archs. Those that cannot be
 * asked are left out with a warning in the log. An array of QemuCaps pointers. */
GPtrArray *qemu_caps_all(QemuCapsCache *cache);
