/* What clients may ask a guest's agent: see vireo/calls.h for each call's meaning. */
#pragma once

#include "vireo/calls.h"

/* agent_calls.c */
char *qemu_domain_agent_command(virDomainPtr domain, const char *cmd, int timeout, unsigned int flags, Error *err);
int qemu_domain_agent_set_response_timeout(virDomainPtr domain, int timeout, unsigned int flags, Error *err);
/** agent_shutdown: by the agent; @mode "powerdown", "reboot", "halt". */
int agent_shutdown(virDomainPtr domain, const char *mode, Error *err);

/* agent_act.c */
int qemu_domain_fsfreeze(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints, unsigned int flags,
                         Error *err);
int qemu_domain_fsthaw(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints, unsigned int flags,
                       Error *err);
int qemu_domain_fstrim(virDomainPtr dom, const char *mountpoint, unsigned long long minimum, unsigned int flags,
                       Error *err);
int qemu_domain_get_time(virDomainPtr dom, long long *seconds, unsigned int *nseconds, unsigned int flags, Error *err);
int qemu_domain_set_time(virDomainPtr dom, long long seconds, unsigned int nseconds, unsigned int flags, Error *err);
int qemu_domain_set_user_password(virDomainPtr dom, const char *user, const char *password, unsigned int flags,
                                  Error *err);
int qemu_domain_authorized_ssh_keys_get(virDomainPtr domain, const char *user, char ***keys, unsigned int flags,
                                        Error *err);
int qemu_domain_authorized_ssh_keys_set(virDomainPtr domain, const char *user, const char **keys, unsigned int nkeys,
                                        unsigned int flags, Error *err);
int qemu_domain_get_guest_vcpus(virDomainPtr domain, virTypedParameterPtr *params, unsigned int *nparams,
                                unsigned int flags, Error *err);
int qemu_domain_set_guest_vcpus(virDomainPtr domain, const char *cpumap, int state, unsigned int flags, Error *err);
int qemu_domain_pm_suspend_for_duration(virDomainPtr domain, unsigned int target, unsigned long long duration,
                                        unsigned int flags, Error *err);
/** agent_count_vcpus, agent_set_vcpus: VIR_DOMAIN_VCPU_GUEST: how many are in use, and @n of them from now on. */
int agent_count_vcpus(virDomainPtr domain, bool maximum, Error *err);
int agent_set_vcpus(virDomainPtr domain, unsigned n, Error *err);

/* agent_info.c */
int qemu_domain_interface_addresses(virDomainPtr dom, virDomainInterfacePtr **ifaces, unsigned int source,
                                    unsigned int flags, Error *err);
char *qemu_domain_get_hostname(virDomainPtr domain, unsigned int flags, Error *err);
int qemu_domain_get_fsinfo(virDomainPtr dom, virDomainFSInfoPtr **info, unsigned int flags, Error *err);
int qemu_domain_get_guest_info(virDomainPtr domain, unsigned int types, virTypedParameterPtr *params, int *nparams,
                               unsigned int flags, Error *err);
