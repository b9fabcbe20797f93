/* See caps_probe.h. */
#define LOG_SOURCE "qemu.caps"
#include "caps/caps_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "caps/kvm_probe.h"
#include "monitor/qmp.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/pool.h"
#include "util/process.h"

enum { PROBE_MS = 30 * 1000, WORDS_MAX = 64 * 1024 };

/* The accelerators of a session, the preferred first. */
static const char *const with_kvm[] = { "kvm", "tcg", NULL };
static const char *const without[] = { "tcg", NULL };

static Process *probe_process(const char *binary, const char *const *accelerators, int monitor, int words)
{
        Process *process = process_new(binary);

        process_env_pass(process, "PATH");
        process_env_pass(process, "LD_LIBRARY_PATH");
        process_env(process, "LC_ALL", "C");
        for (const char *const *word = (const char *const[]){ "-S", "-no-user-config", "-nodefaults", "-nographic",
                                                              "-machine", "none", NULL };
             *word; word++)
                process_add(process, *word);
        for (; *accelerators; accelerators++)
                process_add_pair(process, "-accel", *accelerators);
        process_add(process, "-chardev");
        process_add_format(process, "socket,id=monitor,fd=%d", monitor);
        process_add(process, "-mon");
        process_add(process, "chardev=monitor,mode=control");
        process_pass_fd(process, monitor);
        process_stdout(process, words);
        process_stderr(process, words);
        return process;
}

/* What QEMU said before it gave up. */
static int add_last_words(int words, Error *err)
{
        g_autofree char *text = NULL;

        if (lseek(words, 0, SEEK_SET) < 0 || file_read_fd(words, "messages of QEMU", WORDS_MAX, &text, NULL, NULL) < 0)
                return -1;
        g_strstrip(text);
        if (text[0])
                error_prefix(err, "%s", text);
        return -1;
}

static int ask_one(Qmp *qmp, const QemuQuestion *question, Json *answers, Error *err)
{
        const char *command = qemu_question_command(question);
        g_autoptr(Json) reply = NULL;
        Json *arguments = qemu_question_arguments(question, answers);
        g_autofree char *key = qemu_question_key(command, arguments);

        if (!arguments && question->type)
                return 0;
        if (qmp_call(qmp, command, arguments, PROBE_MS, &reply, question->optional ? NULL : err) < 0)
                return question->optional ? 0 : -1;
        json_set(answers, key, g_steal_pointer(&reply));
        return 0;
}

static bool uses_kvm(const Json *answers)
{
        bool enabled = false;

        return json_get_bool(json_get(answers, "query-kvm"), "enabled", &enabled) && enabled;
}

/* Refused where the architecture or the version has no such thing. */
static void ask_expansions(Qmp *qmp, Json *answers)
{
        static const char command[] = "query-cpu-model-expansion";
        bool emulated = !uses_kvm(answers);
        Json *question;

        for (unsigned n = 0; (question = qemu_expansion_question(n, emulated)); n++) {
                g_autofree char *key = qemu_question_key(command, question);
                g_autoptr(Json) reply = NULL;

                if (qmp_call(qmp, command, question, PROBE_MS, &reply, NULL) == 0)
                        json_set(answers, key, g_steal_pointer(&reply));
        }
}

static int ask(Qmp *qmp, Json *answers, Error *err)
{
        size_t n = 0;
        const QemuQuestion *questions = qemu_questions(&n);

        for (size_t i = 0; i < n; i++)
                if (ask_one(qmp, &questions[i], answers, err) < 0)
                        return -1;
        ask_expansions(qmp, answers);
        return 0;
}

static const QmpHooks no_hooks;

static void end_child(Loop *loop, pid_t pid)
{
        /* It is idle or broken, and nothing of value is in it. */
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}

static Json *session(const char *binary, const char *const *accelerators, Loop *loop, Error *err)
{
        int pair[2];
        AUTO_FD int ours = -1;
        AUTO_FD int theirs = -1;
        AUTO_FD int words = memfd_create("words", MFD_CLOEXEC);
        g_autoptr(Json) answers = json_object();
        Process *process;
        Qmp *qmp;
        pid_t pid = 0;
        int r;

        if (words < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
                return error_errno(err, errno, "cannot prepare to ask %s", binary), NULL;
        ours = pair[0];
        theirs = pair[1];
        process = probe_process(binary, accelerators, theirs, words);
        r = process_start(process, &pid, err);
        process_free(process);
        close(fd_steal(&theirs));
        if (r < 0)
                return NULL;
        qmp = qmp_new(loop, fd_steal(&ours), binary, &no_hooks, NULL);
        r = ask(qmp, answers, err);
        qmp_close(qmp);
        qmp_unref(qmp);
        end_child(loop, pid);
        if (r < 0) {
                add_last_words(words, err);
                error_prefix(err, "Failed to probe capabilities of %s", binary);
                return NULL;
        }
        return g_steal_pointer(&answers);
}

/* What is different without KVM, asked at the same time. */
typedef struct Second {
        const char *binary;
        Loop *loop;
        Json *answers; /* NULL: it failed */
        Error err;
} Second;

static void *ask_second(void *opaque)
{
        Second *second = opaque;

        second->answers = session(second->binary, without, second->loop, &second->err);
        return NULL;
}

Json *qemu_probe(const char *binary, Loop *loop, Error *err)
{
        Second second = { .binary = binary, .loop = loop, .err = ERROR_INIT };
        g_autoptr(Json) answers = NULL;
        GThread *thread;

        if (kvm_probe() != KVM_USABLE)
                return session(binary, without, loop, err);
        thread = g_thread_new("tcg", ask_second, &second);
        answers = session(binary, with_kvm, loop, err);
        pool_wait_begin();
        g_thread_join(thread);
        pool_wait_end();
        if (answers && uses_kvm(answers) && second.answers)
                json_set(answers, "tcg", json_ref(second.answers));
        json_unref(second.answers);
        error_clear(&second.err);
        return g_steal_pointer(&answers);
}
