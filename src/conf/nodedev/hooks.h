/* The rules behind the tables of node devices: settle (may change), check (may not). */
#pragma once

#include "conf/node_device.h"
#include "rows/hook.h"

SETTLE(node_vports_settle);
SETTLE(node_mdev_settle);
CHECK(node_ccw_address_check);
CHECK(node_ap_card_check);
CHECK(node_ap_queue_check);
CHECK(node_device_check);
