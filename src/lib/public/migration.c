/* Migration: the protocols between client, source and target. Public functions and their checks: migrate.c. */
#define ERROR_DOMAIN VIR_FROM_DOMAIN
#include "migration.h"

#include <string.h>

#include "util/log.h"
#include "vireo/entry.h"

/* What a step gives the next one; opaque to us. */
typedef struct Cookie {
        char *data;
        int length;
} Cookie;

static void cookie_clear(Cookie *cookie)
{
        g_free(cookie->data);
        *cookie = (Cookie){ 0 };
}

#define COOKIE_AUTO __attribute__((cleanup(cookie_clear)))

static virTypedParameterPtr param_find(const Migration *migration, const char *name)
{
        for (int i = 0; i < migration->n_params; i++) {
                if (strcmp(migration->params[i].field, name) == 0)
                        return &migration->params[i];
        }
        return NULL;
}

void migration_set(Migration *migration, const char *name, const char *value)
{
        virTypedParameterPtr param = param_find(migration, name);

        if (!value)
                return;
        if (!param) {
                virTypedParamsAddString(&migration->params, &migration->n_params, &migration->room, name, value);
                return;
        }
        if (param->type == VIR_TYPED_PARAM_STRING)
                g_free(param->value.s);
        param->type = VIR_TYPED_PARAM_STRING;
        param->value.s = g_strdup(value);
}

void migration_set_bandwidth(Migration *migration, unsigned long mib_per_second)
{
        if (mib_per_second)
                virTypedParamsAddULLong(&migration->params, &migration->n_params, &migration->room,
                                        VIR_MIGRATE_PARAM_BANDWIDTH, mib_per_second);
}

const char *migration_get(const Migration *migration, const char *name)
{
        virTypedParameterPtr param = param_find(migration, name);

        return param && param->type == VIR_TYPED_PARAM_STRING ? param->value.s : NULL;
}

unsigned long migration_bandwidth(const Migration *migration)
{
        virTypedParameterPtr param = param_find(migration, VIR_MIGRATE_PARAM_BANDWIDTH);

        return param && param->type == VIR_TYPED_PARAM_ULLONG ? param->value.ul : 0;
}

bool migration_is_plain(const Migration *migration)
{
        static const char *const plain[] = { VIR_MIGRATE_PARAM_URI, VIR_MIGRATE_PARAM_DEST_NAME,
                                             VIR_MIGRATE_PARAM_DEST_XML, VIR_MIGRATE_PARAM_BANDWIDTH, NULL };

        for (int i = 0; i < migration->n_params; i++) {
                if (!g_strv_contains(plain, migration->params[i].field))
                        return false;
        }
        return true;
}

void migration_done(Migration *migration)
{
        virTypedParamsFree(migration->params, migration->n_params);
        migration->params = NULL;
        migration->n_params = 0;
}

int migration_supports(virConnectPtr conn, int feature, Error *err)
{
        if (!conn->hypervisor->connect_supports_feature)
                return 0;
        return call_connect_supports_feature(conn, feature, err);
}

/* The target is not to hear of flags that concern the sending side only. */
static unsigned long target_flags(const Migration *migration)
{
        return migration->flags & ~(unsigned long)(VIR_MIGRATE_ABORT_ON_ERROR | VIR_MIGRATE_AUTO_CONVERGE);
}

static const char *target_name(const Migration *migration)
{
        const char *name = migration_get(migration, VIR_MIGRATE_PARAM_DEST_NAME);

        return name ? name : migration->domain->name;
}

/* The five steps of version 3, in its two spellings. */
typedef struct Steps {
        char *(*begin)(Migration *migration, Cookie *out, Error *err);
        int (*prepare)(Migration *migration, const Cookie *in, Cookie *out, const char *xml, char **ret_uri,
                       Error *err);
        int (*perform)(Migration *migration, const Cookie *in, Cookie *out, Error *err);
        virDomainPtr (*finish)(Migration *migration, const Cookie *in, Cookie *out, bool cancelled, Error *err);
        int (*confirm)(Migration *migration, const Cookie *in, bool cancelled, Error *err);
} Steps;

