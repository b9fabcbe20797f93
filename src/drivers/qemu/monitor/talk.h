/* A conversation with one running QEMU, as those who change it need it: a command and its answer, and waiting until a
 * device that was asked to leave is gone. Made of a Qmp (hotplug/live.c), or of a script (tests). */
#pragma once

#include "util/json.h"

/* Results of TalkWait. */
enum { TALK_GONE, TALK_STILL_THERE };

typedef struct Talk Talk;
struct Talk {
        /** call: send @command with @arguments (taken over, may be NULL) and the descriptor @fd (-1: none; stays the
         * caller's); *@ret_reply (may be NULL) is the value of "return", the caller's. */
        int (*call)(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err);
        /** expect: before a device is asked to leave: its going is noted from now on. NULL: it could not be asked. */
        void (*expect)(Talk *talk, const char *alias);
        /** wait: until the device that was expected to leave is gone (TALK_GONE) or the time for it is over
         * (TALK_STILL_THERE: it may go later). VIR_ERR_OPERATION_FAILED: the guest keeps it. */
        int (*wait)(Talk *talk, const char *alias, Error *err);
        /** wait_tray: until the drive's tray is open. VIR_ERR_OPERATION_TIMEOUT. */
        int (*wait_tray)(Talk *talk, const char *alias, Error *err);
        /** wait_job: until QEMU's job @id is over, and forgotten. VIR_ERR_OPERATION_FAILED with QEMU's words. May be NULL. */
        int (*wait_job)(Talk *talk, const char *id, Error *err);
        /** pending: what is known of a device that was asked before and is there still, in words for people; the caller
         * frees; NULL: nothing. May be NULL. */
        char *(*pending)(Talk *talk, const char *alias);
        /* How many numbers sets of descriptors got so far, also those that are gone: a daemon that comes after us goes on
         * from there. NULL: QEMU is asked alone. */
        unsigned *fd_sets;
};

static inline int talk_call(Talk *talk, const char *command, Json *arguments, Json **ret_reply, Error *err)
{
        return talk->call(talk, command, arguments, -1, ret_reply, err);
}
