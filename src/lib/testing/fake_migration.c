/* Migration of the fake driver: every step writes down that it was asked, with the cookie it got, and fails when the
 * connection's URI says fail=STEP. features=A,B in the URI is what the connection announces. */
#include "fake.h"

#include <stdlib.h>
#include <string.h>

static GString *steps;

char *fake_steps(virConnectPtr conn, unsigned flags, Error *err)
{
        char *text = g_strdup(steps ? steps->str : "");

        if (steps)
                g_string_truncate(steps, 0);
        return text;
}

int fake_supports(virConnectPtr conn, int feature, Error *err)
{
        const char *list = uri_parameter(conn->uri, "features");
        g_auto(GStrv) words = g_strsplit(list ? list : "", ",", -1);

        for (size_t i = 0; words[i]; i++) {
                if (atoi(words[i]) == feature)
                        return 1;
        }
        return 0;
}

static int step(virConnectPtr conn, const char *name, const char *cookie, const char *more, Error *err)
{
        const char *fail = uri_parameter(conn->uri, "fail");

        if (!steps)
                steps = g_string_new(NULL);
        g_string_append_printf(steps, "%s(%s%s%s) ", name, cookie ? cookie : "", more ? " " : "", more ? more : "");
        if (fail && strcmp(fail, name) == 0)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "%s fails", name);
        return 0;
}

static void bake(const char *what, char **cookie, int *length)
{
        *cookie = g_strdup(what);
        *length = strlen(what) + 1;
}

static char *begin3(virDomainPtr domain, const char *xml, char **cookie, int *length, unsigned long flags,
                    const char *name, unsigned long resource, Error *err)
{
        if (step(domain->conn, "begin", NULL, xml, err) < 0)
                return NULL;
        bake("b", cookie, length);
        return g_strdup("<domain/>");
}

static int prepare3(virConnectPtr conn, const char *in, int in_length, char **cookie, int *length, const char *uri,
                    char **ret_uri, unsigned long flags, const char *name, unsigned long resource, const char *xml,
                    Error *err)
{
        if (step(conn, "prepare", in, xml, err) < 0)
                return -1;
        bake("p", cookie, length);
        if (!uri)
                *ret_uri = g_strdup("tcp:far:49152");
        return 0;
}

static int perform3(virDomainPtr domain, const char *xml, const char *in, int in_length, char **cookie, int *length,
                    const char *target, const char *uri, unsigned long flags, const char *name, unsigned long resource,
                    Error *err)
{
        if (step(domain->conn, "perform", in, target ? target : uri, err) < 0)
                return -1;
        bake("r", cookie, length);
        return 0;
}

static virDomainPtr finish3(virConnectPtr conn, const char *name, const char *in, int in_length, char **cookie,
                            int *length, const char *target, const char *uri, unsigned long flags, int cancelled,
                            Error *err)
{
        unsigned char uuid[VIR_UUID_BUFLEN] = { 9 };

        if (step(conn, "finish", in, cancelled ? "cancelled" : name, err) < 0 || cancelled)
                return NULL;
        bake("f", cookie, length);
        return object_domain_new(conn, name, uuid, 3);
}

static int confirm3(virDomainPtr domain, const char *in, int in_length, unsigned long flags, int cancelled, Error *err)
{
        return step(domain->conn, "confirm", in, cancelled ? "cancelled" : NULL, err);
}

static int prepare2(virConnectPtr conn, char **cookie, int *length, const char *uri, char **ret_uri,
                    unsigned long flags, const char *name, unsigned long resource, const char *xml, Error *err)
{
        if (step(conn, "prepare2", NULL, xml, err) < 0)
                return -1;
        bake("p", cookie, length);
        *ret_uri = g_strdup("tcp:far:49152");
        return 0;
}

static int perform(virDomainPtr domain, const char *in, int in_length, const char *uri, unsigned long flags,
                   const char *name, unsigned long resource, Error *err)
{
        return step(domain->conn, "perform", in, uri, err);
}

static virDomainPtr finish2(virConnectPtr conn, const char *name, const char *in, int in_length, const char *uri,
                            unsigned long flags, int result, Error *err)
{
        unsigned char uuid[VIR_UUID_BUFLEN] = { 9 };

        if (step(conn, "finish2", in, result < 0 ? "failed" : name, err) < 0 || result < 0)
                return NULL;
        return object_domain_new(conn, name, uuid, 3);
}

static int get_state(virDomainPtr domain, int *state, int *reason, unsigned flags, Error *err)
{
        *state = VIR_DOMAIN_RUNNING;
        return 0;
}

static char *get_xml(virDomainPtr domain, unsigned flags, Error *err)
{
        return g_strdup("<domain/>");
}

void fake_migration_calls(HypervisorCalls *calls)
{
        calls->connect_supports_feature = fake_supports;
        calls->connect_get_sysinfo = fake_steps;
        calls->domain_get_state = get_state;
        calls->domain_get_xml_desc = get_xml;
        calls->domain_migrate_begin3 = begin3;
        calls->domain_migrate_prepare3 = prepare3;
        calls->domain_migrate_perform3 = perform3;
        calls->domain_migrate_finish3 = finish3;
        calls->domain_migrate_confirm3 = confirm3;
        calls->domain_migrate_prepare2 = prepare2;
        calls->domain_migrate_perform = perform;
        calls->domain_migrate_finish2 = finish2;
}
