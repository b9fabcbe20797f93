/* A change of a guest's figures: of the running guest, of the definition for its next start, of both, or of neither. */
#pragma once

#include "calls/params.h"
#include "guest/instance.h"

typedef struct Change Change;
struct Change {
        const char *name; /* of the job */
        unsigned flags;   /* VIR_DOMAIN_AFFECT_* */
        const void *input;
        /** edit: @definition, a copy of the live one or of the one for the next start, becomes as @input says. */
        int (*edit)(Domain *definition, bool live, const Change *change, Error *err);
        /** apply: the running guest, which is as @from says, becomes as @to says: the other way round it is undone. When
         * it fails the guest is as before. May be NULL. */
        int (*apply)(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err);
        /** tell: the fields of the event for a running guest that was changed. NULL: there is none. */
        void (*tell)(const Change *change, Params *fields);
};

/** change_run: a job of @domain's lane, waiting for it. */
int change_run(virDomainPtr domain, const Change *change, Error *err);
