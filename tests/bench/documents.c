/* Time and memory of documents: parse, check and format domain documents, through the public API (define on
 * test:///default, then its XML), in a process of its own. Which library does it is the environment's business.
 *
 * usage: documents ROUNDS FILE...
 * Prints microseconds a document and the growth of the heap in bytes a document, each over all files. */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "times.h"

static void quiet(void *opaque, virErrorPtr error)
{
        (void)opaque;
        (void)error;
}

/* false: not accepted */
static bool trip(virConnectPtr conn, const char *xml)
{
        virDomainPtr domain = virDomainDefineXMLFlags(conn, xml, 0);
        char *out;

        if (!domain)
                return false;
        out = virDomainGetXMLDesc(domain, 0);
        free(out);
        virDomainUndefine(domain);
        virDomainFree(domain);
        return out != NULL;
}

static double heap_of(virConnectPtr conn, char **texts, size_t n)
{
        GPtrArray *domains = g_ptr_array_new();
        size_t before = mallinfo2().uordblks, after;

        for (size_t i = 0; i < n; i++)
                g_ptr_array_add(domains, virDomainDefineXMLFlags(conn, texts[i], 0));
        after = mallinfo2().uordblks;
        for (size_t i = 0; i < n; i++) {
                virDomainPtr domain = g_ptr_array_index(domains, i);

                if (domain) {
                        virDomainUndefine(domain);
                        virDomainFree(domain);
                }
        }
        g_ptr_array_unref(domains);
        return after > before ? (double)(after - before) / (double)n : 0;
}

int main(int argc, char **argv)
{
        int rounds = argc > 2 ? atoi(argv[1]) : 0;
        size_t n = 0;
        char **texts = g_new0(char *, argc);
        virConnectPtr conn;
        double begin, spent;

        virSetErrorFunc(NULL, quiet);
        conn = virConnectOpen("test:///default");
        if (!conn || rounds < 1)
                return EXIT_FAILURE;
        for (int i = 2; i < argc; i++) {
                char *text;

                if (!g_file_get_contents(argv[i], &text, NULL, NULL))
                        return EXIT_FAILURE;
                if (trip(conn, text))
                        texts[n++] = text;
                else
                        g_free(text);
        }
        if (n == 0)
                return EXIT_FAILURE;
        begin = now_us();
        for (int round = 0; round < rounds; round++)
                for (size_t i = 0; i < n; i++)
                        trip(conn, texts[i]);
        spent = now_us() - begin;
        printf("%.1f %.0f %zu\n", spent / rounds / (double)n, heap_of(conn, texts, n), n);
        virConnectClose(conn);
        return EXIT_SUCCESS;
}
