/* Status files: tables, defaults, what older daemons wrote otherwise. */
#include <string.h>

#include "conf/domain_status.h"
#include "conf/migration_cookie.h"

#define STATUS(qemu, disk)                                                                                             \
        "<domstatus state='running' reason='booted' pid='77'>" qemu                                                    \
        "<domain type='kvm' id='3'><name>web</name><uuid>11111111-2222-3333-4444-555555555555</uuid>"                  \
        "<memory>1024</memory><os><type arch='x86_64'>hvm</type></os><devices>" disk "</devices></domain></domstatus>"

enum { FLAGS = ROWS_STATUS | ROWS_SECURE };

static DomainStatus *parse(const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        DomainStatus *status = NULL;

        domain_status_parse(xml, strlen(xml), FLAGS | ROWS_VALIDATE, &status, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        return status;
}

static void test_tables(void)
{
        static const DocumentKind *const kinds[] = { &domain_status_kind, &migration_cookie_kind, &save_cookie_kind };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                size_t n;
                g_autofree char *wrong = rows_guard(kinds[i]->rows);
                g_autofree char *trip = rows_round_trip(kinds[i]->rows, kinds[i]->element, &n);

                g_assert_cmpstr(wrong, ==, NULL);
                g_assert_cmpstr(trip, ==, NULL);
                g_assert_cmpuint(n, >, 50);
        }
}

static void test_defaults(void)
{
        g_autoptr(DomainStatus) status = parse(STATUS("", ""));
        g_autofree char *out = domain_status_format(status, FLAGS);

        g_assert_cmpint(status->state, ==, STATUS_RUNNING);
        g_assert_cmpint(status->pid, ==, 77);
        g_assert_cmpint(status->domain->id, ==, 3);
        g_assert_true(g_str_has_prefix(out, "<domstatus state='running' reason='booted' pid='77'>\n"
                                            "  <allowReboot value='yes'/>\n"
                                            "  <nodename index='0'/>\n"
                                            "  <fdset index='0'/>\n"
                                            "  <blockjobs active='no'/>\n"
                                            "  <agentTimeout>-2</agentTimeout>\n"
                                            "  <domain type='kvm' id='3'>\n"));
}

/* Nodes and objects of an image are for the daemon alone. */
static void test_private(void)
{
        static const char disk[] = STATUS(
                "", "<disk type='file' device='disk'><source file='/a' index='1'><privateData><nodenames>"
                    "<nodename type='storage' name='n1'/></nodenames></privateData></source>"
                    "<target dev='vda' bus='virtio'/><privateData><qom name='/machine/a'/></privateData></disk>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainStatus) status = parse(disk);
        g_autofree char *file = domain_status_format(status, FLAGS);
        g_autofree char *seen = domain_format(status->domain, DOMAIN_FORMAT_SECURE, &err);

        g_assert_cmpstr(status->domain->disks[0].source.status->nodes[0].name, ==, "n1");
        g_assert_cmpstr(status->domain->disks[0].status->qom, ==, "/machine/a");
        g_assert_nonnull(strstr(file, "<nodename type='storage' name='n1'/>"));
        g_assert_null(strstr(seen, "privateData"));
}

/* The names that QEMU was told, where the daemon that told them did not write them down. */
static void test_upgrade(void)
{
        g_autoptr(DomainStatus) status =
                parse(STATUS("", "<disk type='file' device='disk'><source file='/a'><encryption format='luks'>"
                                 "<secret type='passphrase' usage='u'/></encryption></source>"
                                 "<target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>"));
        const SourceStatus *source = status->domain->disks[0].source.status;

        g_assert_cmpuint(source->n_secrets, ==, 1);
        g_assert_cmpstr(source->secrets[0].type, ==, "encryption");
        g_assert_cmpstr(source->secrets[0].alias, ==, "virtio-disk0-luks-secret0");
}

/* Where a disk is copied to stood in the element itself once. */
static void test_flat_source(void)
{
        g_autoptr(DomainStatus) status = parse(
                STATUS("<job type='none' async='migration out'><disk dev='vda' migrating='yes'>"
                       "<migrationSource type='network' format='raw' protocol='nbd' name='d0'><host name='h' port='1'/>"
                       "</migrationSource></disk></job>",
                       ""));
        const MigrationSource *source = status->qemu.job->disks[0].source;
        g_autofree char *out = domain_status_format(status, FLAGS);

        g_assert_cmpint(source->source.net.protocol, ==, NET_PROTOCOL_NBD);
        g_assert_nonnull(strstr(out, "<source protocol='nbd' name='d0'>"));
}

static void test_refused(void)
{
        static const char *const documents[] = {
                "<domstatus state='running' pid='7'/>",
                "<domstatus state='flying' pid='7'><domain type='kvm'><name>a</name></domain></domstatus>",
                STATUS("<taint/>", ""),
        };

        for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                DomainStatus *status = NULL;

                g_assert_cmpint(domain_status_parse(documents[i], strlen(documents[i]), FLAGS, &status, &err), ==, -1);
                g_test_message("%s", err.message);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/status/tables", test_tables);
        g_test_add_func("/status/defaults", test_defaults);
        g_test_add_func("/status/private", test_private);
        g_test_add_func("/status/upgrade", test_upgrade);
        g_test_add_func("/status/flat-source", test_flat_source);
        g_test_add_func("/status/refused", test_refused);
        return g_test_run();
}
