/* The tables of operations: the generated stubs, with what is answered by hand put in. */
#pragma once

#include "vireo/driver.h"

extern HypervisorCalls remote_hypervisor;
extern NetworkCalls remote_network;
extern InterfaceCalls remote_interface;
extern StorageCalls remote_storage;
extern NodeDeviceCalls remote_node_device;
extern NwfilterCalls remote_nwfilter;
extern SecretCalls remote_secret;
