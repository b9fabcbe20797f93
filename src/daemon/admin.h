/* What the admin program's clients see and change: servers, their workers, limits and clients, logging, the timeout. */
#pragma once

/** admin_start: before admin_connection(); admin_end: after the last client is gone. */
void admin_start(void);
void admin_end(void);

/** admin_connection: what stands for the connection in the frames of the admin program; borrowed. */
void *admin_connection(void);
