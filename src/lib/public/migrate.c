/* The public migration functions: their arguments and checks. The protocols are in migration.c. */
#define ERROR_DOMAIN VIR_FROM_DOMAIN
#include <string.h>

#include "migration.h"
#include "vireo/entry.h"
#include "vireo/uri.h"

/* Two flags that exclude each other, and one that needs another. */
static int flags_check(const Migration *migration, Error *err)
{
        unsigned long flags = migration->flags;

        if ((flags & VIR_MIGRATE_NON_SHARED_DISK) && (flags & VIR_MIGRATE_NON_SHARED_INC))
                return entry_argument(err, migration->function, "flags",
                                      "flags 'VIR_MIGRATE_NON_SHARED_DISK' and 'VIR_MIGRATE_NON_SHARED_INC' in %s are "
                                      "mutually exclusive",
                                      migration->function);
        if ((flags & VIR_MIGRATE_TUNNELLED) && !(flags & VIR_MIGRATE_PEER2PEER))
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "cannot perform tunnelled migration without using peer2peer flag");
        return 0;
}

/* What the source, and the target where the client speaks to it, must be able to do for these flags. */
static int features_check(const Migration *migration, Error *err)
{
        virConnectPtr source = migration->domain->conn;
        int r = 1;

        if (migration->flags & VIR_MIGRATE_OFFLINE) {
                r = migration_supports(source, FEATURE_MIGRATION_OFFLINE, err);
                if (r == 0)
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                         "offline migration is not supported by the source host");
                if (r > 0 && migration->target)
                        r = migration_supports(migration->target, FEATURE_MIGRATION_OFFLINE, err);
                if (r == 0)
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                         "offline migration is not supported by the destination host");
        }
        if (r > 0 && (migration->flags & VIR_MIGRATE_CHANGE_PROTECTION)) {
                r = migration_supports(source, FEATURE_MIGRATION_PROTECTION, err);
                if (r == 0)
                        return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "cannot enforce change protection");
        }
        return r < 0 ? -1 : 0;
}

static int handles_check(const Migration *migration, virConnectPtr target, bool has_target, Error *err)
{
        if (!object_check_in(migration->domain, OBJECT_DOMAIN, migration->function, ERROR_DOMAIN, err) ||
            entry_writable(migration->domain->conn, migration->function, err) < 0)
                return -1;
        if (!has_target)
                return 0;
        if (!object_check_in(target, OBJECT_CONNECT, migration->function, ERROR_DOMAIN, err))
                return -1;
        return entry_writable(target, migration->function, err);
}

static int supported(const Migration *migration, int feature, const char *what, Error *err)
{
        int r = migration_supports(migration->domain->conn, feature, err);

        if (r == 0)
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "%s migration is not supported by the source host",
                                 what);
        return r;
}

/* Peer to peer with both ends at hand: the source is told where the target is, which then has the guest by name. */
static virDomainPtr run_peer_to_peer(Migration *migration, Error *err)
{
        g_autofree char *uri = migration->target->uri ? uri_format(migration->target->uri) : NULL;
        const char *name = migration_get(migration, VIR_MIGRATE_PARAM_DEST_NAME);

        if (supported(migration, FEATURE_MIGRATION_P2P, "p2p", err) < 0)
                return NULL;
        migration->target_uri = uri;
        if (migration_hand_over(migration, true, err) < 0)
                return NULL;
        return call_domain_lookup_by_name(migration->target, name ? name : migration->domain->name, err);
}

/* Runs what a public function filled in; reports. */
static virDomainPtr migrate(Migration *migration, virConnectPtr target)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virDomainPtr moved = NULL;

        entry_begin();
        if (handles_check(migration, target, true, &err) == 0) {
                migration->target = target;
                if (flags_check(migration, &err) == 0 && features_check(migration, &err) == 0)
                        moved = migration->flags & VIR_MIGRATE_PEER2PEER ? run_peer_to_peer(migration, &err)
                                                                         : migration_run(migration, &err);
        }
        if (!moved)
                entry_failed(entry_connect(migration->domain), &err);
        migration_done(migration);
        return moved;
}

