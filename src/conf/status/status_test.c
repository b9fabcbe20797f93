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

/* A daemon of another version: nothing that it wrote is lost, and all of it stands where it stood. */
static void test_unknown(void)
{
        static const char *const pieces[] = {
                "<domstatus state='running' reason='booted' pid='77' era='7'>",
                "<monitor path='/m' type='unix' speed='3'/>",
                "  <vcpus>\n    <vcpu id='0' pid='78'/>\n    <parked id='9'/>\n  </vcpus>\n",
                "<flag name='not-yet-known'/>",
                "  <job type='none' asyncStarted='0' colour='a &amp; b'>\n",
                "<disk dev='vda' migrating='yes' via='x'/>",
                "    <later>\n      <deep a='1'>text</deep>\n    </later>\n  </job>\n",
                "<blockjob name='b' type='commit' state='ready' tempo='slow'/>",
                "<x:future xmlns:x=\"urn:x\" x:a=\"b\"/>",
                "<twice n='1'/>",
                "<twice n='2'/>",
        };
        static const char text[] = STATUS(
                "<monitor path='/m' type='unix' speed='3'/><vcpus><vcpu id='0' pid='78'/><parked id='9'/></vcpus>"
                "<qemuCaps><flag name='kvm'/><flag name='not-yet-known'/></qemuCaps>"
                "<job type='none' asyncStarted='0' colour='a &amp; b'><disk dev='vda' migrating='yes' via='x'/>"
                "<later><deep a='1'>text</deep></later></job>"
                "<blockjobs active='yes'><blockjob name='b' type='commit' state='ready' tempo='slow'/></blockjobs>"
                "<x:future xmlns:x='urn:x' x:a='b'/><twice n='1'/><twice n='2'/>",
                "");
        g_autoptr(GString) xml = g_string_new(text);
        g_autoptr(DomainStatus) status = NULL, again = NULL;
        g_autofree char *out = NULL, *second = NULL;

        g_string_replace(xml, "pid='77'", "pid='77' era='7'", 1);
        status = parse(xml->str);
        out = domain_status_format(status, FLAGS);
        for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
                const char *found = strstr(out, pieces[i]);

                if (!found)
                        g_test_message("%s\nin\n%s", pieces[i], out);
                g_assert_nonnull(found);
                g_assert_null(strstr(found + 1, pieces[i]));
        }
        again = parse(out);
        second = domain_status_format(again, FLAGS);
        g_assert_cmpstr(out, ==, second);
}

