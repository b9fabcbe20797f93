/* Between the parts that change devices. */
#pragma once

#include "hotplug/devref.h"

/** update_first_change: the path of the first thing that @given says and @there has not, besides those that are @free
 * to change (NULL last); NULL: none. The caller frees. */
char *update_first_change(const Rows *rows, const void *given, const void *there, const char *const *free);
/** update_find: which device of @domain is to become as @device of @given. */
int update_find(const Domain *domain, const Domain *given, DevRef device, DevRef *ret, Error *err);
