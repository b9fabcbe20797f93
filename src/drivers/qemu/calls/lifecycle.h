/* Calls of the driver's table: see vireo/calls.h for each one's meaning. */
#pragma once

#include "conf/domain_list.h"
#include "conf/domain_list_calls.h"

/* lifecycle.c */
int qemu_domain_create_with_flags(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_suspend(virDomainPtr domain, Error *err);
int qemu_domain_resume(virDomainPtr domain, Error *err);
int qemu_domain_shutdown_flags(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_reboot(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_reset(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_inject_nmi(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_pm_wakeup(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_destroy_flags(virDomainPtr domain, unsigned int flags, Error *err);
struct Guest;
/** qemu_start_guest: @config runs, as @flags of virDomainCreateWithFlags() say, for @conn. Inside a job of its lane. */
int qemu_start_guest(struct Guest *guest, Domain *config, virConnectPtr conn, unsigned flags, Error *err);
/** qemu_autodestroy: run @run of the domain is ended soon; nobody waits. */
void qemu_autodestroy(DomainEntry *entry, int run);
/** qemu_start_entry: start a defined domain that does not run. */
int qemu_start_entry(DomainEntry *entry, Error *err);

/* define.c */
struct QemuInstance;
/** qemu_document_read: the guest that @xml makes: settled, checked, nothing kept; VIR_ERR_XML_INVALID_SCHEMA (@validate).
 */
Domain *qemu_document_read(struct QemuInstance *instance, const char *xml, bool validate, Error *err);
/** qemu_check_name: whether a domain can be called so: the name becomes a file's. */
int qemu_check_name(const char *name, Error *err);
virDomainPtr qemu_domain_define_xml_flags(virConnectPtr conn, const char *xml, unsigned int flags, Error *err);
virDomainPtr qemu_domain_create_xml(virConnectPtr conn, const char *xml, unsigned int flags, Error *err);
int qemu_domain_undefine_flags(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_set_autostart(virDomainPtr domain, int autostart, Error *err);
int qemu_domain_set_metadata(virDomainPtr domain, int type, const char *metadata, const char *key, const char *uri,
                             unsigned int flags, Error *err);

/* device_calls.c */
int qemu_domain_attach_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err);
int qemu_domain_detach_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err);
int qemu_domain_detach_device_alias(virDomainPtr domain, const char *alias, unsigned int flags, Error *err);
int qemu_domain_update_device_flags(virDomainPtr domain, const char *xml, unsigned int flags, Error *err);

/* tune.c */
int qemu_domain_set_memory_flags(virDomainPtr domain, unsigned long memory, unsigned int flags, Error *err);
int qemu_domain_get_vcpus_flags(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_set_vcpus_flags(virDomainPtr domain, unsigned int nvcpus, unsigned int flags, Error *err);
int qemu_domain_set_vcpu(virDomainPtr domain, const char *vcpumap, int state, unsigned int flags, Error *err);
int qemu_domain_block_resize(virDomainPtr dom, const char *disk, unsigned long long size, unsigned int flags,
                             Error *err);
int qemu_domain_set_memory_stats_period(virDomainPtr domain, int period, unsigned int flags, Error *err);

/* tune_pin.c */
int qemu_domain_pin_vcpu_flags(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int maplen,
                               unsigned int flags, Error *err);
int qemu_domain_get_vcpu_pin_info(virDomainPtr domain, int ncpumaps, unsigned char *cpumaps, int maplen,
                                  unsigned int flags, Error *err);
int qemu_domain_pin_emulator(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned int flags, Error *err);
int qemu_domain_get_emulator_pin_info(virDomainPtr domain, unsigned char *cpumaps, int maplen, unsigned int flags,
                                      Error *err);
int qemu_domain_pin_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned char *cpumap, int maplen,
                             unsigned int flags, Error *err);

/* tune_disk.c */
int qemu_domain_set_block_io_tune(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int nparams,
                                  unsigned int flags, Error *err);
int qemu_domain_get_block_io_tune(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int *nparams,
                                  unsigned int flags, Error *err);

/* tune_interface.c */
int qemu_domain_set_interface_parameters(virDomainPtr dom, const char *device, virTypedParameterPtr params, int nparams,
                                         unsigned int flags, Error *err);
int qemu_domain_get_interface_parameters(virDomainPtr dom, const char *device, virTypedParameterPtr params,
                                         int *nparams, unsigned int flags, Error *err);

/* numa_calls.c */
int qemu_domain_get_numa_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                    Error *err);
int qemu_domain_set_numa_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                    Error *err);

/* perf_calls.c */
int qemu_domain_get_perf_events(virDomainPtr dom, virTypedParameterPtr *params, int *nparams, unsigned int flags,
                                Error *err);
int qemu_domain_set_perf_events(virDomainPtr dom, virTypedParameterPtr params, int nparams, unsigned int flags,
                                Error *err);

/* dirty_rate.c */
int qemu_domain_start_dirty_rate_calc(virDomainPtr domain, int seconds, unsigned int flags, Error *err);

/* iothread_calls.c */
int qemu_domain_get_iothread_info(virDomainPtr domain, virDomainIOThreadInfoPtr **info, unsigned int flags, Error *err);
int qemu_domain_add_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags, Error *err);
int qemu_domain_del_iothread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags, Error *err);
int qemu_domain_set_iothread_params(virDomainPtr domain, unsigned int iothread_id, virTypedParameterPtr params,
                                    int nparams, unsigned int flags, Error *err);

/* rename.c */
int qemu_domain_rename(virDomainPtr dom, const char *new_name, unsigned int flags, Error *err);

/* lifecycle_action.c */
int qemu_domain_set_lifecycle_action(virDomainPtr domain, unsigned int type, unsigned int action, unsigned int flags,
                                     Error *err);

/* threshold.c */
int qemu_domain_set_block_threshold(virDomainPtr domain, const char *dev, unsigned long long threshold,
                                    unsigned int flags, Error *err);

/* launch_security.c */
int qemu_domain_get_launch_security_info(virDomainPtr domain, virTypedParameterPtr *params, int *nparams,
                                         unsigned int flags, Error *err);
int qemu_domain_set_launch_security_state(virDomainPtr domain, virTypedParameterPtr params, int nparams,
                                          unsigned int flags, Error *err);
int qemu_node_get_sev_info(virConnectPtr conn, virTypedParameterPtr *params, int *nparams, unsigned int flags,
                           Error *err);

/* fd_groups.c */
int qemu_domain_fd_associate(virDomainPtr domain, const char *name, unsigned int nfds, int *fds, unsigned int flags,
                             Error *err);

/* stats.c, stats_calls.c, stats_bulk.c */
int qemu_domain_get_info(virDomainPtr domain, virDomainInfoPtr info, Error *err);
int qemu_domain_get_control_info(virDomainPtr domain, virDomainControlInfoPtr info, unsigned int flags, Error *err);
int qemu_domain_block_stats(virDomainPtr dom, const char *disk, virDomainBlockStatsPtr stats, size_t size, Error *err);
int qemu_domain_block_stats_flags(virDomainPtr dom, const char *disk, virTypedParameterPtr params, int *nparams,
                                  unsigned int flags, Error *err);
int qemu_domain_get_block_info(virDomainPtr dom, const char *disk, virDomainBlockInfoPtr info, unsigned int flags,
                               Error *err);
int qemu_domain_interface_stats(virDomainPtr dom, const char *device, virDomainInterfaceStatsPtr stats, size_t size,
                                Error *err);
int qemu_domain_memory_stats(virDomainPtr dom, virDomainMemoryStatPtr stats, unsigned int nr_stats, unsigned int flags,
                             Error *err);
int qemu_domain_get_vcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen,
                          Error *err);
