/* Interfaces that outlive who made them, in the time before a status file says whose they are: they are written down
 * first. What is written down may stay; it says nothing once the interface is gone. */
#pragma once

#include "conf/domain.h"

/** record_put: in the folder @records, that interface @name with address @mac is about to be made. */
int record_put(const char *records, const char *name, const Mac *mac, Error *err);
void record_drop(const char *records, const char *name);

typedef struct Record {
        char *name;
        Mac mac;
} Record;
/** records_left: an array of Record, which it frees: those that no guest has (@used: a set of names): a daemon was killed
 * before it could say whose they are. The name may be another's by now: look at the address. */
GPtrArray *records_left(const char *records, GHashTable *used);
