/* Tap devices for interfaces that go through the host's kernel. */
#pragma once

#include "conf/domain.h"

/**
 * tap_open: the descriptor of a new tap device for @nic, up, and a port of its bridge where it has one; its name in
 * @ret_name (caller frees). The device goes when the descriptor's last copy is closed.
 * VIR_ERR_CONFIG_UNSUPPORTED for types that cannot be had; VIR_ERR_SYSTEM_ERROR names what failed.
 */
int tap_open(const Interface *nic, char **ret_name, Error *err);
