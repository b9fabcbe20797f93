/* Attributes that take one of a few words: libvirt 9.0 refuses any other, with and without a schema, and so do we. Clocks,
 * whose adjustment is a word or a number. */
#include <string.h>

#include "conf/domain.h"

static int read_domain(const char *rest, Domain **ret, Error *err)
{
        g_autofree char *xml = g_strdup_printf("<domain type='test'><name>web</name><memory>1024</memory>"
                                               "<os firmware='efi'><type arch='x86_64'>hvm</type></os>%s</domain>",
                                               rest);

        return domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, ret, err);
}

#define DEVICES(X)  "<devices>" X "</devices>"
#define FEATURES(X) "<features>" X "</features>"
#define LUN(X)      DEVICES("<disk type='block' device='lun'><source dev='/a'>" X "</source><target dev='sda'/></disk>")

static void test_words(void)
{
        static const char *const cases[] = {
                FEATURES("<cfpc value='wrong'/>"),
                FEATURES("<sbbc value='wrong'/>"),
                FEATURES("<ibs value='wrong'/>"),
                FEATURES("<gic version='wrong'/>"),
                FEATURES("<ioapic driver='wrong'/>"),
                FEATURES("<hpt resizing='wrong'/>"),
                FEATURES("<msrs unknown='wrong'/>"),
                "<perf><event name='wrong' enabled='yes'/></perf>",
                "<keywrap><cipher name='wrong' state='on'/></keywrap>",
                DEVICES("<input type='evdev'><source dev='/a' grab='wrong'/></input>"),
                DEVICES("<audio id='1' type='sdl' driver='wrong'/>"),
                DEVICES("<audio id='1' type='none'><input><settings format='wrong'/></input></audio>"),
                DEVICES("<sound model='ich6'><codec type='wrong'/></sound>"),
                DEVICES("<hostdev mode='subsystem' type='usb'><source guestReset='wrong'><vendor id='1'/>"
                        "<product id='2'/></source></hostdev>"),
                DEVICES("<hostdev mode='subsystem' type='scsi_host'><source protocol='wrong'/></hostdev>"),
                DEVICES("<hostdev mode='subsystem' type='scsi'><source protocol='wrong'><adapter name='scsi_host0'/>"
                        "<address bus='0' target='0' unit='0'/></source></hostdev>"),
                DEVICES("<interface type='user'><portForward proto='wrong'/></interface>"),
                DEVICES("<interface type='vhostuser'><source type='wrong' path='/a' mode='client'/></interface>"),
                DEVICES("<interface type='vhostuser'><source type='unix' path='/a' mode='wrong'/></interface>"),
                DEVICES("<controller type='pci' model='pcie-root-port'><model name='wrong'/></controller>"),
                DEVICES("<graphics type='spice'><channel name='main,x=y' mode='secure'/></graphics>"),
                DEVICES("<disk type='vhostuser'><source type='wrong' path='/a'/><target dev='vda'/></disk>"),
                DEVICES("<disk type='nvme'><source type='wrong' namespace='1'/><target dev='vda'/></disk>"),
                DEVICES("<redirdev bus='wrong' type='spicevmc'/>"),
                DEVICES("<tpm><backend type='external'><source type='unix' mode='wrong' path='/a'/></backend></tpm>"),
                DEVICES("<tpm><backend type='external'><source type='wrong' path='/a'/></backend></tpm>"),
                LUN("<reservations managed='no'><source type='wrong' path='/b' mode='client'/></reservations>"),
                LUN("<reservations managed='no'><source type='unix' path='/b' mode='wrong'/></reservations>"),
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = NULL;

                g_assert_cmpint(read_domain(cases[i], &d, &err), ==, -1);
                g_test_message("%s", err.message);
                g_assert_cmpint(err.code, ==, VIR_ERR_XML_ERROR);
                if (!strstr(err.message, "Known: "))
                        g_error("%s: '%s' does not say what is known", cases[i], err.message);
        }
}

static void test_reservations(void)
{
        static const struct {
                const char *rest, *words;
        } cases[] = {
                { LUN("<reservations managed='no'/>"), "missing connection type for <reservations/>" },
                { LUN("<reservations managed='yes'><source type='unix' mode='client'/></reservations>"),
                  "missing path for <reservations/>" },
                { LUN("<reservations managed='no'><source type='unix' path='/b'/></reservations>"),
                  "missing connection mode for <reservations/>" },
                { LUN("<reservations managed='no'><source type='unix' path='/b' mode='server'/></reservations>"),
                  "unsupported connection mode for <reservations/>: server" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = NULL;

                g_assert_cmpint(read_domain(cases[i].rest, &d, &err), ==, -1);
                if (!strstr(err.message, cases[i].words))
                        g_error("'%s' does not say '%s'", err.message, cases[i].words);
        }
}

/* NULL: refused. */
static void test_clocks(void)
{
        static const struct {
                const char *said, *written;
        } cases[] = {
                { "<clock offset='utc' adjustment='reset'/>", "<clock offset='utc' adjustment='reset'/>" },
                { "<clock offset='utc' adjustment=''/>", "<clock offset='utc'/>" },
                { "<clock offset='utc' adjustment='0'/>", "<clock offset='variable' adjustment='0' basis='utc'/>" },
                { "<clock offset='localtime' adjustment='-7'/>",
                  "<clock offset='variable' adjustment='-7' basis='localtime'/>" },
                { "<clock offset='variable'/>", "<clock offset='variable' adjustment='0' basis='utc'/>" },
                { "<clock offset='variable' adjustment='soon'/>",
                  "<clock offset='variable' adjustment='0' basis='utc'/>" },
                { "<clock offset='timezone' timezone='CET' adjustment='5'/>",
                  "<clock offset='timezone' timezone='CET'/>" },
                { "<clock offset='utc' adjustment='12x'/>", NULL },
                { "<clock offset='timezone' timezone=''/>", NULL },
                { "<clock offset='absolute' start='noon'/>", NULL },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = NULL;
                g_autofree char *out = NULL;
                int r = read_domain(cases[i].said, &d, &err);

                g_assert_cmpint(r, ==, cases[i].written ? 0 : -1);
                if (r < 0)
                        continue;
                out = domain_format(d, DOMAIN_FORMAT_INACTIVE, &err);
                if (!strstr(out, cases[i].written))
                        g_error("'%s' is not in %s", cases[i].written, out);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/domain-words/words", test_words);
        g_test_add_func("/domain-words/reservations", test_reservations);
        g_test_add_func("/domain-words/clocks", test_clocks);
        return g_test_run();
}
