/* Guests that live as long as the connection that started them. */
#pragma once

#include "guest/instance.h"

typedef struct Autodestroy Autodestroy;

Autodestroy *autodestroy_new(void);
void autodestroy_free(Autodestroy *list); /* accepts NULL */

/** autodestroy_put: @guest's present run ends with @conn. */
void autodestroy_put(Guest *guest, virConnectPtr conn);
/** autodestroy_take: @conn closes: @func is called for each guest that is to end with it, with the run that is meant;
 * the entry is borrowed. */
void autodestroy_take(QemuInstance *instance, virConnectPtr conn, void (*func)(DomainEntry *entry, int run));
