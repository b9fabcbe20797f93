/* Snapshot, checkpoint and backup documents: tables, what a new one forgets, disks that are and are not named. */
#include <string.h>

#include "conf/document_json.h"
#include "conf/snapshot.h"

#define DOMAIN(disks)                                                                                                  \
        "<domain type='test'><name>web</name><uuid>11111111-2222-3333-4444-555555555555</uuid><memory>1024</memory>"   \
        "<os><type arch='x86_64'>hvm</type></os><devices>" disks "</devices></domain>"
#define IMAGE(target)  "<disk type='file'><source file='/images/" target "'/><target dev='" target "'/></disk>"
#define DRIVE(target)  "<disk type='file' device='cdrom'><target dev='" target "' bus='sata'/></disk>"
#define VOLUME(target) "<disk type='volume'><source pool='p' volume='v'/><target dev='" target "'/></disk>"

static Domain *domain_of(const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        return d;
}

static void test_tables(void)
{
        static const DocumentKind *const kinds[] = { &snapshot_kind, &checkpoint_kind, &backup_kind };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                size_t n;
                g_autofree char *wrong = rows_guard(kinds[i]->rows);
                g_autofree char *trip = rows_round_trip(kinds[i]->rows, kinds[i]->element, &n);

                g_assert_cmpstr(wrong, ==, NULL);
                g_assert_cmpstr(trip, ==, NULL);
                g_assert_cmpuint(n, >, 20);
        }
}

/* A new snapshot is made now; its state, parents and domain come with the making. */
static void test_new(void)
{
        static const char xml[] = "<domainsnapshot><state>running</state><parent><name>old</name></parent>"
                                  "<creationTime>1</creationTime>" DOMAIN("") "</domainsnapshot>";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainSnapshot) s = NULL;
        g_autofree char *out = NULL;

        g_assert_cmpint(snapshot_parse(xml, strlen(xml), ROWS_VALIDATE, &s, &err), ==, 0);
        g_assert_cmpstr(s->domain->name, ==, "web");
        g_assert_cmpint(snapshot_settle_new(s, 0, 1234, &err), ==, 0);
        out = snapshot_format(s, 0);
        g_assert_cmpstr(out, ==,
                        "<domainsnapshot>\n  <name>1234</name>\n  <creationTime>1234</creationTime>\n"
                        "</domainsnapshot>\n");
}

