/* Puts the operations that are answered by hand in place of the generated stubs. */
#include "tables.h"

#include "calls_by_hand.h"
#include "stubs.h"

HypervisorCalls remote_hypervisor;
NetworkCalls remote_network;
InterfaceCalls remote_interface;
StorageCalls remote_storage;
NodeDeviceCalls remote_node_device;
NwfilterCalls remote_nwfilter;
SecretCalls remote_secret;

/* Runs when the module is loaded, before anybody can ask for the tables. */
__attribute__((constructor)) static void tables_fill(void)
{
        remote_hypervisor = remote_stub_hypervisor;
        remote_network = remote_stub_network;
        remote_interface = remote_stub_interface;
        remote_storage = remote_stub_storage;
        remote_node_device = remote_stub_node_device;
        remote_nwfilter = remote_stub_nwfilter;
        remote_secret = remote_stub_secret;

        remote_hypervisor.connect_get_type = remote_connect_get_type;
        remote_hypervisor.connect_is_alive = remote_connect_is_alive;
        remote_hypervisor.connect_is_encrypted = remote_connect_is_encrypted;
        remote_hypervisor.connect_is_secure = remote_connect_is_secure;
        remote_hypervisor.connect_set_keep_alive = remote_connect_set_keep_alive;
        remote_hypervisor.domain_destroy_flags = remote_domain_destroy_flags;
        remote_hypervisor.domain_managed_save = remote_domain_managed_save;
        remote_hypervisor.domain_save_flags = remote_domain_save_flags;
}
