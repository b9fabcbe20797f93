/* Names of keys. */
#pragma once

#include <stddef.h>

/** key_by_name: "KEY_A" is 30; -1: no such name. */
int key_by_name(const char *name);
/** key_name: the names in order, NULL behind the last. */
const char *key_name(size_t index);
