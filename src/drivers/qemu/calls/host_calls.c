/* The host as a connection to QEMU shows it: figures of the node, versions, limits. */
#include <stdlib.h>
#include <string.h>

#include "guest/instance.h"
#include "caps/kvm_probe.h"
#include "guest/label.h"
#include "calls/lifecycle.h"
#include "util/host.h"

const char *qemu_connect_get_type(virConnectPtr conn, Error *err)
{
        return "QEMU";
}

static QemuCaps *default_caps(QemuInstance *instance, Error *err)
{
        const QemuArch *host = qemu_arch_of_host();
        g_autofree char *binary = qemu_find_binary(host ? host->name : "x86_64");

        if (!binary)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Cannot find suitable emulator for %s",
                                  host ? host->name : "this host");
        return qemu_caps_get(instance->caps, binary, err);
}

int qemu_connect_get_version(virConnectPtr conn, unsigned long *version, Error *err)
{
        g_autoptr(QemuCaps) caps = default_caps(instance_of(conn), err);

        if (!caps)
                return -1;
        *version = caps->version;
        return 0;
}

int qemu_connect_get_max_vcpus(virConnectPtr conn, const char *type, Error *err)
{
        if (!type || g_ascii_strcasecmp(type, "qemu") == 0)
                return 16;
        if (g_ascii_strcasecmp(type, "kvm") == 0) {
                g_autoptr(QemuCaps) caps = NULL;
                const QemuMachine *machine;

                if (kvm_probe() != KVM_USABLE)
                        return error_set(err, VIR_ERR_INVALID_ARG, "unknown type '%s': %s", type,
                                         kvm_state_text(kvm_probe()));
                caps = default_caps(instance_of(conn), err);
                machine = caps ? qemu_caps_preferred_machine(caps) : NULL;
                return caps ? (int)(machine ? machine->max_cpus : 16) : -1;
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "unknown type '%s'", type);
}

int qemu_node_get_security_model(virConnectPtr conn, virSecurityModelPtr model, Error *err)
{
        const MacDriver *mac = NULL;

        if (guest_mac(instance_of(conn), &mac, err) < 0)
                return -1;
        *model = (virSecurityModel){ .doi = "0" };
        g_strlcpy(model->model, mac_model(mac), sizeof(model->model));
        return 0;
}

/* The node */

int qemu_node_get_info(virConnectPtr conn, virNodeInfoPtr info, Error *err)
{
        HostInfo host;

        if (host_info("", &host, err) < 0)
                return -1;
        *info = (virNodeInfo){ .memory = host.memory_kib,
                               .cpus = host.cpus,
                               .mhz = host.mhz,
                               .nodes = host.nodes,
                               .sockets = host.sockets,
                               .cores = host.cores,
                               .threads = host.threads };
        g_strlcpy(info->model, host.model, sizeof(info->model));
        return 0;
}

int qemu_node_get_cpu_map(virConnectPtr conn, unsigned char **cpumap, unsigned int *online, unsigned int flags,
                          Error *err)
{
        g_autoptr(Bitmap) set = NULL;
        unsigned present = 0;

        if (host_cpu_map("", &present, &set, err) < 0)
                return -1;
        if (online)
                *online = (unsigned)bitmap_count(set);
        if (cpumap) {
                size_t length = (present + 7) / 8;

                *cpumap = g_malloc0(length);
                bitmap_to_bytes(set, *cpumap, length);
        }
        return (int)present;
}

unsigned long long qemu_node_get_free_memory(virConnectPtr conn, Error *err)
{
        HostMemory memory;

        if (host_memory("", -1, &memory, err) < 0)
                return 0;
        return memory.free_kib * 1024;
}

int qemu_node_get_cells_free_memory(virConnectPtr conn, unsigned long long *free_memory, int start, int max, Error *err)
{
        int n = 0;

        for (; n < max; n++) {
                HostMemory memory;
                ERROR_AUTO Error why = ERROR_INIT;

                if (host_memory("", start + n, &memory, &why) < 0)
                        return n > 0 ? n : error_move(err, &why);
                free_memory[n] = memory.free_kib * 1024;
        }
        return n;
}

int qemu_node_get_cpu_stats(virConnectPtr conn, int cpu, virNodeCPUStatsPtr params, int *nparams, unsigned int flags,
                            Error *err)
{
        HostCpuTime time;
        const char *const fields[] = { VIR_NODE_CPU_STATS_KERNEL, VIR_NODE_CPU_STATS_USER, VIR_NODE_CPU_STATS_IDLE,
                                       VIR_NODE_CPU_STATS_IOWAIT };
        int n = G_N_ELEMENTS(fields);

        if (*nparams == 0) {
                *nparams = n;
                return 0;
        }
        if (host_cpu_time("", cpu, &time, err) < 0)
                return -1;
        for (int i = 0; i < n && i < *nparams; i++) {
                const uint64_t values[] = { time.kernel_ns, time.user_ns, time.idle_ns, time.iowait_ns };

                g_strlcpy(params[i].field, fields[i], sizeof(params[i].field));
                params[i].value = values[i];
        }
        *nparams = MIN(*nparams, n);
        return 0;
}

int qemu_node_get_memory_stats(virConnectPtr conn, int cell, virNodeMemoryStatsPtr params, int *nparams,
                               unsigned int flags, Error *err)
{
        HostMemory memory;
        const char *const fields[] = { VIR_NODE_MEMORY_STATS_TOTAL, VIR_NODE_MEMORY_STATS_FREE,
                                       VIR_NODE_MEMORY_STATS_BUFFERS, VIR_NODE_MEMORY_STATS_CACHED };
        int n = cell < 0 ? 4 : 2;

        if (*nparams == 0) {
                *nparams = n;
                return 0;
        }
        if (host_memory("", cell, &memory, err) < 0)
                return -1;
        for (int i = 0; i < n && i < *nparams; i++) {
                const uint64_t values[] = { memory.total_kib, memory.free_kib, memory.buffers_kib, memory.cached_kib };

                g_strlcpy(params[i].field, fields[i], sizeof(params[i].field));
                params[i].value = values[i];
        }
        *nparams = MIN(*nparams, n);
        return 0;
}

int qemu_node_get_free_pages(virConnectPtr conn, unsigned int npages, unsigned int *pages, int start,
                             unsigned int cells, unsigned long long *counts, unsigned int flags, Error *err)
{
        int n = 0;

        for (unsigned cell = 0; cell < cells; cell++) {
                for (unsigned i = 0; i < npages; i++) {
                        uint64_t free_pages = 0;

                        if (host_free_pages("", start + (int)cell, pages[i], &free_pages, err) < 0)
                                return -1;
                        counts[n++] = free_pages;
                }
        }
        return n;
}

char *qemu_connect_get_hostname(virConnectPtr conn, Error *err)
{
        return host_name("", err);
}