static char *plain_begin(Migration *m, Cookie *out, Error *err)
{
        return call_domain_migrate_begin3(m->domain, migration_get(m, VIR_MIGRATE_PARAM_DEST_XML), &out->data,
                                          &out->length, m->flags, migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME),
                                          migration_bandwidth(m), err);
}

static int plain_prepare(Migration *m, const Cookie *in, Cookie *out, const char *xml, char **ret_uri, Error *err)
{
        return call_domain_migrate_prepare3(m->target, in->data, in->length, &out->data, &out->length,
                                            migration_get(m, VIR_MIGRATE_PARAM_URI), ret_uri, target_flags(m),
                                            migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME), migration_bandwidth(m), xml,
                                            err);
}

static int plain_perform(Migration *m, const Cookie *in, Cookie *out, Error *err)
{
        return call_domain_migrate_perform3(m->domain, NULL, in->data, in->length, &out->data, &out->length, NULL,
                                            migration_get(m, VIR_MIGRATE_PARAM_URI), m->flags,
                                            migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME), migration_bandwidth(m), err);
}

static virDomainPtr plain_finish(Migration *m, const Cookie *in, Cookie *out, bool cancelled, Error *err)
{
        return call_domain_migrate_finish3(m->target, target_name(m), in->data, in->length, &out->data, &out->length,
                                           NULL, migration_get(m, VIR_MIGRATE_PARAM_URI), target_flags(m), cancelled,
                                           err);
}

static int plain_confirm(Migration *m, const Cookie *in, bool cancelled, Error *err)
{
        return call_domain_migrate_confirm3(m->domain, in->data, in->length, m->flags, cancelled, err);
}

static const Steps plain_steps = { plain_begin, plain_prepare, plain_perform, plain_finish, plain_confirm };

static char *params_begin(Migration *m, Cookie *out, Error *err)
{
        return call_domain_migrate_begin3_params(m->domain, m->params, m->n_params, &out->data, &out->length, m->flags,
                                                 err);
}

static int params_prepare(Migration *m, const Cookie *in, Cookie *out, const char *xml, char **ret_uri, Error *err)
{
        migration_set(m, VIR_MIGRATE_PARAM_DEST_XML, xml);
        return call_domain_migrate_prepare3_params(m->target, m->params, m->n_params, in->data, in->length, &out->data,
                                                   &out->length, ret_uri, target_flags(m), err);
}

static int params_perform(Migration *m, const Cookie *in, Cookie *out, Error *err)
{
        return call_domain_migrate_perform3_params(m->domain, NULL, m->params, m->n_params, in->data, in->length,
                                                   &out->data, &out->length, m->flags, err);
}

static virDomainPtr params_finish(Migration *m, const Cookie *in, Cookie *out, bool cancelled, Error *err)
{
        migration_set(m, VIR_MIGRATE_PARAM_DEST_NAME, target_name(m));
        return call_domain_migrate_finish3_params(m->target, m->params, m->n_params, in->data, in->length, &out->data,
                                                  &out->length, target_flags(m), cancelled, err);
}

static int params_confirm(Migration *m, const Cookie *in, bool cancelled, Error *err)
{
        return call_domain_migrate_confirm3_params(m->domain, m->params, m->n_params, in->data, in->length, m->flags,
                                                   cancelled, err);
}

static const Steps params_steps = { params_begin, params_prepare, params_perform, params_finish, params_confirm };

/* The URI that the guest's state goes to: the target's own when it names one. */
static int uri_settle(Migration *migration, const char *from_target, Error *err)
{
        migration_set(migration, VIR_MIGRATE_PARAM_URI, from_target);
        if (!migration_get(migration, VIR_MIGRATE_PARAM_URI))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the target did not say where the guest shall go");
        return 0;
}

/* Every step after a failed one still runs, to undo; the first error is the answer. */
static Error *later_error(Error *err, Error *later)
{
        error_clear(later);
        return error_is_set(err) ? later : err;
}

