/* The qemu driver: guests run by QEMU. The module and its table of operations. */
#define LOG_SOURCE "qemu.driver"
#include "vireo/driver.h"

#include <gmodule.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest/embedded.h"
#include "guest/autodestroy.h"
#include "guest/fd_groups.h"
#include "guest/instance.h"
#include "calls/agent_calls.h"
#include "calls/lifecycle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

/* The daemon's one instance; in a client's process there are only embedded ones. */
static QemuInstance *the_instance;

static const char *qemu_probe_uri(bool privileged)
{
        return privileged ? "qemu:///system" : "qemu:///session";
}

static bool is_embedded(const Uri *uri)
{
        return !uri_host(uri) && strcmp(uri_path(uri), "/embed") == 0;
}

static int check_path(const Uri *uri, Error *err)
{
        const char *path = uri_path(uri);
        const char *proper = qemu_probe_uri(the_instance->system);

        if (!path[0])
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no QEMU URI path given, try %s", proper);
        if (strcmp(path, "/session") == 0 || (the_instance->system && strcmp(path, "/system") == 0))
                return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unexpected QEMU URI path '%s', try %s", path, proper);
}

static int qemu_start(bool privileged, Error *err)
{
        QemuInstance *instance = qemu_instance_new(privileged, NULL, err);

        if (!instance)
                return -1;
        if (qemu_instance_load(instance, err) < 0) {
                qemu_instance_free(instance);
                return -1;
        }
        the_instance = instance;
        return 0;
}

/* Once after boot: the mark is in a folder that does not outlive it. */
static bool was_autostarted(const QemuInstance *instance)
{
        g_autofree char *mark = g_build_filename(instance->run_dir, "autostarted", NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        if (access(mark, F_OK) == 0)
                return true;
        if (file_replace(mark, "", 0, 0600, &err) < 0)
                log_warn("%s", err.message);
        return false;
}

static int job_autostart(void *opaque, Error *err)
{
        g_autoptr(DomainEntry) entry = opaque;
        int r = qemu_start_entry(entry, err);

        return r < 0 ? error_prefix(err, "Failed to autostart VM '%s'", domain_entry_name(entry)) : 0;
}

/* The daemon does it beside its service, one after the other; who opens an embedded driver does not wait for it. */
static void autostart_guests(QemuInstance *instance)
{
        size_t n = 0;
        DomainEntry **entries;

        if (was_autostarted(instance))
                return;
        entries = domain_list_all(instance->list.domains, &n);
        for (size_t i = 0; i < n; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                ERROR_AUTO Error err = ERROR_INIT;

                if (!view || !view->autostart || view->live)
                        continue;
                if (instance->root)
                        lane_post(domain_entry_lane(entries[i]), "autostart", job_autostart,
                                  domain_entry_ref(entries[i]));
                else if (job_autostart(domain_entry_ref(entries[i]), &err) < 0)
                        log_error("%s", err.message);
        }
        domain_entries_free(entries);
}

static int qemu_autostart(Error *err)
{
        autostart_guests(the_instance);
        return 0;
}

static void qemu_stop(void)
{
        the_instance = qemu_instance_free(the_instance);
}

static unsigned qemu_busy(void)
{
        size_t n = 0;
        unsigned running = 0;
        DomainEntry **entries = the_instance ? domain_list_all(the_instance->list.domains, &n) : NULL;

        for (size_t i = 0; i < n; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                running += view && view->live;
        }
        if (entries)
                domain_entries_free(entries);
        return running;
}

static QemuInstance *daemon_instance(const Uri *uri, Error *err)
{
        if (!the_instance)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "qemu state driver is not active");
        return check_path(uri, err) == 0 ? the_instance : NULL;
}

/* The library has looked at the root: it is there and absolute. */
static QemuInstance *embedded_instance(const Uri *uri, Error *err)
{
        bool first = false;
        QemuInstance *instance = embedded_get(uri_parameter(uri, "root"), &first, err);

        if (!instance || !first)
                return instance;
        log_info("the driver is embedded in this program, with all it keeps below %s", instance->root);
        autostart_guests(instance);
        return instance;
}

static int qemu_open(virConnectPtr conn, virConnectAuthPtr auth, Error *err)
{
        QemuInstance *instance = conn->in_daemon ? daemon_instance(conn->uri, err) : embedded_instance(conn->uri, err);

        if (!instance)
                return -1;
        conn->state[FAMILY_HYPERVISOR] = instance;
        conn->events[FAMILY_HYPERVISOR] = instance->hub;
        return DRIVER_OPENED;
}

static void qemu_close(virConnectPtr conn)
{
        QemuInstance *instance = g_steal_pointer(&conn->state[FAMILY_HYPERVISOR]);

        conn->events[FAMILY_HYPERVISOR] = NULL;
        if (instance) {
                fd_groups_forget(instance, conn);
                autodestroy_take(instance, conn, qemu_autodestroy);
        }
        if (instance && instance->root)
                embedded_put(instance);
}

