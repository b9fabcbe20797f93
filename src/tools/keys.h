/* Names of keys. */
#pragma once

#include <stddef.h>

/** key_by_name: "KEY_A" is 30; -1: no such name. */
int key_by_name(const char *name);
