/* The measuring client: public API only, so that the same program runs on Debian's library and on ours.
 *
 *   client latency URI CALL COUNT          one connection; prints median, p99 and mean in microseconds
 *   client throughput URI CALL THREADS MS  one connection for each thread; prints calls per second
 *   client define URI THREADS COUNT        COUNT definitions in all; prints definitions per second, median, p99, mean
 *   client undefine URI COUNT
 *   client bulk URI COUNT                  lists all and asks all statistics COUNT times; medians in milliseconds
 *   client starts URI NAME COUNT           starts (paused) and destroys NAME COUNT times; medians in milliseconds
 * CALL: version (GetLibVersion), info (DomainGetInfo), xml (DomainGetXMLDesc), open (open and close). The domain is
 * called "bench-0". */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "times.h"

typedef struct Target {
        const char *uri;
        virConnectPtr conn;
        virDomainPtr domain;
} Target;

typedef struct Call {
        const char *name;
        int (*call)(Target *target);
        gboolean needs_domain;
} Call;

static void fail(const char *what)
{
        virErrorPtr error = virGetLastError();

        fprintf(stderr, "%s: %s\n", what, error ? error->message : "failed");
        exit(1);
}

static int call_version(Target *target)
{
        unsigned long version;

        return virConnectGetLibVersion(target->conn, &version);
}

static int call_info(Target *target)
{
        virDomainInfo info;

        return virDomainGetInfo(target->domain, &info);
}

static int call_xml(Target *target)
{
        char *xml = virDomainGetXMLDesc(target->domain, 0);

        free(xml);
        return xml ? 0 : -1;
}

static int call_open(Target *target)
{
        virConnectPtr conn = virConnectOpen(target->uri);

        return conn ? virConnectClose(conn) : -1;
}

static const Call calls[] = {
        { "version", call_version, FALSE },
        { "info", call_info, TRUE },
        { "xml", call_xml, TRUE },
        { "open", call_open, FALSE },
};

static const Call *call_named(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
                if (strcmp(calls[i].name, name) == 0)
                        return &calls[i];
        fprintf(stderr, "no call '%s'\n", name);
        exit(2);
}

static void target_open(Target *target, const char *uri, const Call *call)
{
        target->uri = uri;
        target->domain = NULL;
        target->conn = virConnectOpen(uri);
        if (!target->conn)
                fail("open");
        if (call && call->needs_domain) {
                target->domain = virDomainLookupByName(target->conn, "bench-0");
                if (!target->domain)
                        fail("lookup");
        }
}

static void target_close(Target *target)
{
        if (target->domain)
                virDomainFree(target->domain);
        virConnectClose(target->conn);
}

static int run_latency(char **arguments)
{
        const Call *call = call_named(arguments[1]);
        size_t n = strtoul(arguments[2], NULL, 10);
        g_autofree double *times = g_new(double, n);
        Target target;

        target_open(&target, arguments[0], call);
        for (size_t i = 0; i < n / 10 + 1; i++)
                if (call->call(&target) < 0)
                        fail(call->name);
        for (size_t i = 0; i < n; i++) {
                double start = now_us();

                if (call->call(&target) < 0)
                        fail(call->name);
                times[i] = now_us() - start;
        }
        times_print(times, n);
        target_close(&target);
        return 0;
}

typedef struct Runner {
        GThread *thread;
        const Call *call;
        Target target;
        int first, count; /* definitions */
        double *times;
        size_t done;
} Runner;

static gint stop;

static void *run_calls(void *opaque)
{
        Runner *runner = opaque;

        while (!g_atomic_int_get(&stop)) {
                if (runner->call->call(&runner->target) < 0)
                        fail(runner->call->name);
                runner->done++;
        }
        return NULL;
}

static int run_throughput(char **arguments)
{
        const Call *call = call_named(arguments[1]);
        size_t n = strtoul(arguments[2], NULL, 10);
        g_autofree Runner *runners = g_new0(Runner, n);
        double start, elapsed;
        size_t done = 0;

        for (size_t i = 0; i < n; i++) {
                runners[i].call = call;
                target_open(&runners[i].target, arguments[0], call);
        }
        start = now_us();
        for (size_t i = 0; i < n; i++)
                runners[i].thread = g_thread_new("client", run_calls, &runners[i]);
        g_usleep(strtoul(arguments[3], NULL, 10) * 1000);
        g_atomic_int_set(&stop, 1);
        for (size_t i = 0; i < n; i++) {
                g_thread_join(runners[i].thread);
                done += runners[i].done;
        }
        elapsed = now_us() - start;
        printf("%.0f\n", done / elapsed * 1e6);
        for (size_t i = 0; i < n; i++)
                target_close(&runners[i].target);
        return 0;
}