static void test_redefined(void)
{
        static const struct {
                const char *xml, *words;
        } cases[] = {
                { "<domainsnapshot><creationTime>1</creationTime><state>running</state></domainsnapshot>",
                  "must have a name" },
                { "<domainsnapshot><name>a</name><state>running</state></domainsnapshot>", "missing creationTime" },
                { "<domainsnapshot><name>a</name><creationTime>1</creationTime></domainsnapshot>", "missing state" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(DomainSnapshot) s = NULL;

                g_assert_cmpint(snapshot_parse(cases[i].xml, strlen(cases[i].xml), 0, &s, &err), ==, 0);
                g_assert_cmpint(snapshot_settle_new(s, SNAPSHOT_REDEFINE, 1234, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_XML_ERROR);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

/* Of a domain of which only the uuid is known. */
static void test_uuid_only(void)
{
        static const char xml[] = "<domainsnapshot>\n  <name>a</name>\n  <creationTime>1</creationTime>\n  <domain>\n"
                                  "    <uuid>11111111-2222-3333-4444-555555555555</uuid>\n  </domain>\n"
                                  "</domainsnapshot>\n";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(DomainSnapshot) s = NULL;
        g_autofree char *out = NULL;

        g_assert_cmpint(snapshot_parse(xml, strlen(xml), ROWS_VALIDATE, &s, &err), ==, 0);
        g_assert_null(s->domain);
        g_assert_cmpuint(s->domain_uuid[15], ==, 0x55);
        out = snapshot_format(s, 0);
        g_assert_cmpstr(out, ==, xml);
}

static void test_memory(void)
{
        static const struct {
                const char *xml, *words;
        } cases[] = {
                { "<domainsnapshot><memory snapshot='external'/></domainsnapshot>", "require a filename" },
                { "<domainsnapshot><memory snapshot='no' file='/a'/></domainsnapshot>", "requires external snapshot" },
                { "<domainsnapshot><memory file='a'/></domainsnapshot>", "must be absolute" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(DomainSnapshot) s = NULL;

                g_assert_cmpint(snapshot_parse(cases[i].xml, strlen(cases[i].xml), 0, &s, &err), ==, -1);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

static DomainCheckpoint *checkpoint_of(const char *disks, const Domain *d, Error *err)
{
        g_autofree char *xml = g_strdup_printf("<domaincheckpoint><name>c</name>%s</domaincheckpoint>", disks);
        g_autoptr(DomainCheckpoint) s = NULL;

        if (checkpoint_parse(xml, strlen(xml), ROWS_VALIDATE, &s, err) < 0 || checkpoint_align(s, d, err) < 0)
                return NULL;
        return g_steal_pointer(&s);
}

static void test_checkpoint_disks(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        ERROR_AUTO Error twice = ERROR_INIT;
        ERROR_AUTO Error nobody = ERROR_INIT;
        g_autoptr(Domain) d = domain_of(DOMAIN(IMAGE("vda") IMAGE("vdb") DRIVE("sda")));
        g_autoptr(DomainCheckpoint) all = checkpoint_of("", d, &err);
        g_autoptr(DomainCheckpoint) one =
                checkpoint_of("<disks><disk name='/images/vdb' bitmap='own'/></disks>", d, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpuint(all->n_disks, ==, 3);
        g_assert_cmpint(all->disks[0].checkpoint, ==, CHECKPOINT_DISK_BITMAP);
        g_assert_cmpstr(all->disks[0].bitmap, ==, "c");
        g_assert_cmpint(all->disks[2].checkpoint, ==, CHECKPOINT_DISK_NO);
        g_assert_cmpint(one->disks[0].checkpoint, ==, CHECKPOINT_DISK_NO);
        g_assert_cmpstr(one->disks[1].name, ==, "vdb");
        g_assert_cmpstr(one->disks[1].bitmap, ==, "own");
        g_assert_null(checkpoint_of("<disks><disk name='vda'/><disk name='/images/vda'/></disks>", d, &twice));
        g_assert_nonnull(strstr(twice.message, "disk 'vda' specified twice"));
        g_assert_null(checkpoint_of("<disks><disk name='vdz'/></disks>", d, &nobody));
        g_assert_nonnull(strstr(nobody.message, "no disk named 'vdz'"));
}

static DomainBackup *backup_of(const char *inside, const Domain *d, Error *err)
{
        g_autofree char *xml = g_strdup_printf("<domainbackup%s</domainbackup>", inside);
        g_autoptr(DomainBackup) s = NULL;

        if (backup_parse(xml, strlen(xml), ROWS_VALIDATE, &s, err) < 0 || backup_align(s, d, "new", err) < 0)
                return NULL;
        return g_steal_pointer(&s);
}

static void test_backup_disks(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = domain_of(DOMAIN(IMAGE("vda") IMAGE("vdb") DRIVE("sda")));
        g_autoptr(DomainBackup) all = backup_of(">", d, &err);
        g_autoptr(DomainBackup) one = backup_of(" mode='pull'><incremental>c1</incremental><disks><disk name='vdb'>"
                                                "<scratch file='/tmp/s'/></disk></disks>",
                                                d, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpstr(all->disks[0].target.file, ==, "/images/vda.new");
        g_assert_cmpint(all->disks[0].mode, ==, BACKUP_DISK_FULL);
        g_assert_cmpint(all->disks[2].backup, ==, YESNO_NO);
        g_assert_cmpuint(one->n_disks, ==, 3);
        g_assert_cmpstr(one->disks[0].name, ==, "vdb");
        g_assert_cmpstr(one->disks[0].incremental, ==, "c1");
        g_assert_cmpstr(one->disks[0].scratch.file, ==, "/tmp/s");
        g_assert_cmpint(one->disks[1].backup, ==, YESNO_NO);
}

static void test_backup_refused(void)
{
        static const struct {
                const char *inside, *words;
        } cases[] = {
                { "><server transport='tcp' name='a'/>", "requires pull mode" },
                { " mode='pull'><server transport='unix'/>", "missing socket" },
                { " mode='pull'><server transport='unix' socket='a'/>", "must be absolute" },
                { "><disks><disk name='sda'/></disks>", "no media" },
                { "><disks><disk name='vdb'/></disks>", "refusing to generate file name" },
                { "><disks><disk name='vda' backupmode='incremental'/></disks>", "requires setting 'incremental'" },
                { "><disks><disk name='vda' backupmode='full' incremental='c1'/></disks>",
                  "incompatible with 'incremental'" },
                { "><disks><disk name='vda' type='network'/></disks>", "unsupported disk backup type" },
        };
        g_autoptr(Domain) d = domain_of(DOMAIN(IMAGE("vda") DRIVE("sda") VOLUME("vdb")));

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(backup_of(cases[i].inside, d, &err));
                g_test_message("%s", err.message);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/snapshot/tables", test_tables);
        g_test_add_func("/snapshot/new", test_new);
        g_test_add_func("/snapshot/redefined", test_redefined);
        g_test_add_func("/snapshot/uuid-only", test_uuid_only);
        g_test_add_func("/snapshot/memory", test_memory);
        g_test_add_func("/checkpoint/disks", test_checkpoint_disks);
        g_test_add_func("/backup/disks", test_backup_disks);
        g_test_add_func("/backup/refused", test_backup_refused);
        return g_test_run();
}
