/* The invented hosts: the built-in one, and those read from a file.
 *
 * The file: <node> with <cpu>, <memory>, <domain>, <network>, <interface>, <pool> (with <volume>) and <device> elements, each in place or in a
 * file of its own (file="..." relative to the node's file). What a domain is like at the start stands in elements of the
 * test namespace: runstate, transient, hasmanagedsave. Networks and interfaces are up. */
#include "storage.h"

#include <stdlib.h>
#include <string.h>

#include "conf/network.h"
#include "conf/xml.h"
#include "util/auto.h"
#include "util/file.h"

enum { FILE_SIZE_MAX = 16 * 1024 * 1024 };

static const char namespace[] = "http://libvirt.org/schemas/domain/test/1.0";

static const char default_domain[] =
        "<domain type='test'><name>test</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>"
        "<memory unit='KiB'>8388608</memory><currentMemory unit='KiB'>2097152</currentMemory><vcpu>2</vcpu>"
        "<os><type>hvm</type></os>"
        "<devices>"
        "<disk type='file'><source file='/guest/diskimage1'/><target dev='vda' bus='virtio'/>"
        "<address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></disk>"
        "<interface type='network'><mac address='aa:bb:cc:dd:ee:ff'/><source network='default'/>"
        "<target dev='testnet0'/><address type='pci' domain='0x0000' bus='0x00' slot='0x01' "
        "function='0x0'/></interface>"
        "<memballoon model='virtio'><address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>"
        "</memballoon></devices></domain>";

/* The lock guards the shared host and the counts of all of them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static TestHost *shared;

static TestHost *host_new(const char *path)
{
        static const DomainListHooks hooks = { .error_domain = VIR_FROM_TEST };
        TestHost *host = g_new0(TestHost, 1);
        NamedEvents events;

        host->refs = 1;
        host->hub = event_hub_new();
        host->list.domains = domain_list_new(&hooks, host->hub);
        events = test_named_events(host);
        rows_register(&dnsmasq_namespace);
        host->networks = named_list_new(&test_network_kind, &events);
        host->interfaces = named_list_new(&test_interface_kind, &events);
        pthread_mutex_init(&host->lock, NULL);
        host->pools = named_list_new(&test_pool_kind, &events);
        host->devices = named_list_new(&test_device_kind, &events);
        host->path = g_strdup(path);
        host->model = g_strdup("i686");
        host->memory_kib = 3072ull * 1024;
        host->cpus = 16;
        host->mhz = 1400;
        host->nodes = TEST_CELLS;
        host->sockets = host->cores = host->threads = 2;
        return host;
}

static void host_free(TestHost *host)
{
        domain_list_free(host->list.domains);
        named_list_free(host->networks);
        named_list_free(host->interfaces);
        if (host->saved)
                g_ptr_array_unref(host->saved);
        pthread_mutex_destroy(&host->lock);
        named_list_free(host->pools);
        named_list_free(host->devices);
        event_hub_unref(host->hub);
        g_free(host->model);
        g_free(host->path);
        g_free(host);
}

/* Reading. */

static int number_of(const XmlNode *node, const char *name, unsigned *number, Error *err)
{
        const XmlNode *child = xml_child(node, NULL, name, NULL);
        g_autofree char *where = NULL;

        if (!child)
                return 0;
        if (child->text && text_to_uint(child->text, 10, number) && *number > 0)
                return 0;
        where = xml_where(child, NULL);
        return error_set(err, VIR_ERR_XML_ERROR, "invalid node cpu %s value at %s", name, where);
}

static int read_cpu(TestHost *host, const XmlNode *root, Error *err)
{
        const XmlNode *cpu = xml_child(root, NULL, "cpu", NULL);
        const XmlNode *memory = xml_child(root, NULL, "memory", NULL);
        const XmlNode *model;
        unsigned kib = 0;

        if (memory && number_of(root, "memory", &kib, err) < 0)
                return -1;
        if (memory)
                host->memory_kib = kib;
        if (!cpu)
                return 0;
        if (number_of(cpu, "nodes", &host->nodes, err) < 0 || number_of(cpu, "sockets", &host->sockets, err) < 0 ||
            number_of(cpu, "cores", &host->cores, err) < 0 || number_of(cpu, "threads", &host->threads, err) < 0 ||
            number_of(cpu, "mhz", &host->mhz, err) < 0)
                return -1;
        host->cpus = host->nodes * host->sockets * host->cores * host->threads;
        if (number_of(cpu, "active", &host->cpus, err) < 0)
                return -1;
        model = xml_child(cpu, NULL, "model", NULL);
        if (model && model->text) {
                g_free(host->model);
                host->model = g_strdup(model->text);
        }
        return 0;
}

/* The state that the test namespace asks for. */
static int state_of(const XmlNode *node, int *ret_state, bool *ret_transient, Error *err)
{
        const XmlNode *state = xml_child(node, namespace, "runstate", NULL);
        unsigned number = VIR_DOMAIN_RUNNING;
        g_autofree char *where = NULL;

        *ret_transient = xml_child(node, namespace, "transient", NULL) != NULL;
        *ret_state = number;
        if (!state)
                return 0;
        where = xml_where(state, NULL);
        if (!state->text || !text_to_uint(state->text, 10, &number) ||
            (number != VIR_DOMAIN_RUNNING && number != VIR_DOMAIN_PAUSED && number != VIR_DOMAIN_SHUTOFF &&
             number != VIR_DOMAIN_CRASHED))
                return error_set(err, VIR_ERR_XML_ERROR, "runstate '%s' out of range'1' at %s",
                                 state->text ? state->text : "", where);
        if (*ret_transient && number == VIR_DOMAIN_SHUTOFF)
                return error_set(err, VIR_ERR_XML_ERROR, "transient domain cannot have runstate 'shutoff' at %s",
                                 where);
        *ret_state = number;
        return 0;
}

