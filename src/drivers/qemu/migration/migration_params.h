/* How a guest moves, as parameters of its QEMU: what query-migrate-parameters tells, migrate-set-parameters takes and a
 * status file keeps while a job changes them. Pure. */
#pragma once

#include "conf/domain.h"
#include "conf/migration_cookie.h"
#include "conf/qemu_status.h"
#include "util/json.h"

/** qemu_migration_params_read: what @reply (the `return` of query-migrate-parameters) says of the parameters that this
 * driver knows, in its order, as they stand in a status file. The caller frees with qemu_migration_params_free(). */
MigrationParameter *qemu_migration_params_read(const Json *reply, size_t *ret_n);
/** qemu_migration_params_set: the arguments of migrate-set-parameters; VIR_ERR_INTERNAL_ERROR for a value that is not of
 * the parameter's kind (a status file may be damaged). Unknown parameters are left out: a newer daemon wrote them. */
Json *qemu_migration_params_set(const MigrationParameter *params, size_t n, Error *err);
void qemu_migration_params_free(MigrationParameter *params, size_t n);

/** qemu_migration_bitmaps: the parameter block-bitmap-mapping: where the bitmaps that @disks name are in @domain, and
 * what the other side calls them. @persistent: whether a bitmap has to be kept in its image on the other side; NULL: none.
 * A disk that @domain has not, or whose image has no node, is VIR_ERR_INTERNAL_ERROR. */
Json *qemu_migration_bitmaps(const CookieBitmaps *disks, size_t n_disks, const Domain *domain,
                             bool (*persistent)(const CookieBitmaps *disk, const CookieBitmap *bitmap), Error *err);
