/* The generated entry points: what they refuse and how, what reaches the driver. */
#include <string.h>

#include <libvirt/virterror.h>

#include "vireo/calls.h"

static const unsigned char uuid[VIR_UUID_BUFLEN] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

/* What the invented driver was asked last. */
static struct {
        const char *operation;
        unsigned flags;
        unsigned long number;
} asked;

static int on_flags(virDomainPtr domain, unsigned flags, Error *err)
{
        asked.operation = "flags";
        asked.flags = flags;
        return 0;
}

static int on_memory(virDomainPtr domain, unsigned long memory, unsigned flags, Error *err)
{
        asked.operation = "memory";
        asked.flags = flags;
        asked.number = memory;
        return 0;
}

static int on_params(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned flags, Error *err)
{
        asked.operation = "params";
        asked.flags = flags;
        *nparams = 3;
        return 0;
}

static int on_stats(virDomainPtr domain, const char *disk, virDomainBlockStatsPtr stats, size_t size, Error *err)
{
        g_assert_cmpuint(size, ==, sizeof(*stats));
        *stats = (virDomainBlockStatsStruct){ 1, 2, 3, 4, 5 };
        return 0;
}

static int on_list(virConnectPtr conn, virDomainPtr **list, unsigned flags, Error *err)
{
        asked.flags = flags;
        if (list) {
                *list = g_new0(virDomainPtr, 3);
                (*list)[0] = object_domain_new(conn, "one", uuid, 4);
                (*list)[1] = object_domain_new(conn, "two", uuid, 5);
        }
        return 2;
}

static virDomainPtr on_uuid(virConnectPtr conn, const unsigned char *wanted, Error *err)
{
        return memcmp(wanted, uuid, sizeof(uuid)) == 0 ? object_domain_new(conn, "found", wanted, -1) : NULL;
}

static char *on_xml(virDomainPtr domain, unsigned flags, Error *err)
{
        return error_null(err, VIR_ERR_NO_DOMAIN, "no domain with matching uuid '%s'", "x");
}

static int on_feature(virConnectPtr conn, int feature, Error *err)
{
        return feature == 9; /* strings among typed parameters */
}

static const HypervisorCalls calls = {
        .connect_supports_feature = on_feature,
        .domain_destroy_flags = on_flags,
        .domain_shutdown_flags = on_flags,
        .domain_set_memory_flags = on_memory,
        .domain_get_memory_parameters = on_params,
        .domain_block_stats = on_stats,
        .connect_list_all_domains = on_list,
        .domain_lookup_by_uuid = on_uuid,
        .domain_get_xml_desc = on_xml,
};

/* Never closed: a static handle that no count of ours brings to zero. */
static struct _virConnect connection = { .object = { OBJECT_CONNECT, 1 }, .hypervisor = &calls };

static virDomainPtr domain(unsigned connect_flags)
{
        connection.flags = connect_flags;
        memset(&asked, 0, sizeof(asked));
        return object_domain_new(&connection, "demo", uuid, 1);
}

static void quiet(void *opaque, virErrorPtr error)
{
}

static void check_error(int code, int from, const char *message)
{
        virErrorPtr error = virGetLastError();

        g_assert_nonnull(error);
        g_assert_cmpint(error->code, ==, code);
        g_assert_cmpint(error->domain, ==, from);
        g_assert_cmpstr(error->message, ==, message);
        virResetLastError();
}

static void test_handles(void)
{
        virDomainPtr demo = domain(0);

        g_assert_cmpint(virDomainDestroy(NULL), ==, -1);
        check_error(VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOM, "invalid domain pointer in virDomainDestroy");
        g_assert_cmpint(virDomainDestroy((virDomainPtr)&connection), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_DOMAIN);
        g_assert_cmpint(virDomainDestroy(demo), ==, 0);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OK);
        g_assert_cmpstr(asked.operation, ==, "flags");
        virDomainFree(demo);
}

static void test_accessors(void)
{
        virDomainPtr demo = domain(0);
        char text[VIR_UUID_STRING_BUFLEN];
        unsigned char raw[VIR_UUID_BUFLEN];

        g_assert_cmpstr(virDomainGetName(demo), ==, "demo");
        g_assert_true(virDomainGetConnect(demo) == &connection);
        g_assert_cmpint(virDomainGetUUID(demo, raw), ==, 0);
        g_assert_cmpmem(raw, sizeof(raw), uuid, sizeof(uuid));
        g_assert_cmpint(virDomainGetUUIDString(demo, text), ==, 0);
        g_assert_cmpstr(text, ==, "00010203-0405-0607-0809-0a0b0c0d0e0f");
        g_assert_cmpint(virDomainGetUUIDString(demo, NULL), ==, -1);
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "buf in virDomainGetUUIDString must not be NULL");
        g_assert_cmpint(virDomainRef(demo), ==, 0);
        g_assert_cmpint(virDomainFree(demo), ==, 0);
        g_assert_cmpint(virDomainFree(demo), ==, 0);
}