static void confirm_or_warn(Migration *migration, const Steps *steps, const Cookie *in, bool cancelled)
{
        ERROR_AUTO Error err = ERROR_INIT;

        /* The guest runs where it shall or stays where it was; what remains on the source is for its administrator. */
        if (steps->confirm(migration, in, cancelled, &err) < 0)
                log_warn("guest '%s' may have been left behind on the source: %s", migration->domain->name,
                         err.message);
}

static virDomainPtr run_v3(Migration *migration, const Steps *steps, Error *err)
{
        COOKIE_AUTO Cookie begun = { 0 };
        COOKIE_AUTO Cookie prepared = { 0 };
        COOKIE_AUTO Cookie performed = { 0 };
        COOKIE_AUTO Cookie finished = { 0 };
        g_autofree char *xml = NULL;
        g_autofree char *uri = NULL;
        ERROR_AUTO Error later = ERROR_INIT;
        virDomainPtr moved;
        bool cancelled;

        xml = steps->begin(migration, &begun, err);
        if (!xml)
                return NULL;
        if (steps->prepare(migration, &begun, &prepared, xml, &uri, err) < 0) {
                if (migration->flags & VIR_MIGRATE_CHANGE_PROTECTION)
                        confirm_or_warn(migration, steps, &begun, true);
                return NULL;
        }
        cancelled = uri_settle(migration, uri, err) < 0 || steps->perform(migration, &prepared, &performed, err) < 0;
        moved = steps->finish(migration, &performed, &finished, cancelled, later_error(err, &later));
        if (cancelled)
                moved = object_unref(moved);
        confirm_or_warn(migration, steps, &finished, !moved);
        return moved;
}

/* Version 2: the target tells by the result whether the guest runs there. */
static virDomainPtr run_v2(Migration *m, Error *err)
{
        COOKIE_AUTO Cookie cookie = { 0 };
        g_autofree char *xml = NULL;
        g_autofree char *uri = NULL;
        ERROR_AUTO Error later = ERROR_INIT;
        const char *name = migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME);
        virDomainPtr moved;
        int r;

        xml = call_domain_get_xml_desc(m->domain, VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_UPDATE_CPU, err);
        if (!xml)
                return NULL;
        if (call_domain_migrate_prepare2(m->target, &cookie.data, &cookie.length,
                                         migration_get(m, VIR_MIGRATE_PARAM_URI), &uri, target_flags(m), name,
                                         migration_bandwidth(m), xml, err) < 0)
                return NULL;
        r = uri_settle(m, uri, err);
        if (r == 0)
                r = call_domain_migrate_perform(m->domain, cookie.data, cookie.length,
                                                migration_get(m, VIR_MIGRATE_PARAM_URI), m->flags, name,
                                                migration_bandwidth(m), err);
        moved = call_domain_migrate_finish2(m->target, target_name(m), cookie.data, cookie.length,
                                            migration_get(m, VIR_MIGRATE_PARAM_URI), target_flags(m), r,
                                            later_error(err, &later));
        return r < 0 ? object_unref(moved) : moved;
}

/* Version 1: no undoing; a target without a last step has the guest by its name. */
static virDomainPtr run_v1(Migration *m, Error *err)
{
        COOKIE_AUTO Cookie cookie = { 0 };
        g_autofree char *uri = NULL;
        const char *name = migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME);

        if (call_domain_migrate_prepare(m->target, &cookie.data, &cookie.length,
                                        migration_get(m, VIR_MIGRATE_PARAM_URI), &uri, target_flags(m), name,
                                        migration_bandwidth(m), err) < 0)
                return NULL;
        if (uri_settle(m, uri, err) < 0 ||
            call_domain_migrate_perform(m->domain, cookie.data, cookie.length, migration_get(m, VIR_MIGRATE_PARAM_URI),
                                        m->flags, name, migration_bandwidth(m), err) < 0)
                return NULL;
        if (!m->target->hypervisor->domain_migrate_finish)
                return call_domain_lookup_by_name(m->target, target_name(m), err);
        return call_domain_migrate_finish(m->target, target_name(m), cookie.data, cookie.length,
                                          migration_get(m, VIR_MIGRATE_PARAM_URI), target_flags(m), err);
}

