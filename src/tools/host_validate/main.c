/* virt-host-validate: is this host fit for guests, and what would make it so? Asks no daemon and no hypervisor. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks.h"
#include "util/file.h"

static int usage(FILE *to, int status)
{
        fprintf(to,
                "usage: virt-host-validate [OPTION...] [HYPERVISOR]\n\n"
                "Says what this host has and lacks for guests of a hypervisor, by default of all that it may have:\n");
        for (unsigned i = 0; checks_name(i); i++)
                fprintf(to, "  %s\n", checks_name(i));
        fprintf(to, "\nOptions:\n"
                    "  -h, --help     show this text\n"
                    "  -v, --version  show the version\n"
                    "  -q, --quiet    print nothing: the exit status tells\n"
                    "      --root DIR look below DIR instead of /\n\n"
                    "The exit status is 1 when something that guests cannot do without is missing.\n");
        return status;
}

int main(int argc, char **argv)
{
        enum { ROOT = 256 };
        static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                                 { "version", no_argument, NULL, 'v' },
                                                 { "quiet", no_argument, NULL, 'q' },
                                                 { "root", required_argument, NULL, ROOT },
                                                 { 0 } };
        struct utsname host = { 0 };
        Report report = { .root = "", .out = stdout, .colors = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") };
        int option;

        uname(&host);
        report.arch = host.machine;
        while ((option = getopt_long(argc, argv, "hvq", options, NULL)) != -1)
                switch (option) {
                case 'h': return usage(stdout, EXIT_SUCCESS);
                case 'v': printf("version: virt-host-validate 9.10.0\n"); return EXIT_SUCCESS;
                case 'q': report.out = NULL; break;
                case ROOT: report.root = optarg; break;
                default: return usage(stderr, EXIT_FAILURE);
                }
        if (argc - optind > 1)
                return usage(stderr, EXIT_FAILURE);
        if (optind == argc) {
                checks_for_all(&report);
        } else if (checks_for(&report, argv[optind]) > 0) {
                fprintf(stderr, "%s: unsupported hypervisor name %s\n", argv[0], argv[optind]);
                return EXIT_FAILURE;
        }
        return report.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
