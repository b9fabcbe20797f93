/* Between the parts that change devices. */
#pragma once

#include "hotplug/devref.h"

/** update_find: which device of @domain is to become as @device of @given. */
int update_find(const Domain *domain, const Domain *given, DevRef device, DevRef *ret, Error *err);