int qemu_domain_get_cpu_stats(virDomainPtr domain, virTypedParameterPtr params, unsigned int nparams, int start_cpu,
                              unsigned int ncpus, unsigned int flags, Error *err);
int qemu_connect_get_all_domain_stats(virConnectPtr conn, virDomainPtr *doms, unsigned int ndoms, unsigned int stats,
                                      virDomainStatsRecordPtr **retStats, unsigned int flags, Error *err);

/* console.c */
int qemu_domain_open_console(virDomainPtr dom, const char *dev_name, virStreamPtr st, unsigned int flags, Error *err);
int qemu_domain_open_channel(virDomainPtr dom, const char *name, virStreamPtr st, unsigned int flags, Error *err);

/* display.c */
char *qemu_domain_screenshot(virDomainPtr domain, virStreamPtr stream, unsigned int screen, unsigned int flags,
                             Error *err);
int qemu_domain_send_key(virDomainPtr domain, unsigned int codeset, unsigned int holdtime, unsigned int *keycodes,
                         int nkeycodes, unsigned int flags, Error *err);
int qemu_domain_open_graphics(virDomainPtr dom, unsigned int idx, int fd, unsigned int flags, Error *err);
int qemu_domain_open_graphics_fd(virDomainPtr dom, unsigned int idx, unsigned int flags, Error *err);

/* native.c */
char *qemu_connect_domain_xml_to_native(virConnectPtr conn, const char *format, const char *xml, unsigned int flags,
                                        Error *err);
char *qemu_connect_domain_xml_from_native(virConnectPtr conn, const char *format, const char *config,
                                          unsigned int flags, Error *err);

/* monitor_calls.c */
int qemu_domain_monitor_command(virDomainPtr domain, const char *cmd, char **result, unsigned int flags, Error *err);
int qemu_domain_monitor_command_with_files(virDomainPtr domain, const char *cmd, unsigned int ninfiles, int *infiles,
                                           unsigned int *noutfiles, int **outfiles, char **result, unsigned int flags,
                                           Error *err);
int qemu_domain_get_messages(virDomainPtr domain, char ***msgs, unsigned int flags, Error *err);
int qemu_domain_get_security_label(virDomainPtr domain, virSecurityLabelPtr seclabel, Error *err);
int qemu_domain_get_job_info(virDomainPtr dom, virDomainJobInfoPtr info, Error *err);
int qemu_domain_get_job_stats(virDomainPtr domain, int *type, virTypedParameterPtr *params, int *nparams,
                              unsigned int flags, Error *err);

