/* The test driver: an invented host in memory, for programs that want to try the API without a hypervisor.
 *
 * test:///default is one host, shared by all connections of the process while there is one; test:///FILE reads a host of
 * its own for each connection. Nothing is written anywhere. */
#pragma once

#include "conf/domain_list_calls.h"
#include "conf/domain_rules.h"
#include "conf/named_list.h"
#include "vireo/driver.h"

enum { TEST_CELLS = 2 };

typedef struct TestHost {
        DomainListState list; /* first: the reading calls find it here */
        int refs;             /* under the lock of host.c */
        EventHub *hub;
        NamedList *pools, *devices, *networks, *interfaces;
        pthread_mutex_t lock; /* guards saved */
        GPtrArray *saved;     /* NamedView: the interfaces when the transaction began; NULL: none runs */
        char *path;           /* NULL: test:///default */
        /* The machine. */
        char *model;
        uint64_t memory_kib;
        unsigned cpus, mhz, nodes, sockets, cores, threads;
        bool read; /* from a file: the topology above, else the built-in cells */
} TestHost;

/** test_host_get: the host of @path (NULL: the shared one), with one reference. */
TestHost *test_host_get(const char *path, Error *err);
void test_host_put(TestHost *host);

static inline TestHost *test_host_of(virConnectPtr conn)
{
        return conn->state[FAMILY_HYPERVISOR];
}

/* A change to one domain: runs as a job on its lane, with a private copy of the view that is published on success. */
typedef struct TestJob {
        TestHost *host;
        DomainEntry *entry;
        DomainView *view;
        virDomainPtr domain; /* NULL while the host is being read */
        unsigned flags;
        const void *input; /* the call's own parameters */
        bool remove;       /* the job decided that the domain goes */
        GPtrArray *events; /* to emit once published */
} TestJob;

typedef int (*TestChange)(TestJob *job, Error *err);

/** test_change: run @change on @domain. @input is what the call brings. */
int test_change(virDomainPtr domain, const char *name, unsigned flags, const void *input, TestChange change,
                Error *err);

/** test_edit: private copies of the definitions that @flags mean, in the job's view, to be edited: ret[0], ret[1];
 * NULL where not meant. */
int test_edit(TestJob *job, unsigned flags, Domain *ret_definitions[2], Error *err);

/** test_start: the job's domain runs from now on. */
void test_start(TestJob *job, int reason);
/** test_stop: it does not run any more; a transient one goes. */
void test_stop(TestJob *job, int state, int reason);

/** test_rules: of the invented hypervisor. */
extern const DomainRules test_rules;

/** test_add: a definition read with the host becomes a domain. @state a virDomainState. */
int test_add(TestHost *host, Domain *definition, int state, bool transient, Error *err);

/* Parts of the operation table, by file. */
virDomainPtr test_define(virConnectPtr conn, const char *xml, unsigned flags, Error *err);
virDomainPtr test_create_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err);
int test_create(virDomainPtr domain, unsigned flags, Error *err);
int test_destroy(virDomainPtr domain, unsigned flags, Error *err);
int test_shutdown(virDomainPtr domain, unsigned flags, Error *err);
int test_reboot(virDomainPtr domain, unsigned flags, Error *err);
int test_reset(virDomainPtr domain, unsigned flags, Error *err);
int test_suspend(virDomainPtr domain, Error *err);
int test_resume(virDomainPtr domain, Error *err);
int test_undefine(virDomainPtr domain, unsigned flags, Error *err);
int test_rename(virDomainPtr domain, const char *name, unsigned flags, Error *err);
int test_set_autostart(virDomainPtr domain, int autostart, Error *err);

int test_set_memory(virDomainPtr domain, unsigned long memory, unsigned flags, Error *err);
int test_set_vcpus(virDomainPtr domain, unsigned n, unsigned flags, Error *err);
int test_set_metadata(virDomainPtr domain, int type, const char *metadata, const char *key, const char *uri,
                      unsigned flags, Error *err);
int test_add_iothread(virDomainPtr domain, unsigned id, unsigned flags, Error *err);
int test_del_iothread(virDomainPtr domain, unsigned id, unsigned flags, Error *err);
int test_pin_iothread(virDomainPtr domain, unsigned id, unsigned char *cpumap, int maplen, unsigned flags, Error *err);
int test_pin_vcpu(virDomainPtr domain, unsigned vcpu, unsigned char *cpumap, int maplen, unsigned flags, Error *err);
int test_pin_emulator(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned flags, Error *err);
int test_get_blkio(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned flags, Error *err);
int test_set_blkio(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned flags, Error *err);

int test_get_info(virDomainPtr domain, virDomainInfoPtr info, Error *err);
int test_get_vcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen,
                   Error *err);
int test_get_vcpu_pins(virDomainPtr domain, int n, unsigned char *cpumaps, int maplen, unsigned flags, Error *err);
int test_get_emulator_pin(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned flags, Error *err);
int test_get_iothreads(virDomainPtr domain, virDomainIOThreadInfoPtr **info, unsigned flags, Error *err);
int test_get_messages(virDomainPtr domain, char ***messages, unsigned flags, Error *err);
int test_get_security_label(virDomainPtr domain, virSecurityLabelPtr label, Error *err);
int test_get_time(virDomainPtr domain, long long *seconds, unsigned *nseconds, unsigned flags, Error *err);
int test_get_control(virDomainPtr domain, virDomainControlInfoPtr info, unsigned flags, Error *err);
char *test_get_hostname(virDomainPtr domain, unsigned flags, Error *err);
int test_get_stats(virConnectPtr conn, virDomainPtr *domains, unsigned n, unsigned stats,
                   virDomainStatsRecordPtr **records, unsigned flags, Error *err);

char *test_capabilities(virConnectPtr conn, Error *err);
int test_node_info(virConnectPtr conn, virNodeInfoPtr info, Error *err);
int test_node_cells(virConnectPtr conn, unsigned long long *free_bytes, int start, int n, Error *err);
unsigned long long test_node_free(virConnectPtr conn, Error *err);
int test_node_cpu_map(virConnectPtr conn, unsigned char **cpumap, unsigned *online, unsigned flags, Error *err);
int test_node_security_model(virConnectPtr conn, virSecurityModelPtr model, Error *err);

char *test_get_scheduler_type(virDomainPtr domain, int *nparams, Error *err);
int test_get_scheduler(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned flags, Error *err);
int test_set_scheduler(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned flags, Error *err);

/* cpu.c */
int test_cpu_model_names(virConnectPtr conn, const char *arch, char ***models, unsigned int flags, Error *err);
char *test_baseline_cpu(virConnectPtr conn, const char **xmls, unsigned int n, unsigned int flags, Error *err);

/* network.c */
extern const NamedKind test_network_kind;
extern const NetworkCalls test_network_calls;
/** test_add_network: @network (taken over) runs when the host begins. */
int test_add_network(TestHost *host, void *network, Error *err);
int test_default_network(TestHost *host, Error *err);

/* interface.c */
extern const NamedKind test_interface_kind;
extern const InterfaceCalls test_interface_calls;
int test_add_interface(TestHost *host, void *interface, Error *err);
int test_default_interface(TestHost *host, Error *err);

/* pools.c, devices.c */
extern const StorageCalls test_storage_calls;
extern const NodeDeviceCalls test_node_device_calls;