static void *run_defines(void *opaque)
{
        Runner *runner = opaque;

        for (int i = 0; i < runner->count; i++) {
                int n = runner->first + i;
                g_autofree char *xml = g_strdup_printf(
                        "<domain type='qemu'><name>bench-%d</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
                        "<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features><devices>"
                        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                        "<source file='/var/tmp/bench-%d.qcow2'/><target dev='vda' bus='virtio'/></disk>"
                        "<interface type='user'><model type='virtio'/></interface>"
                        "<serial type='pty'/><console type='pty'/></devices></domain>",
                        n, n);
                double start = now_us();
                virDomainPtr domain = virDomainDefineXML(runner->target.conn, xml);

                if (!domain)
                        fail("define");
                runner->times[i] = now_us() - start;
                virDomainFree(domain);
        }
        return NULL;
}

static int run_define(char **arguments)
{
        int threads = atoi(arguments[1]), count = atoi(arguments[2]);
        g_autofree Runner *runners = g_new0(Runner, threads);
        g_autofree double *times = g_new0(double, count);
        double start, elapsed;
        int first = 0;

        for (int i = 0; i < threads; i++) {
                runners[i].first = first;
                runners[i].count = (count - first) / (threads - i);
                runners[i].times = times + first;
                first += runners[i].count;
                target_open(&runners[i].target, arguments[0], NULL);
        }
        start = now_us();
        for (int i = 0; i < threads; i++)
                runners[i].thread = g_thread_new("client", run_defines, &runners[i]);
        for (int i = 0; i < threads; i++)
                g_thread_join(runners[i].thread);
        elapsed = now_us() - start;
        for (int i = 0; i < threads; i++)
                target_close(&runners[i].target);
        printf("%.0f ", count / elapsed * 1e6);
        times_print(times, count);
        return 0;
}

static int run_undefine(char **arguments)
{
        int count = atoi(arguments[1]);
        Target target;

        target_open(&target, arguments[0], NULL);
        for (int i = 0; i < count; i++) {
                g_autofree char *name = g_strdup_printf("bench-%d", i);
                virDomainPtr domain = virDomainLookupByName(target.conn, name);

                if (!domain || virDomainUndefine(domain) < 0)
                        fail("undefine");
                virDomainFree(domain);
        }
        target_close(&target);
        return 0;
}

static double time_list(virConnectPtr conn, int *ret_n)
{
        virDomainPtr *domains = NULL;
        double start = now_us();
        int n = virConnectListAllDomains(conn, &domains, 0);

        if (n < 0)
                fail("list");
        start = now_us() - start;
        for (int i = 0; i < n; i++)
                virDomainFree(domains[i]);
        free(domains);
        *ret_n = n;
        return start / 1e3;
}

static double time_stats(virConnectPtr conn)
{
        virDomainStatsRecordPtr *records = NULL;
        double start = now_us();

        if (virConnectGetAllDomainStats(conn, 0, &records, 0) < 0)
                fail("statistics");
        start = now_us() - start;
        virDomainStatsRecordListFree(records);
        return start / 1e3;
}

static int run_bulk(char **arguments)
{
        int n = atoi(arguments[1]), listed = 0;
        g_autofree double *list = g_new(double, n);
        g_autofree double *stats = g_new(double, n);
        Target target;

        target_open(&target, arguments[0], NULL);
        for (int i = 0; i < n; i++) {
                list[i] = time_list(target.conn, &listed);
                stats[i] = time_stats(target.conn);
        }
        printf("%d %.2f %.2f\n", listed, times_median(list, n), times_median(stats, n));
        target_close(&target);
        return 0;
}

static int run_starts(char **arguments)
{
        virConnectPtr conn = virConnectOpen(arguments[0]);
        virDomainPtr domain = conn ? virDomainLookupByName(conn, arguments[1]) : NULL;
        size_t n = strtoul(arguments[2], NULL, 10);
        g_autofree double *starts = g_new0(double, n), *ends = g_new0(double, n);

        if (!domain)
                fail("domain");
        for (size_t i = 0; i < n; i++) {
                double before = now_us(), up;

                if (virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) < 0)
                        fail("start");
                up = now_us();
                if (virDomainDestroy(domain) < 0)
                        fail("destroy");
                starts[i] = (up - before) / 1e3;
                ends[i] = (now_us() - up) / 1e3;
        }
        printf("%.2f %.2f\n", times_median(starts, n), times_median(ends, n));
        virDomainFree(domain);
        virConnectClose(conn);
        return 0;
}

int main(int argc, char **argv)
{
        static const struct {
                const char *name;
                int arguments;
                int (*run)(char **arguments);
        } modes[] = {
                { "latency", 3, run_latency }, { "throughput", 4, run_throughput },
                { "define", 3, run_define },   { "undefine", 2, run_undefine },
                { "bulk", 2, run_bulk },       { "starts", 3, run_starts },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
                if (argc == modes[i].arguments + 2 && strcmp(argv[1], modes[i].name) == 0)
                        return modes[i].run(argv + 2);
        fprintf(stderr, "usage: see the top of client.c\n");
        return 2;
}