static int both_support(const Migration *migration, int feature, Error *err)
{
        int r = migration_supports(migration->domain->conn, feature, err);

        return r > 0 ? migration_supports(migration->target, feature, err) : r;
}

/* A paused guest stays paused over there. */
static int keep_paused(Migration *migration, Error *err)
{
        int state = 0, reason = 0;

        if (call_domain_get_state(migration->domain, &state, &reason, 0, err) < 0)
                return -1;
        if (state == VIR_DOMAIN_PAUSED)
                migration->flags |= VIR_MIGRATE_PAUSED;
        return 0;
}

static int keep_protected(Migration *migration, Error *err)
{
        int r = migration_supports(migration->domain->conn, FEATURE_MIGRATION_PROTECTION, err);

        if (r > 0)
                migration->flags |= VIR_MIGRATE_CHANGE_PROTECTION;
        return r;
}

static virDomainPtr run_newest(Migration *migration, Error *err)
{
        int params = both_support(migration, FEATURE_MIGRATION_PARAMS, err);
        int v3 = params == 0 ? both_support(migration, FEATURE_MIGRATION_V3, err) : params;
        int v2 = v3 == 0 ? both_support(migration, FEATURE_MIGRATION_V2, err) : v3;
        int v1 = v2 == 0 ? both_support(migration, FEATURE_MIGRATION_V1, err) : v2;

        if (v1 < 0)
                return NULL;
        if (v1 == 0) {
                entry_no_support(err, migration->function);
                return NULL;
        }
        if (params == 0 && !migration_is_plain(migration))
                return error_null(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                  "Migration APIs with extensible parameters are not supported but extended parameters "
                                  "were passed");
        if (v3 > 0)
                return keep_protected(migration, err) < 0
                               ? NULL
                               : run_v3(migration, params > 0 ? &params_steps : &plain_steps, err);
        if (migration_get(migration, VIR_MIGRATE_PARAM_DEST_XML))
                return error_null(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                  "Unable to change target guest XML during migration");
        return v2 > 0 ? run_v2(migration, err) : run_v1(migration, err);
}

virDomainPtr migration_run(Migration *migration, Error *err)
{
        if (keep_paused(migration, err) < 0)
                return NULL;
        return run_newest(migration, err);
}

/* One call on the source, of the oldest form: no other document, no other route. */
static int hand_over_v1(Migration *m, bool peer_to_peer, Error *err)
{
        if (migration_get(m, VIR_MIGRATE_PARAM_DEST_XML))
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "Unable to change target guest XML during migration");
        if (peer_to_peer && migration_get(m, VIR_MIGRATE_PARAM_URI))
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "Unable to override peer2peer migration URI");
        return call_domain_migrate_perform(
                m->domain, NULL, 0, peer_to_peer ? m->target_uri : migration_get(m, VIR_MIGRATE_PARAM_URI), m->flags,
                migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME), migration_bandwidth(m), err);
}

int migration_hand_over(Migration *m, bool peer_to_peer, Error *err)
{
        COOKIE_AUTO Cookie out = { 0 };
        virConnectPtr conn = m->domain->conn;
        int params = migration_supports(conn, FEATURE_MIGRATION_PARAMS, err);
        int v3 = params == 0 ? migration_supports(conn, FEATURE_MIGRATION_V3, err) : params;
        const char *target = peer_to_peer ? m->target_uri : NULL;

        if (v3 < 0)
                return -1;
        if (params > 0)
                return call_domain_migrate_perform3_params(m->domain, target, m->params, m->n_params, NULL, 0,
                                                           &out.data, &out.length, m->flags, err);
        if (!migration_is_plain(m))
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "Migration APIs with extensible parameters are not supported but extended parameters "
                                 "were passed");
        if (v3 == 0)
                return hand_over_v1(m, peer_to_peer, err);
        return call_domain_migrate_perform3(m->domain, migration_get(m, VIR_MIGRATE_PARAM_DEST_XML), NULL, 0, &out.data,
                                            &out.length, target, migration_get(m, VIR_MIGRATE_PARAM_URI), m->flags,
                                            migration_get(m, VIR_MIGRATE_PARAM_DEST_NAME), migration_bandwidth(m), err);
}