/* What nobody knows in an image's or a disk's private part is kept there; users see none of it. */
static void test_unknown_private(void)
{
        static const char disk[] = STATUS(
                "", "<disk type='file' device='disk'><source file='/a' index='1'><privateData><mirrored at='3'/>"
                    "<thresholdEvent indexUsed='yes' since='4'/></privateData></source><target dev='vda' bus='virtio'/>"
                    "<privateData><nodenames><nodename type='copyOnRead' name='c'/><nodename type='new' name='n'/>"
                    "</nodenames></privateData></disk>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainStatus) status = parse(disk);
        g_autofree char *file = domain_status_format(status, FLAGS);
        g_autofree char *seen = domain_format(status->domain, DOMAIN_FORMAT_SECURE, &err);

        g_assert_cmpstr(status->domain->disks[0].status->copy_on_read, ==, "c");
        g_assert_nonnull(strstr(file, "<mirrored at='3'/>"));
        g_assert_nonnull(strstr(file, "<thresholdEvent indexUsed='yes' since='4'/>"));
        g_assert_nonnull(
                strstr(file, "<nodename type='copyOnRead' name='c'/>\n            <nodename type='new' name='n'/>"));
        g_assert_null(strstr(seen, "mirrored"));
}

/* Bounded, as everything that comes from outside. */
static void test_too_much_unknown(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        DomainStatus *status = NULL;
        g_autofree char *word = g_strnfill(1100 * 1000, 'x');
        g_autoptr(GString) xml = g_string_new(STATUS("<later>@</later>", ""));

        g_string_replace(xml, "@", word, 1);
        g_assert_cmpint(domain_status_parse(xml->str, xml->len, FLAGS, &status, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "bytes that are not known in <later>"));
}

/* What Debian's libvirtd 9.0 writes and we have no use for yet. */
static void test_others(void)
{
        g_autoptr(DomainStatus) status = parse(
                STATUS("<slirp><helper alias='net0' pid='5'><feature name='restart'/></helper></slirp><memPrealloc/>"
                       "<backups><domainbackup mode='push'><disks><disk name='vda' backup='yes' state='running'"
                       " type='file' index='3'><driver type='qcow2'/><target file='/b'><privateData><nodenames>"
                       "<nodename type='storage' name='n'/></nodenames></privateData></target></disk></disks>"
                       "</domainbackup></backups><originalMemlock>65536</originalMemlock>"
                       "<preMigrationMemlock>7</preMigrationMemlock>",
                       ""));
        g_autofree char *out = domain_status_format(status, FLAGS);

        g_assert_cmpstr(status->rest, ==, NULL);
        g_assert_cmpuint(status->qemu.original_memlock, ==, 65536);
        g_assert_cmpstr(status->qemu.slirp_helpers[0].features[0].name, ==, "restart");
        g_assert_nonnull(strstr(out, "<preMigrationMemlock>7</preMigrationMemlock>"));
        g_assert_nonnull(strstr(out, "<nodename type='storage' name='n'/>"));
}

/* A volume is shown as what the user wrote; what it was found to be is for the next daemon. */
static void test_volume(void)
{
        static const char disk[] =
                STATUS("", "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>"
                           "<source pool='p' volume='v' mode='direct' index='2'/><backingStore type='volume' index='3'>"
                           "<format type='raw'/><source pool='p' volume='w'/></backingStore>"
                           "<target dev='vda' bus='virtio'/></disk>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainStatus) status = parse(disk), again = NULL;
        Source *source = &status->domain->disks[0].source, *below = &status->domain->disks[0].backing->source;
        g_autofree char *file = NULL, *seen = NULL, *inactive = NULL, *second = NULL;

        g_assert_cmpint(source->type, ==, SOURCE_VOLUME);
        source_leave_volume(source, SOURCE_FILE);
        source->file.path = g_strdup("/p/v");
        source_leave_volume(below, SOURCE_NETWORK);
        below->net.protocol = NET_PROTOCOL_ISCSI;
        below->net.name = g_strdup("iqn/1");
        file = domain_status_format(status, FLAGS);
        seen = domain_format(status->domain, DOMAIN_FORMAT_SECURE, &err);
        inactive = domain_format(status->domain, DOMAIN_FORMAT_INACTIVE, &err);
        for (char **text = (char *[]){ file, seen, inactive, NULL }; *text; text++) {
                g_assert_nonnull(strstr(*text, "<disk type='volume' device='disk'>"));
                g_assert_nonnull(strstr(*text, "<source pool='p' volume='v' mode='direct'"));
        }
        g_assert_nonnull(strstr(seen, "<source pool='p' volume='v' mode='direct' index='2'/>"));
        g_assert_nonnull(strstr(seen, "<source pool='p' volume='w'/>"));
        g_assert_nonnull(strstr(file, "<found type='file' file='/p/v'/>"));
        g_assert_null(strstr(seen, "/p/v"));
        g_assert_null(strstr(inactive, "/p/v"));
        again = parse(file);
        g_assert_cmpint(again->domain->disks[0].source.type, ==, SOURCE_FILE);
        g_assert_cmpstr(again->domain->disks[0].source.file.path, ==, "/p/v");
        g_assert_cmpstr(again->domain->disks[0].source.of_volume->volume, ==, "v");
        g_assert_cmpstr(again->domain->disks[0].backing->source.net.name, ==, "iqn/1");
        second = domain_status_format(again, FLAGS);
        g_assert_cmpstr(file, ==, second);
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
        g_test_add_func("/status/unknown", test_unknown);
        g_test_add_func("/status/unknown-private", test_unknown_private);
        g_test_add_func("/status/too-much-unknown", test_too_much_unknown);
        g_test_add_func("/status/others", test_others);
        g_test_add_func("/status/volume", test_volume);
        g_test_add_func("/status/refused", test_refused);
        return g_test_run();
}
