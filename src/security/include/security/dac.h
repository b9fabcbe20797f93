/* Who a guest's process runs as, and whose the files are that it is given. */
#pragma once

#include <sys/types.h>

#include "security/domain_files.h"
#include "util/error.h"

typedef struct DacUser {
        uid_t uid; /* -1: not changed */
        gid_t gid;
} DacUser;

/** dac_parse: "user:group", "+1000:+100", "1000:100" (names first). VIR_ERR_INVALID_ARG. */
int dac_parse(const char *label, DacUser *ret, Error *err);

/** dac_settle: the live definition says who it runs as: @standard where it says nothing. */
int dac_settle(Domain *live, DacUser standard, Error *err);
/** dac_process: who a settled definition runs as. */
int dac_process(const Domain *live, DacUser standard, DacUser *ret, Error *err);

/** dac_groups: all groups that @user (with a uid) is in, its own first; returns how many. */
enum { DAC_GROUPS_MAX = 256 };
size_t dac_groups(DacUser user, gid_t ret[DAC_GROUPS_MAX]);

/* How to treat the files of one guest. */
typedef struct Dac {
        DacUser image;    /* who they are to belong to */
        bool relabel;     /* false: nothing is changed */
        bool remember;    /* owners are kept in extended attributes, for who comes after us */
        Holder holder;    /* who is counted for that */
        bool private_dev; /* device nodes are made again elsewhere: the host's are left alone */
} Dac;

/** dac_of: for @live, when qemu.conf says @standard, @dynamic (dynamic_ownership) and @remember. */
int dac_of(const Domain *live, DacUser standard, bool dynamic, bool remember, Dac *ret, Error *err);

/** dac_owner: what @file's owner is to be; false: as it is. */
bool dac_owner(const Dac *dac, const DomainFile *file, DacUser *ret, Error *err);

/** dac_set: all of @files or none. VIR_ERR_OPERATION_INVALID: another guest has it as another user. */
int dac_set(const Dac *dac, const DomainFiles *files, Error *err);
/** dac_restore: as far as it goes; what does not is logged. Where nobody can know whose a file was it becomes
 * root's; with @known it stays as it is. */
void dac_restore(const Dac *dac, const DomainFiles *files, bool known);
/** dac_claim: libvirt gave @files to dac->holder, which is ours from here on; without a name: who of us has them is to be
 * told anew. */
void dac_claim(const Dac *dac, const DomainFiles *files);
