/* The test driver's module: what it opens, and its table of operations. */
#include "test.h"

#include <gmodule.h>
#include <string.h>
#include <unistd.h>

#include "util/auto.h"

static const char *const schemes[] = { "test", NULL };

enum { VERSION = 2, MAX_VCPUS = 32 };

/* With a host it is the test driver of a daemon over there. */
static bool in_process(const Uri *uri)
{
        return !uri_host(uri);
}

static int open_host(virConnectPtr conn, virConnectAuthPtr auth, Error *err)
{
        const char *path = uri_path(conn->uri);
        TestHost *host;

        if (!*path || strcmp(path, "/") == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "testOpen: supply a path or use test:///default");
        host = test_host_get(strcmp(path, "/default") == 0 ? NULL : path, err);
        if (!host)
                return -1;
        conn->state[FAMILY_HYPERVISOR] = host;
        conn->events[FAMILY_HYPERVISOR] = host->hub;
        conn->events[FAMILY_NETWORK] = host->hub;
        conn->events[FAMILY_STORAGE] = host->hub;
        conn->events[FAMILY_NODE_DEVICE] = host->hub;
        return DRIVER_OPENED;
}

static void close_host(virConnectPtr conn)
{
        test_host_put(g_steal_pointer(&conn->state[FAMILY_HYPERVISOR]));
}

static const char *get_type(virConnectPtr conn, Error *err)
{
        return "TEST";
}

static int get_version(virConnectPtr conn, unsigned long *version, Error *err)
{
        *version = VERSION;
        return 0;
}

static char *get_hostname(virConnectPtr conn, Error *err)
{
        char name[256];

        if (gethostname(name, sizeof(name)) < 0)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "cannot get the host's name");
        name[sizeof(name) - 1] = '\0';
        return g_strdup(name);
}

static int get_max_vcpus(virConnectPtr conn, const char *type, Error *err)
{
        return MAX_VCPUS;
}

/* Invented guests run the same invented system, whatever their definition says. */
static char *get_os_type(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? g_strdup("linux") : NULL;
}

static int yes(virConnectPtr conn, Error *err)
{
        return 1;
}

static int no(virConnectPtr conn, Error *err)
{
        return 0;
}

static const HypervisorCalls calls = {
        DOMAIN_LIST_CALLS,
        .domain_get_xml_desc = domain_calls_get_xml_desc,
        .domain_get_os_type = get_os_type,
        .domain_get_vcpus_flags = domain_calls_get_vcpus_flags,
        .connect_get_type = get_type,
        .connect_get_version = get_version,
        .connect_get_hostname = get_hostname,
        .connect_get_max_vcpus = get_max_vcpus,
        .connect_is_alive = yes,
        .connect_is_secure = yes,
        .connect_is_encrypted = no,
        .connect_get_capabilities = test_capabilities,
        .connect_get_cpu_model_names = test_cpu_model_names,
        .connect_baseline_cpu = test_baseline_cpu,
        .connect_get_all_domain_stats = test_get_stats,
        .node_get_info = test_node_info,
        .node_get_cells_free_memory = test_node_cells,
        .node_get_free_memory = test_node_free,
        .node_get_cpu_map = test_node_cpu_map,
        .node_get_security_model = test_node_security_model,
        .domain_define_xml_flags = test_define,
        .domain_create_xml = test_create_xml,
        .domain_create_with_flags = test_create,
        .domain_destroy_flags = test_destroy,
        .domain_shutdown_flags = test_shutdown,
        .domain_reboot = test_reboot,
        .domain_reset = test_reset,
        .domain_suspend = test_suspend,
        .domain_resume = test_resume,
        .domain_undefine_flags = test_undefine,
        .domain_rename = test_rename,
        .domain_set_autostart = test_set_autostart,
        .domain_set_memory_flags = test_set_memory,
        .domain_set_vcpus_flags = test_set_vcpus,
        .domain_set_metadata = test_set_metadata,
        .domain_add_iothread = test_add_iothread,
        .domain_del_iothread = test_del_iothread,
        .domain_pin_iothread = test_pin_iothread,
        .domain_get_iothread_info = test_get_iothreads,
        .domain_pin_vcpu_flags = test_pin_vcpu,
        .domain_get_vcpu_pin_info = test_get_vcpu_pins,
        .domain_pin_emulator = test_pin_emulator,
        .domain_get_emulator_pin_info = test_get_emulator_pin,
        .domain_get_vcpus = test_get_vcpus,
        .domain_get_blkio_parameters = test_get_blkio,
        .domain_set_blkio_parameters = test_set_blkio,
        .domain_get_scheduler_type = test_get_scheduler_type,
        .domain_get_scheduler_parameters_flags = test_get_scheduler,
        .domain_set_scheduler_parameters_flags = test_set_scheduler,
        .domain_get_info = test_get_info,
        .domain_get_messages = test_get_messages,
        .domain_get_security_label = test_get_security_label,
        .domain_get_control_info = test_get_control,
        .domain_get_hostname = test_get_hostname,
        .domain_get_time = test_get_time,
};

G_MODULE_EXPORT const DriverModule driver_module = {
        DRIVER_MODULE_HEADER,
        .name = "test",
        .schemes = schemes,
        .in_process = in_process,
        .open = open_host,
        .close = close_host,
        .hypervisor = &calls,
        .network = &test_network_calls,
        .interface = &test_interface_calls,
        .storage = &test_storage_calls,
        .node_device = &test_node_device_calls,
};
