/* Names in the form of a tree. */
#pragma once

#include "shell.h"

/** tree_print: all of @names below those whose parent is NULL; parents[i] is an index or -1. */
void tree_print(Shell *shell, const char *const *names, const int *parents, int n);
