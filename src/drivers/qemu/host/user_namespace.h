/* A user namespace for a helper that wants to be root and is not: there it is, and outside it remains who started it.
 * What it makes belongs to that user; other owners it cannot give. */
#pragma once

#include "util/process.h"

typedef struct UserNamespace {
        char users[64], groups[64]; /* lines of uid_map and gid_map */
} UserNamespace;

/** user_namespace_for: @process runs as root of a namespace of its own. @space must stay until it has been started. */
void user_namespace_for(UserNamespace *space, Process *process);