/* host_calls.c */
char *qemu_connect_get_capabilities(virConnectPtr conn, Error *err);
char *qemu_connect_get_domain_capabilities(virConnectPtr conn, const char *emulator, const char *arch,
                                           const char *machine, const char *virttype, unsigned int flags, Error *err);
char *qemu_domain_get_xml_desc(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_connect_get_cpu_model_names(virConnectPtr conn, const char *arch, char ***models, unsigned int flags,
                                     Error *err);
char *qemu_connect_baseline_cpu(virConnectPtr conn, const char **xmlCPUs, unsigned int ncpus, unsigned int flags,
                                Error *err);
int qemu_connect_compare_cpu(virConnectPtr conn, const char *xmlDesc, unsigned int flags, Error *err);
char *qemu_connect_baseline_hypervisor_cpu(virConnectPtr conn, const char *emulator, const char *arch,
                                           const char *machine, const char *virttype, const char **xmlCPUs,
                                           unsigned int ncpus, unsigned int flags, Error *err);
int qemu_connect_compare_hypervisor_cpu(virConnectPtr conn, const char *emulator, const char *arch, const char *machine,
                                        const char *virttype, const char *xmlCPU, unsigned int flags, Error *err);
int qemu_connect_get_max_vcpus(virConnectPtr conn, const char *type, Error *err);
int qemu_connect_get_version(virConnectPtr conn, unsigned long *version, Error *err);
const char *qemu_connect_get_type(virConnectPtr conn, Error *err);
int qemu_node_get_security_model(virConnectPtr conn, virSecurityModelPtr model, Error *err);
char *qemu_connect_get_hostname(virConnectPtr conn, Error *err);
int qemu_node_get_info(virConnectPtr conn, virNodeInfoPtr info, Error *err);
int qemu_node_get_cpu_map(virConnectPtr conn, unsigned char **cpumap, unsigned int *online, unsigned int flags,
                          Error *err);
unsigned long long qemu_node_get_free_memory(virConnectPtr conn, Error *err);
int qemu_node_get_cells_free_memory(virConnectPtr conn, unsigned long long *free_memory, int start, int max,
                                    Error *err);
int qemu_node_get_cpu_stats(virConnectPtr conn, int cpu, virNodeCPUStatsPtr params, int *nparams, unsigned int flags,
                            Error *err);
int qemu_node_get_memory_stats(virConnectPtr conn, int cell, virNodeMemoryStatsPtr params, int *nparams,
                               unsigned int flags, Error *err);
int qemu_node_get_free_pages(virConnectPtr conn, unsigned int npages, unsigned int *pages, int start,
                             unsigned int cells, unsigned long long *counts, unsigned int flags, Error *err);

/* look.c */
int qemu_domain_memory_peek(virDomainPtr dom, unsigned long long start, size_t size, void *buffer, unsigned int flags,
                            Error *err);
int qemu_domain_block_peek(virDomainPtr dom, const char *disk, unsigned long long offset, size_t size, void *buffer,
                           unsigned int flags, Error *err);
int qemu_domain_get_disk_errors(virDomainPtr dom, virDomainDiskErrorPtr errors, unsigned int maxerrors,
                                unsigned int flags, Error *err);
int qemu_domain_get_security_label_list(virDomainPtr domain, virSecurityLabelPtr *seclabels, Error *err);
char *qemu_connect_get_sysinfo(virConnectPtr conn, unsigned int flags, Error *err);

/* host_memory_calls.c */
int qemu_node_get_memory_parameters(virConnectPtr conn, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                    Error *err);
int qemu_node_set_memory_parameters(virConnectPtr conn, virTypedParameterPtr params, int nparams, unsigned int flags,
                                    Error *err);
int qemu_node_alloc_pages(virConnectPtr conn, unsigned int npages, unsigned int *page_sizes,
                          unsigned long long *page_counts, int start_cell, unsigned int cell_count, unsigned int flags,
                          Error *err);

/* Limits (cgroup_calls.c). */
char *qemu_domain_get_scheduler_type(virDomainPtr domain, int *nparams, Error *err);
int qemu_domain_get_scheduler_parameters_flags(virDomainPtr domain, virTypedParameterPtr params, int *nparams,
                                               unsigned int flags, Error *err);
int qemu_domain_set_scheduler_parameters_flags(virDomainPtr domain, virTypedParameterPtr params, int nparams,
                                               unsigned int flags, Error *err);
int qemu_domain_get_memory_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams,
                                      unsigned int flags, Error *err);
int qemu_domain_set_memory_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                      Error *err);
int qemu_domain_get_blkio_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                     Error *err);
int qemu_domain_set_blkio_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                     Error *err);

/* core_dump.c */
int qemu_domain_core_dump_with_format(virDomainPtr domain, const char *to, unsigned int dumpformat, unsigned int flags,
                                      Error *err);
