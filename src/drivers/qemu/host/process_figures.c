/* See process_figures.h. */
#include "host/process_figures.h"

#include <string.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/text.h"

static uint64_t ticks_to_ns(const char *field)
{
        uint64_t ticks = 0;

        text_to_uint64(field, 10, &ticks);
        return ticks * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

bool cpu_figures(pid_t pid, pid_t tid, CpuFigures *ret)
{
        g_autofree char *base = tid ? g_strdup_printf("/proc/%d/task/%d", pid, tid) : g_strdup_printf("/proc/%d", pid);
        g_autofree char *path = g_strconcat(base, "/stat", NULL);
        g_autofree char *schedule = g_strconcat(base, "/schedstat", NULL);
        g_autofree char *text = NULL;
        g_autofree char *waits = NULL;
        g_auto(GStrv) fields = NULL;
        const char *rest;

        *ret = (CpuFigures){ .cpu = -1 };
        if (pid <= 0 || file_read(path, 4096, &text, NULL, NULL) < 0 || !(rest = strrchr(text, ')')))
                return false;
        /* Behind the name, which may hold anything: the state is field 3. */
        fields = g_strsplit(g_strstrip((char *)rest + 1), " ", -1);
        if (g_strv_length(fields) < 37)
                return false;
        ret->running = fields[0][0] == 'R' || fields[0][0] == 'S';
        ret->user_ns = ticks_to_ns(fields[11]);
        ret->system_ns = ticks_to_ns(fields[12]);
        text_to_int(fields[36], 10, &ret->cpu);
        if (file_read(schedule, 256, &waits, NULL, NULL) == 0) {
                g_auto(GStrv) parts = g_strsplit(g_strstrip(waits), " ", 3);

                if (parts[0] && parts[1])
                        text_to_uint64(parts[1], 10, &ret->wait_ns);
        }
        return true;
}

uint64_t rss_kib(pid_t pid)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/statm", pid);
        g_autofree char *text = NULL;
        g_auto(GStrv) fields = NULL;
        uint64_t pages = 0;

        if (pid <= 0 || file_read(path, 256, &text, NULL, NULL) < 0)
                return 0;
        fields = g_strsplit(text, " ", 3);
        if (fields[0] && fields[1])
                text_to_uint64(fields[1], 10, &pages);
        return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

static uint64_t read_count(const char *folder, const char *machine, const char *name)
{
        g_autofree char *path = g_build_filename(folder, machine, name, NULL);
        g_autofree char *text = NULL;
        uint64_t value = 0;

        if (file_read(path, 256, &text, NULL, NULL) == 0)
                text_to_uint64(g_strstrip(text), 10, &value);
        return value;
}

bool halt_poll_figures(pid_t pid, uint64_t *ret_success_ns, uint64_t *ret_fail_ns)
{
        static const char folder[] = "/sys/kernel/debug/kvm";
        g_autofree char *start = g_strdup_printf("%d-", pid);
        g_auto(GStrv) machines = NULL;

        *ret_success_ns = *ret_fail_ns = 0;
        if (access(folder, R_OK | X_OK) < 0 || dir_list(folder, NULL, &machines, NULL) < 0)
                return false;
        for (char **machine = machines; *machine; machine++) {
                if (!g_str_has_prefix(*machine, start))
                        continue;
                *ret_success_ns += read_count(folder, *machine, "halt_poll_success_ns");
                *ret_fail_ns += read_count(folder, *machine, "halt_poll_fail_ns");
        }
        return true;
}
