/* Daemons of a user's session, which are started by who needs them and leave when nobody does. */
#pragma once

#include "util/error.h"

/**
 * client_unix_or_start: as client_unix(); where nobody listens @program (a daemon of vireo's or libvirt's) is started
 * first, by one of all who want that at once. @options: more for its command line (NULL-terminated); NULL: none.
 */
int client_unix_or_start(const char *path, const char *program, const char *const *options, Error *err);

/** daemon_program_near: in a build tree @relative to the file that has @address (a module, the program), else
 * @installed. The caller frees. */
char *daemon_program_near(const void *address, const char *relative, const char *installed);
