/* The rules of a hypervisor: when they run, what its features switch, what is dropped. */
#include <string.h>

#include "conf/domain_rules.h"
#include "conf/qemu_namespace.h"

#define DOCUMENT(type, rest)                                                                                           \
        "<domain type='" type "'>\n  <name>web</name>\n  <memory>1024</memory>\n  <os><type>hvm</type></os>\n" rest    \
        "</domain>\n"

typedef struct Seen {
        size_t controllers_early, controllers_late;
        const char *refuse;
} Seen;

static int early(Domain *d, unsigned flags, void *context, Error *err)
{
        ((Seen *)context)->controllers_early = d->n_controllers;
        g_free(d->emulator);
        d->emulator = g_strdup("/usr/bin/invented");
        return 0;
}

static int late(Domain *d, unsigned flags, void *context, Error *err)
{
        ((Seen *)context)->controllers_late = d->n_controllers;
        return 0;
}

static int check(const Domain *d, void *context, Error *err)
{
        Seen *seen = context;

        return seen->refuse ? error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "no %s", seen->refuse) : 0;
}

static const DomainRules rules = {
        .name = "invented",
        .features = DOMAIN_RULES_WIDE_SCSI,
        .arch = "riscv64",
        .mac_start = { 0x00, 0x16, 0x3e },
        .early = early,
        .settle = late,
        .check = check,
};

static Domain *parse(const char *xml, Seen *seen, Error *err)
{
        Domain *d = NULL;

        domain_parse_for(&rules, seen, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, err);
        return d;
}

static void test_order(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        g_autoptr(Domain) d =
                parse(DOCUMENT("xen", "<devices><disk type='file'><source file='/a'/><target dev='sdh'/></disk>"
                                      "<interface type='user'/></devices>"),
                      &seen, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpuint(seen.controllers_early, ==, 0);
        g_assert_cmpuint(seen.controllers_late, ==, 1);
        g_assert_cmpstr(d->emulator, ==, "/usr/bin/invented");
        g_assert_cmpstr(d->os.arch, ==, "riscv64");
        g_assert_cmpuint(d->interfaces[0].mac.bytes[1], ==, 0x16);
        g_assert_null(d->rules);
        /* The eighth disk of a wide bus makes room for the controller itself. */
        g_assert_cmpuint(d->disks[0].info.address->drive.controller, ==, 0);
        g_assert_cmpuint(d->disks[0].info.address->drive.unit, ==, 8);
}

static void test_refusal(void)
{
        static const struct {
                const char *xml, *words, *refuse;
        } cases[] = {
                { DOCUMENT("xen", ""), "no luck", "luck" },
                { DOCUMENT("xen", "<maxMemory slots='2'>2048</maxMemory>"), "memory hotplug tunables <maxMemory>",
                  NULL },
                { DOCUMENT("xen", "<vcpus><vcpu id='0' enabled='yes'/></vcpus>"), "individual CPU state", NULL },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Seen seen = { .refuse = cases[i].refuse };

                g_assert_null(parse(cases[i].xml, &seen, &err));
                g_test_message("%s", err.message);
                g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

/* Elements in the namespace of another hypervisor say nothing to this one. */
static void test_foreign(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        static const char xml[] =
                "<domain type='xen' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>web</name>"
                "<memory>1024</memory><os><type>hvm</type></os>"
                "<qemu:commandline><qemu:arg value='-S'/></qemu:commandline></domain>";
        g_autoptr(Domain) d = parse(xml, &seen, &err);
        g_autoptr(Domain) any = NULL;

        g_assert_nonnull(d);
        g_assert_null(d->extra.content);
        g_assert_cmpint(domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &any, &err), ==, 0);
        g_assert_nonnull(any->extra.content);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        rows_register(&qemu_namespace);
        g_test_add_func("/domain-rules/order", test_order);
        g_test_add_func("/domain-rules/refusal", test_refusal);
        g_test_add_func("/domain-rules/foreign", test_foreign);
        return g_test_run();
}