static int always(virConnectPtr conn, Error *err)
{
        return 1;
}

static int never(virConnectPtr conn, Error *err)
{
        return 0;
}

static const HypervisorCalls hypervisor_calls = {
        DOMAIN_LIST_CALLS,
        .domain_get_xml_desc = qemu_domain_get_xml_desc,
        .domain_get_os_type = domain_calls_get_os_type,
        .domain_get_vcpus_flags = qemu_domain_get_vcpus_flags,
        .connect_get_type = qemu_connect_get_type,
        .connect_get_version = qemu_connect_get_version,
        .connect_is_alive = always,
        .connect_is_secure = always,
        .connect_is_encrypted = never,
        .connect_get_capabilities = qemu_connect_get_capabilities,
        .connect_get_domain_capabilities = qemu_connect_get_domain_capabilities,
        .connect_get_cpu_model_names = qemu_connect_get_cpu_model_names,
        .connect_baseline_cpu = qemu_connect_baseline_cpu,
        .connect_compare_cpu = qemu_connect_compare_cpu,
        .connect_baseline_hypervisor_cpu = qemu_connect_baseline_hypervisor_cpu,
        .connect_compare_hypervisor_cpu = qemu_connect_compare_hypervisor_cpu,
        .connect_domain_xml_to_native = qemu_connect_domain_xml_to_native,
        .connect_domain_xml_from_native = qemu_connect_domain_xml_from_native,
        .connect_get_max_vcpus = qemu_connect_get_max_vcpus,
        .connect_get_hostname = qemu_connect_get_hostname,
        .connect_get_all_domain_stats = qemu_connect_get_all_domain_stats,
        .node_get_security_model = qemu_node_get_security_model,
        .node_get_info = qemu_node_get_info,
        .node_get_cpu_map = qemu_node_get_cpu_map,
        .node_get_free_memory = qemu_node_get_free_memory,
        .node_get_cells_free_memory = qemu_node_get_cells_free_memory,
        .node_get_cpu_stats = qemu_node_get_cpu_stats,
        .node_get_memory_stats = qemu_node_get_memory_stats,
        .node_get_free_pages = qemu_node_get_free_pages,
        .domain_create_with_flags = qemu_domain_create_with_flags,
        .domain_create_xml = qemu_domain_create_xml,
        .domain_define_xml_flags = qemu_domain_define_xml_flags,
        .domain_undefine_flags = qemu_domain_undefine_flags,
        .domain_rename = qemu_domain_rename,
        .domain_set_lifecycle_action = qemu_domain_set_lifecycle_action,
        .domain_set_block_threshold = qemu_domain_set_block_threshold,
        .domain_set_autostart = qemu_domain_set_autostart,
        .domain_set_metadata = qemu_domain_set_metadata,
        .domain_suspend = qemu_domain_suspend,
        .domain_resume = qemu_domain_resume,
        .domain_shutdown_flags = qemu_domain_shutdown_flags,
        .domain_reboot = qemu_domain_reboot,
        .domain_reset = qemu_domain_reset,
        .domain_inject_nmi = qemu_domain_inject_nmi,
        .domain_pm_wakeup = qemu_domain_pm_wakeup,
        .domain_destroy_flags = qemu_domain_destroy_flags,
        .domain_attach_device_flags = qemu_domain_attach_device_flags,
        .domain_detach_device_flags = qemu_domain_detach_device_flags,
        .domain_detach_device_alias = qemu_domain_detach_device_alias,
        .domain_update_device_flags = qemu_domain_update_device_flags,
        .domain_get_info = qemu_domain_get_info,
        .domain_get_control_info = qemu_domain_get_control_info,
        .domain_get_messages = qemu_domain_get_messages,
        .domain_get_security_label = qemu_domain_get_security_label,
        .domain_get_job_info = qemu_domain_get_job_info,
        .domain_get_job_stats = qemu_domain_get_job_stats,
        .domain_get_vcpus = qemu_domain_get_vcpus,
        .domain_get_vcpu_pin_info = qemu_domain_get_vcpu_pin_info,
        .domain_pin_vcpu_flags = qemu_domain_pin_vcpu_flags,
        .domain_pin_emulator = qemu_domain_pin_emulator,
        .domain_get_emulator_pin_info = qemu_domain_get_emulator_pin_info,
        .domain_pin_iothread = qemu_domain_pin_iothread,
        .domain_get_iothread_info = qemu_domain_get_iothread_info,
        .domain_add_iothread = qemu_domain_add_iothread,
        .domain_del_iothread = qemu_domain_del_iothread,
        .domain_set_iothread_params = qemu_domain_set_iothread_params,
        .domain_get_cpu_stats = qemu_domain_get_cpu_stats,
        .domain_get_scheduler_type = qemu_domain_get_scheduler_type,
        .domain_get_scheduler_parameters_flags = qemu_domain_get_scheduler_parameters_flags,
        .domain_set_scheduler_parameters_flags = qemu_domain_set_scheduler_parameters_flags,
        .domain_get_memory_parameters = qemu_domain_get_memory_parameters,
        .domain_set_memory_parameters = qemu_domain_set_memory_parameters,
        .domain_get_blkio_parameters = qemu_domain_get_blkio_parameters,
        .domain_set_blkio_parameters = qemu_domain_set_blkio_parameters,
        .domain_get_numa_parameters = qemu_domain_get_numa_parameters,
        .domain_set_numa_parameters = qemu_domain_set_numa_parameters,
        .domain_get_perf_events = qemu_domain_get_perf_events,
        .domain_set_perf_events = qemu_domain_set_perf_events,
        .domain_start_dirty_rate_calc = qemu_domain_start_dirty_rate_calc,
        .domain_set_memory_flags = qemu_domain_set_memory_flags,
        .domain_set_memory_stats_period = qemu_domain_set_memory_stats_period,
        .domain_set_vcpu = qemu_domain_set_vcpu,
        .domain_set_block_io_tune = qemu_domain_set_block_io_tune,
        .domain_get_block_io_tune = qemu_domain_get_block_io_tune,
        .domain_set_interface_parameters = qemu_domain_set_interface_parameters,
        .domain_get_interface_parameters = qemu_domain_get_interface_parameters,
        .domain_block_resize = qemu_domain_block_resize,
        .domain_set_vcpus_flags = qemu_domain_set_vcpus_flags,
        .domain_memory_stats = qemu_domain_memory_stats,
        .domain_block_stats = qemu_domain_block_stats,
        .domain_block_stats_flags = qemu_domain_block_stats_flags,
        .domain_get_block_info = qemu_domain_get_block_info,
        .domain_interface_stats = qemu_domain_interface_stats,
        .domain_open_console = qemu_domain_open_console,
        .domain_screenshot = qemu_domain_screenshot,
        .domain_send_key = qemu_domain_send_key,
        .domain_open_graphics = qemu_domain_open_graphics,
        .domain_open_graphics_fd = qemu_domain_open_graphics_fd,
        .domain_open_channel = qemu_domain_open_channel,
        .domain_qemu_monitor_command = qemu_domain_monitor_command,
        .domain_qemu_monitor_command_with_files = qemu_domain_monitor_command_with_files,
        .domain_fd_associate = qemu_domain_fd_associate,
        .domain_get_launch_security_info = qemu_domain_get_launch_security_info,
        .domain_set_launch_security_state = qemu_domain_set_launch_security_state,
        .node_get_sev_info = qemu_node_get_sev_info,
        .domain_memory_peek = qemu_domain_memory_peek,
        .domain_core_dump_with_format = qemu_domain_core_dump_with_format,
        .domain_block_peek = qemu_domain_block_peek,
        .domain_get_disk_errors = qemu_domain_get_disk_errors,
        .domain_get_security_label_list = qemu_domain_get_security_label_list,
        .connect_get_sysinfo = qemu_connect_get_sysinfo,
        .node_get_memory_parameters = qemu_node_get_memory_parameters,
        .node_set_memory_parameters = qemu_node_set_memory_parameters,
        .node_alloc_pages = qemu_node_alloc_pages,
        .domain_qemu_agent_command = qemu_domain_agent_command,
        .domain_agent_set_response_timeout = qemu_domain_agent_set_response_timeout,
        .domain_fsfreeze = qemu_domain_fsfreeze,
        .domain_fsthaw = qemu_domain_fsthaw,
        .domain_fstrim = qemu_domain_fstrim,
        .domain_get_fsinfo = qemu_domain_get_fsinfo,
        .domain_get_time = qemu_domain_get_time,
        .domain_set_time = qemu_domain_set_time,
        .domain_set_user_password = qemu_domain_set_user_password,
        .domain_authorized_ssh_keys_get = qemu_domain_authorized_ssh_keys_get,
        .domain_authorized_ssh_keys_set = qemu_domain_authorized_ssh_keys_set,
        .domain_get_guest_vcpus = qemu_domain_get_guest_vcpus,
        .domain_set_guest_vcpus = qemu_domain_set_guest_vcpus,
        .domain_pm_suspend_for_duration = qemu_domain_pm_suspend_for_duration,
        .domain_interface_addresses = qemu_domain_interface_addresses,
        .domain_get_hostname = qemu_domain_get_hostname,
        .domain_get_guest_info = qemu_domain_get_guest_info,
};

G_MODULE_EXPORT const DriverModule driver_module = {
        DRIVER_MODULE_HEADER,      .name = "qemu",          .schemes = (const char *const[]){ "qemu", NULL },
        .in_process = is_embedded, .probe = qemu_probe_uri, .open = qemu_open,
        .close = qemu_close,       .start = qemu_start,     .autostart = qemu_autostart,
        .stop = qemu_stop,         .busy = qemu_busy,       .hypervisor = &hypervisor_calls,
};
