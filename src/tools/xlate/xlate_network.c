/* xlate network-update: one section of a network document changed. */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/network.h"
#include "util/file.h"
#include "xlate.h"

static const char *const commands[] = { "none", "modify", "delete", "add-last", "add-first", NULL };
static const char *const sections[] = { "none",         "bridge",
                                        "domain",       "ip",
                                        "ip-dhcp-host", "ip-dhcp-range",
                                        "forward",      "forward-interface",
                                        "forward-pf",   "portgroup",
                                        "dns-host",     "dns-txt",
                                        "dns-srv",      NULL };

static int index_of(const char *const *names, const char *name)
{
        for (int i = 0; names[i]; i++)
                if (strcmp(names[i], name) == 0)
                        return i;
        return -1;
}

static int run_update(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Network) network = NULL;
        g_autofree char *xml = NULL, *piece = NULL, *out = NULL;
        size_t n_xml, n_piece;
        unsigned flags = 0;
        int command, section;

        if (argc < 6)
                return fprintf(stderr, "usage: network-update NETWORK COMMAND SECTION INDEX PIECE [STATE]\n"),
                       CONVERT_USAGE;
        command = index_of(commands, argv[2]);
        section = index_of(sections, argv[3]);
        if (command < 0 || section < 0)
                return fprintf(stderr, "error: no such command or section\n"), CONVERT_USAGE;
        if (argc > 6 && strcmp(argv[6], "inactive") == 0)
                flags = ROWS_INACTIVE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &xml, &n_xml, &err) < 0 ||
            file_read(argv[5], CONVERT_INPUT_MAX, &piece, &n_piece, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        if (network_parse(xml, n_xml, 0, &network, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        if (network_update(network, (unsigned)command, (unsigned)section, atoi(argv[4]), piece, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        out = network_format(network, flags);
        fputs(out, stdout);
        return 0;
}

const XlateCommand xlate_network_update = { "network-update", "NETWORK COMMAND SECTION INDEX PIECE [STATE]",
                                            run_update };