static int hand_over(Migration *migration, Error *err)
{
        bool peer_to_peer = migration->flags & VIR_MIGRATE_PEER2PEER;

        if ((peer_to_peer || migration->needs_uri) && !migration->target_uri)
                return entry_argument_null(err, migration->function,
                                           migration->needs_uri ? migration->needs_uri : "dconnuri");
        if (flags_check(migration, err) < 0 || features_check(migration, err) < 0)
                return -1;
        if (peer_to_peer) {
                if (supported(migration, FEATURE_MIGRATION_P2P, "p2p", err) < 0)
                        return -1;
        } else if (supported(migration, FEATURE_MIGRATION_DIRECT, "direct", err) < 0) {
                return -1;
        }
        return migration_hand_over(migration, peer_to_peer, err);
}

static int migrate_to_uri(Migration *migration)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int r = -1;

        entry_begin();
        if (handles_check(migration, NULL, false, &err) == 0)
                r = hand_over(migration, &err);
        if (r < 0)
                entry_failed(entry_connect(migration->domain), &err);
        migration_done(migration);
        return r < 0 ? -1 : 0;
}

static void params_take(Migration *migration, virTypedParameterPtr params, unsigned n)
{
        for (unsigned i = 0; params && i < n; i++) {
                if (migration->n_params == migration->room) {
                        migration->room = migration->room * 2 + 8;
                        migration->params = g_renew(virTypedParameter, migration->params, migration->room);
                }
                migration->params[migration->n_params] = params[i];
                if (params[i].type == VIR_TYPED_PARAM_STRING)
                        migration->params[migration->n_params].value.s = g_strdup(params[i].value.s);
                migration->n_params++;
        }
}

/* The arguments of before typed parameters. */
static void plain_take(Migration *migration, const char *xml, const char *name, const char *uri,
                       unsigned long bandwidth)
{
        migration_set(migration, VIR_MIGRATE_PARAM_DEST_XML, xml);
        migration_set(migration, VIR_MIGRATE_PARAM_DEST_NAME, name);
        migration_set(migration, VIR_MIGRATE_PARAM_URI, uri);
        migration_set_bandwidth(migration, bandwidth);
}

virDomainPtr virDomainMigrate(virDomainPtr domain, virConnectPtr dconn, unsigned long flags, const char *dname,
                              const char *uri, unsigned long bandwidth)
{
        Migration migration = { .function = __func__, .domain = domain, .flags = flags };

        plain_take(&migration, NULL, dname, uri, bandwidth);
        return migrate(&migration, dconn);
}

virDomainPtr virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn, const char *dxml, unsigned long flags,
                               const char *dname, const char *uri, unsigned long bandwidth)
{
        Migration migration = { .function = __func__, .domain = domain, .flags = flags };

        plain_take(&migration, dxml, dname, uri, bandwidth);
        return migrate(&migration, dconn);
}

virDomainPtr virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn, virTypedParameterPtr params,
                               unsigned int nparams, unsigned int flags)
{
        Migration migration = { .function = __func__, .domain = domain, .flags = flags };

        params_take(&migration, params, nparams);
        return migrate(&migration, dconn);
}

/* @duri is the far daemon's for peer to peer, else the hypervisor's own. */
int virDomainMigrateToURI(virDomainPtr domain, const char *duri, unsigned long flags, const char *dname,
                          unsigned long bandwidth)
{
        Migration migration = { .function = __func__, .domain = domain, .target_uri = duri, .flags = flags };

        migration.needs_uri = "duri";
        plain_take(&migration, NULL, dname, flags & VIR_MIGRATE_PEER2PEER ? NULL : duri, bandwidth);
        return migrate_to_uri(&migration);
}

int virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri, const char *miguri, const char *dxml,
                           unsigned long flags, const char *dname, unsigned long bandwidth)
{
        Migration migration = { .function = __func__, .domain = domain, .target_uri = dconnuri, .flags = flags };

        plain_take(&migration, dxml, dname, miguri, bandwidth);
        return migrate_to_uri(&migration);
}

int virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri, virTypedParameterPtr params, unsigned int nparams,
                           unsigned int flags)
{
        Migration migration = { .function = __func__, .domain = domain, .target_uri = dconnuri, .flags = flags };

        params_take(&migration, params, nparams);
        return migrate_to_uri(&migration);
}
