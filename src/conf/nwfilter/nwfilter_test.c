/* Network filters: values and rules. The expectations are what libvirt's documentation and its daemon say. */
#include <string.h>

#include "conf/nwfilter.h"

static void test_tables(void)
{
        g_autofree char *complaint = rows_guard(&Nwfilter_rows), *trip = NULL;
        size_t n;

        g_assert_cmpstr(complaint, ==, NULL);
        trip = rows_round_trip(&Nwfilter_rows, "filter", &n);
        g_assert_cmpstr(trip, ==, NULL);
        g_test_message("%zu round trips", n);
        g_assert_cmpuint(n, >=, 250);
}

/* The match as it comes back from a rule; NULL: refused. */
static char *pass(const char *match)
{
        g_autofree char *xml = g_strdup_printf("<filter name='f'><uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>"
                                               "<rule action='drop' direction='in'>%s</rule></filter>",
                                               match);
        g_autoptr(Nwfilter) filter = NULL;
        g_autofree char *out = NULL;
        char *begin, *end;

        if (nwfilter_parse(xml, strlen(xml), 0, &filter, NULL) < 0)
                return NULL;
        out = nwfilter_format(filter, 0);
        begin = strstr(out, "priority='500'>\n    ");
        if (!begin)
                return g_strdup("");
        begin += strlen("priority='500'>\n    ");
        end = strchr(begin, '\n');
        return g_strndup(begin, (size_t)(end - begin));
}

static void test_values(void)
{
        static const char *const cases[][2] = {
                { "<mac protocolid='0x0806'/>", "<mac protocolid='arp'/>" },
                { "<mac protocolid='ARP'/>", "<mac protocolid='arp'/>" },
                { "<mac protocolid='0x0600'/>", "<mac protocolid='0x600'/>" },
                { "<mac protocolid='1000'/>", NULL },
                { "<mac srcmacmask='ff:0:ff:0:0:0'/>", NULL },
                { "<mac srcmacmask='ff:ff:ff:0:0:0'/>", "<mac srcmacmask='ff:ff:ff:00:00:00'/>" },
                { "<arp opcode='9'/>", "<arp opcode='ARP_NAK'/>" },
                { "<arp gratuitous='1'/>", "<arp gratuitous='true'/>" },
                { "<ip protocol='0x11'/>", "<ip protocol='udp'/>" },
                { "<ip srcportstart='5'/>", NULL },
                { "<ip protocol='tcp' srcportstart='0x05'/>", "<ip protocol='tcp' srcportstart='0x5'/>" },
                { "<all srcipmask='255.255.128.0'/>", "<all srcipmask='17'/>" },
                { "<all srcipmask='255.0.255.0'/>", NULL },
                { "<all-ipv6 srcipmask='129'/>", NULL },
                { "<all srcipaddr='$A[ @0 ] '/>", "<all srcipaddr='$A'/>" },
                { "<all srcipaddr='$A[1 ]'/>", "<all srcipaddr='$A[1]'/>" },
                { "<all srcipaddr='$A-b'/>", NULL },
                { "<all srcipaddr='$'/>", NULL },
                { "<all dscp='64'/>", NULL },
                { "<all dscp='0X5'/>", "<all dscp='0x5'/>" },
                { "<tcp flags='RST,SYN,ACK,FIN/syn'/>", "<tcp flags='FIN,SYN,RST,ACK/SYN'/>" },
                { "<tcp flags='ALL/NONE'/>", "<tcp flags='ALL/NONE'/>" },
                { "<tcp flags='SYN'/>", NULL },
                { "<all state='invalid,NEW'/>", "<all state='NEW,INVALID'/>" },
                { "<all state='NONE,NEW'/>", "<all state='NONE'/>" },
                { "<all ipset='x' ipsetflags='SRC,dSt'/>", "<all ipset='x' ipsetflags='src,dst'/>" },
                { "<all ipset='x' ipsetflags='src,src,src,src,src,src,src'/>", NULL },
                { "<tcp match='yes'/>", "<tcp/>" },
                { "<tcp/><udp/>", "<tcp/>" },
                { "<foo/>", "" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *out = pass(cases[i][0]);

                if (g_strcmp0(out, cases[i][1]) != 0)
                        g_error("%s became %s", cases[i][0], out ? out : "an error");
        }
}

static void test_chains(void)
{
        static const struct {
                const char *attributes;
                int priority;
        } cases[] = {
                { "chain='arp-x'", -500 },          { "chain='vlan'", -750 }, { "chain='stp-x'", 0 }, { "", 0 },
                { "chain='ipv4' priority='7'", 7 },
        };
        static const char *const bad[] = { "chain='foo'", "chain='ROOT'", "chain='rootx'", "chain='mac-1234567890'",
                                           "chain='arp' priority='1001'" };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *xml = g_strdup_printf("<filter name='f' %s/>", cases[i].attributes);
                g_autoptr(Nwfilter) filter = NULL;

                g_assert_cmpint(nwfilter_parse(xml, strlen(xml), 0, &filter, NULL), ==, 0);
                g_assert_cmpint(filter->priority.value, ==, cases[i].priority);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                g_autofree char *xml = g_strdup_printf("<filter name='f' %s/>", bad[i]);
                ERROR_AUTO Error err = ERROR_INIT;
                Nwfilter *filter = NULL;

                g_assert_cmpint(nwfilter_parse(xml, strlen(xml), 0, &filter, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/nwfilter/tables", test_tables);
        g_test_add_func("/nwfilter/values", test_values);
        g_test_add_func("/nwfilter/chains", test_chains);
        return g_test_run();
}
