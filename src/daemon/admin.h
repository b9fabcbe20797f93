/* What the admin program's clients see and change: servers, their workers, limits and clients, logging, the timeout. */
#pragma once

#include "server.h"

/** admin_start: before the first client comes; admin_end: after the last client is gone. */
void admin_start(void);
void admin_end(void);

/** admin_kind: the server that speaks the admin program. */
extern const ServerKind admin_kind;