static int add_node(TestHost *host, XmlNode *node, Error *err)
{
        g_autoptr(Domain) definition = NULL;
        bool transient;
        int state;

        if (state_of(node, &state, &transient, err) < 0 ||
            domain_parse_node_for(&test_rules, NULL, node, DOMAIN_PARSE_INACTIVE, &definition, err) < 0)
                return -1;
        return test_add(host, definition, state, transient, err);
}

/* An element in a file of its own: file='...', relative to the host's. */
static int read_own_file(const char *base, const XmlNode *node, char **ret_text, XmlDocument **ret, Error *err)
{
        const char *file = xml_attribute(node, "file")->value;
        g_autofree char *folder = g_path_get_dirname(base);
        g_autofree char *path = g_path_is_absolute(file) ? g_strdup(file) : g_build_filename(folder, file, NULL);
        size_t length;

        if (file_read(path, FILE_SIZE_MAX, ret_text, &length, err) < 0)
                return -1;
        return xml_read(*ret_text, length, path, node->name, ret, err);
}

typedef struct Reading {
        TestHost *host;
        const char *path; /* of the host's file */
        const char *pool; /* whose volumes are read */
} Reading;

/* @node: the content of the element that stands at @place in the host's file. */
typedef int (*ReadElement)(const Reading *reading, XmlNode *node, XmlNode *place, Error *err);

/* Every element called @name below @parent. */
static int read_elements(const Reading *reading, XmlNode *parent, const char *name, ReadElement func, Error *err)
{
        for (XmlNode *place = NULL; (place = xml_child(parent, NULL, name, place));) {
                g_autofree char *text = NULL;
                g_autoptr(XmlDocument) document = NULL;

                if (xml_attribute(place, "file") && read_own_file(reading->path, place, &text, &document, err) < 0)
                        return -1;
                if (func(reading, document ? xml_root(document) : place, place, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_domain(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        return add_node(reading->host, node, err);
}

/* A document of one of the lists. */
static int read_document(TestHost *host, const DocumentKind *kind, XmlNode *node,
                         int (*add)(TestHost *host, void *document, Error *err), Error *err)
{
        void *document = document_new(kind);

        if (rows_parse(kind->rows, document, node, ROWS_INACTIVE, err) < 0) {
                document_free(kind, document);
                return -1;
        }
        return add(host, document, err);
}

static int read_network(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        return read_document(reading->host, test_network_kind.document, node, test_add_network, err);
}

static int read_interface(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        return read_document(reading->host, test_interface_kind.document, node, test_add_interface, err);
}

static int read_device(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        return test_read_device(reading->host, node, err);
}

static int read_volume(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        return test_read_volume(reading->host, reading->pool, node, err);
}

/* Its volumes stand in the host's file, wherever the pool itself stands. */
static int read_pool(const Reading *reading, XmlNode *node, XmlNode *place, Error *err)
{
        g_autofree char *name = NULL;
        Reading inside = *reading;

        if (test_read_pool(reading->host, node, &name, err) < 0)
                return -1;
        inside.pool = name;
        return read_elements(&inside, place, "volume", read_volume, err);
}

static int read_host(TestHost *host, const char *path, Error *err)
{
        const Reading reading = { .host = host, .path = path };
        g_autofree char *text = NULL;
        g_autoptr(XmlDocument) document = NULL;
        XmlNode *root;
        size_t length;

        if (file_read(path, FILE_SIZE_MAX, &text, &length, err) < 0 ||
            xml_read(text, length, path, "node", &document, err) < 0)
                return -1;
        root = xml_root(document);
        if (read_cpu(host, root, err) < 0)
                return -1;
        host->read = true;
        if (read_elements(&reading, root, "domain", read_domain, err) < 0 ||
            read_elements(&reading, root, "network", read_network, err) < 0 ||
            read_elements(&reading, root, "interface", read_interface, err) < 0 ||
            read_elements(&reading, root, "pool", read_pool, err) < 0)
                return -1;
        return read_elements(&reading, root, "device", read_device, err);
}

static int fill_default(TestHost *host, Error *err)
{
        g_autoptr(Domain) definition = NULL;

        if (domain_parse_for(&test_rules, NULL, default_domain, strlen(default_domain), NULL, DOMAIN_PARSE_INACTIVE,
                             &definition, err) < 0)
                return -1;
        if (test_add(host, definition, VIR_DOMAIN_RUNNING, false, err) < 0)
                return -1;
        if (test_default_network(host, err) < 0 || test_default_interface(host, err) < 0)
                return -1;
        return test_fill_storage(host, err);
}

static TestHost *shared_get(void)
{
        LOCKED(&lock);
        if (shared)
                shared->refs++;
        return shared;
}

/* Of two that were made at once the first stays. */
static TestHost *shared_set(TestHost *host)
{
        LOCKED(&lock);
        if (!shared)
                shared = host;
        else
                shared->refs++;
        return shared;
}

TestHost *test_host_get(const char *path, Error *err)
{
        TestHost *host = path ? NULL : shared_get();
        TestHost *first;

        if (host)
                return host;
        host = host_new(path);
        if ((path ? read_host(host, path, err) : fill_default(host, err)) < 0) {
                host_free(host);
                return NULL;
        }
        if (path)
                return host;
        first = shared_set(host);
        if (first != host)
                host_free(host);
        return first;
}

void test_host_put(TestHost *host)
{
        bool last;

        pthread_mutex_lock(&lock);
        last = --host->refs == 0;
        if (last && host == shared)
                shared = NULL;
        pthread_mutex_unlock(&lock);
        if (last)
                host_free(host);
}