static void test_read_only(void)
{
        virDomainPtr demo = domain(VIR_CONNECT_RO);

        g_assert_cmpint(virDomainDestroy(demo), ==, -1);
        check_error(VIR_ERR_OPERATION_DENIED, VIR_FROM_DOMAIN,
                    "operation forbidden: read only access prevents virDomainDestroy");
        g_assert_null(asked.operation);
        g_assert_null(virDomainGetXMLDesc(demo, VIR_DOMAIN_XML_SECURE));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        /* What goes to another host has the secrets in it. */
        g_assert_null(virDomainGetXMLDesc(demo, VIR_DOMAIN_XML_MIGRATABLE));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        /* Without secrets it reaches the driver. */
        g_assert_null(virDomainGetXMLDesc(demo, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_DOMAIN);
        virDomainFree(demo);
}

static void test_no_support(void)
{
        virDomainPtr demo = domain(0);

        g_assert_cmpint(virDomainSuspend(demo), ==, -1);
        check_error(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN,
                    "this function is not supported by the connection driver: virDomainSuspend");
        virDomainFree(demo);
}

static void test_arguments(void)
{
        virDomainPtr demo = domain(0);
        char *names[1];

        g_assert_cmpint(virDomainSetMemory(demo, 0), ==, -1);
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "memory in virDomainSetMemory must not be zero");
        g_assert_cmpint(virDomainSaveFlags(demo, NULL, NULL, 0), ==, -1);
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "to in virDomainSaveFlags must not be NULL");
        g_assert_cmpint(virDomainSaveFlags(demo, "x", NULL, VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virConnectListDefinedDomains(&connection, names, -1), ==, -1);
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN,
                    "maxnames in virConnectListDefinedDomains must be zero or greater");
        g_assert_cmpint(virDomainSetMetadata(demo, VIR_DOMAIN_METADATA_TITLE, "a\nb", NULL, NULL, 0), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        g_assert_null(virDomainLookupByUUIDString(&connection, "no uuid"));
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN,
                    "uuidstr in virDomainLookupByUUIDString must be a valid UUID");
        virDomainFree(demo);
}

/* Older functions are newer ones with fixed arguments. */
static void test_via(void)
{
        virDomainPtr demo = domain(0), found;
        char *names[1];
        int ids[4];

        g_assert_cmpint(virDomainShutdown(demo), ==, 0);
        g_assert_cmpuint(asked.flags, ==, 0);
        g_assert_cmpint(virDomainSetMaxMemory(demo, 77), ==, 0);
        g_assert_cmpuint(asked.number, ==, 77);
        g_assert_cmpuint(asked.flags, ==, VIR_DOMAIN_MEM_MAXIMUM);
        found = virDomainLookupByUUIDString(&connection, "00010203-0405-0607-0809-0a0b0c0d0e0f");
        g_assert_cmpstr(virDomainGetName(found), ==, "found");
        virDomainFree(found);
        g_assert_cmpint(virConnectNumOfDomains(&connection), ==, 2);
        g_assert_cmpuint(asked.flags, ==, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
        g_assert_cmpint(virConnectListDomains(&connection, ids, 4), ==, 2);
        g_assert_cmpint(ids[1], ==, 5);
        g_assert_cmpint(virConnectListDefinedDomains(&connection, names, 1), ==, 1);
        g_assert_cmpstr(names[0], ==, "one");
        g_free(names[0]);
        virDomainFree(demo);
}

static void test_parameters(void)
{
        virDomainPtr demo = domain(0);
        struct {
                long long first_two[2];
                long long guard;
        } old = { .guard = 99 };
        int n = 0;

        g_assert_cmpint(virDomainGetMemoryParameters(demo, NULL, &n, 0), ==, 0);
        g_assert_cmpint(n, ==, 3);
        g_assert_cmpuint(asked.flags, ==, VIR_TYPED_PARAM_STRING_OKAY);
        g_assert_cmpint(virDomainGetMemoryParameters(demo, NULL, &n, 0), ==, -1);
        check_error(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "params in virDomainGetMemoryParameters must not be NULL");
        /* A program that knows a shorter structure gets what fits. */
        g_assert_cmpint(virDomainBlockStats(demo, "vda", (void *)&old, sizeof(old.first_two)), ==, 0);
        g_assert_cmpint(old.first_two[1], ==, 2);
        g_assert_cmpint(old.guard, ==, 99);
        virDomainFree(demo);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        virSetErrorFunc(NULL, quiet);
        g_test_add_func("/entry/handles", test_handles);
        g_test_add_func("/entry/accessors", test_accessors);
        g_test_add_func("/entry/read-only", test_read_only);
        g_test_add_func("/entry/no-support", test_no_support);
        g_test_add_func("/entry/arguments", test_arguments);
        g_test_add_func("/entry/via", test_via);
        g_test_add_func("/entry/parameters", test_parameters);
        return g_test_run();
}
