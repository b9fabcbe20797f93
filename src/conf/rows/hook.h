/* The shapes of a table's hooks: for documents to declare and define theirs. */
#pragma once

#include "conf/rows.h"

#define SETTLE(name) int name(void *s, unsigned flags, Error *err)
#define CHECK(name)  int name(const void *s, Error *err)
