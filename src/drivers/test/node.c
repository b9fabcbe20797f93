/* What the invented host is: processors, memory, capabilities. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "conf/xml.h"

enum { CPUS_PRESENT = 8, CPUS_OF_CELL = 8 };

/* The cells of the built-in host: memory in KiB, the small page's size in KiB. */
static const struct {
        unsigned long long memory_kib, page_kib;
} cells[TEST_CELLS] = { { 2097152, 4 }, { 4194304, 8 } };

int test_node_info(virConnectPtr conn, virNodeInfoPtr info, Error *err)
{
        const TestHost *host = test_host_of(conn);

        memset(info, 0, sizeof(*info));
        g_strlcpy(info->model, host->model, sizeof(info->model));
        info->memory = host->memory_kib;
        info->cpus = host->cpus;
        info->mhz = host->mhz;
        info->nodes = host->nodes;
        info->sockets = host->sockets;
        info->cores = host->cores;
        info->threads = host->threads;
        return 0;
}

/* What is not given to running domains. */
unsigned long long test_node_free(virConnectPtr conn, Error *err)
{
        TestHost *host = test_host_of(conn);
        DomainEntry **entries = domain_list_all(host->list.domains, NULL);
        unsigned long long used = 0, all = 0;

        for (size_t i = 0; entries[i]; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                if (view && view->live)
                        used += view->live->current_memory_kib;
        }
        domain_entries_free(entries);
        for (size_t i = 0; i < TEST_CELLS; i++)
                all += cells[i].memory_kib;
        return used < all ? (all - used) * 1024 : 0;
}

int test_node_cells(virConnectPtr conn, unsigned long long *free_bytes, int start, int n, Error *err)
{
        int i;

        if (start < 0 || start >= TEST_CELLS)
                return error_set(err, VIR_ERR_INVALID_ARG, "start cell %d out of range (0-%d)", start, TEST_CELLS - 1);
        for (i = 0; i < n && start + i < TEST_CELLS; i++)
                free_bytes[i] = cells[start + i].memory_kib / 2 * 1024;
        return i;
}

/* Of eight processors the first, the third and the seventh ... are on: something to look at. */
int test_node_cpu_map(virConnectPtr conn, unsigned char **cpumap, unsigned *online, unsigned flags, Error *err)
{
        static const unsigned char on = 0x15;

        if (cpumap) {
                *cpumap = g_malloc(1);
                **cpumap = on;
        }
        if (online)
                *online = __builtin_popcount(on);
        return CPUS_PRESENT;
}

int test_node_security_model(virConnectPtr conn, virSecurityModelPtr model, Error *err)
{
        memset(model, 0, sizeof(*model));
        g_strlcpy(model->model, "testSecurity", sizeof(model->model));
        return 0;
}

/* Capabilities. */

static void put_page(XmlWriter *out, unsigned long long kib, const char *count)
{
        g_autofree char *size = g_strdup_printf("%llu", kib);

        xml_open(out, "pages");
        xml_put_attribute(out, "unit", "KiB");
        xml_put_attribute(out, "size", size);
        if (count)
                xml_put_text(out, count);
        xml_close(out);
}

static void put_number(XmlWriter *out, const char *name, unsigned number)
{
        g_autofree char *text = g_strdup_printf("%u", number);

        xml_put_attribute(out, name, text);
}

static void put_cpu(XmlWriter *out, unsigned cell, unsigned core)
{
        unsigned id = cell * CPUS_OF_CELL + core;

        xml_open(out, "cpu");
        put_number(out, "id", id);
        put_number(out, "socket_id", cell);
        put_number(out, "die_id", 0);
        put_number(out, "core_id", core);
        put_number(out, "siblings", id);
        xml_close(out);
}

static void put_cell(XmlWriter *out, unsigned cell)
{
        g_autofree char *memory = g_strdup_printf("%llu", cells[cell].memory_kib);
        g_autofree char *pages = g_strdup_printf("%llu", cells[cell].memory_kib / cells[cell].page_kib);

        xml_open(out, "cell");
        put_number(out, "id", cell);
        xml_open(out, "memory");
        xml_put_attribute(out, "unit", "KiB");
        xml_put_text(out, memory);
        xml_close(out);
        put_page(out, cells[cell].page_kib, pages);
        put_page(out, 2048, "0");
        put_page(out, 1048576, "0");
        xml_open(out, "cpus");
        put_number(out, "num", CPUS_OF_CELL);
        for (unsigned core = 0; core < CPUS_OF_CELL; core++)
                put_cpu(out, cell, core);
        xml_close(out);
        xml_close(out);
}

static void put_empty(XmlWriter *out, const char *name)
{
        xml_open(out, name);
        xml_keep(out);
        xml_close(out);
}

static void put_element(XmlWriter *out, const char *name, const char *text)
{
        xml_open(out, name);
        xml_keep(out);
        xml_put_text(out, text);
        xml_close(out);
}

static void put_features(XmlWriter *out)
{
        xml_open(out, "features");
        put_empty(out, "pae");
        put_empty(out, "nonpae");
        xml_close(out);
}

static void put_host(XmlWriter *out)
{
        xml_open(out, "host");
        xml_open(out, "cpu");
        put_element(out, "arch", "i686");
        put_features(out);
        put_page(out, 4, NULL);
        put_page(out, 8, NULL);
        put_page(out, 2048, NULL);
        put_page(out, 1048576, NULL);
        xml_close(out);
        put_empty(out, "power_management");
        xml_open(out, "iommu");
        xml_put_attribute(out, "support", "no");
        xml_close(out);
        xml_open(out, "topology");
        xml_open(out, "cells");
        put_number(out, "num", TEST_CELLS);
        for (unsigned cell = 0; cell < TEST_CELLS; cell++)
                put_cell(out, cell);
        xml_close(out);
        xml_close(out);
        xml_open(out, "secmodel");
        put_element(out, "model", "testSecurity");
        put_element(out, "doi", "");
        xml_close(out);
        xml_close(out);
}

static void put_guest(XmlWriter *out, const char *os_type)
{
        xml_open(out, "guest");
        put_element(out, "os_type", os_type);
        xml_open(out, "arch");
        xml_put_attribute(out, "name", "i686");
        put_element(out, "wordsize", "32");
        put_element(out, "emulator", "/usr/bin/test-hv");
        xml_open(out, "domain");
        xml_put_attribute(out, "type", "test");
        xml_close(out);
        xml_close(out);
        put_features(out);
        xml_close(out);
}

char *test_capabilities(virConnectPtr conn, Error *err)
{
        XmlWriter *out = xml_writer_new();

        xml_open(out, "capabilities");
        put_host(out);
        put_guest(out, "hvm");
        put_guest(out, "xen");
        xml_close(out);
        return xml_writer_finish(out);
}
