/* How much the cards of a running guest may send and receive. */
#pragma once

#include "guest/instance.h"

/** guest_bandwidths_apply: cards that @from and @to have get the limits of @to, however much of that was done already.
 * When one is refused it has its former limits. */
int guest_bandwidths_apply(Guest *guest, const Domain *from, const Domain *to, Error *err);
