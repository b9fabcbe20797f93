/* Documents as bhyve's driver settles them, with a bhyve that has the features given. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "bhyve/bhyve_rules.h"
#include "util/file.h"

static int parse_features(const char *list, unsigned *ret_features, Error *err)
{
        g_auto(GStrv) names = g_strsplit(list, ",", -1);

        for (char **name = names; *name; name++) {
                unsigned feature = bhyve_feature(*name);

                if (feature == 0)
                        return error_set(err, VIR_ERR_INVALID_ARG, "bhyve has no feature '%s'", *name);
                *ret_features |= feature;
        }
        return 0;
}

/* [--features LIST] FILE */
static int run_bhyve_xml(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        BhyveContext context = { 0 };
        g_autofree char *text = NULL;
        g_autofree char *xml = NULL;
        Domain *d = NULL;
        size_t length;

        if (argc == 4 && strcmp(argv[1], "--features") == 0) {
                if (parse_features(argv[2], &context.features, &err) < 0)
                        return xlate_fail(&err, CONVERT_USAGE);
                argv += 2;
        } else if (argc != 2) {
                return CONVERT_USAGE;
        }
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) < 0 ||
            domain_parse_for(&bhyve_rules, &context, text, length, argv[1], DOMAIN_PARSE_INACTIVE, &d, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        xml = domain_format(d, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE, &err);
        domain_unref(d);
        if (!xml)
                return xlate_fail(&err, CONVERT_FAILED);
        fputs(xml, stdout);
        return 0;
}

const XlateCommand xlate_bhyve_xml = { "bhyve-xml", "[--features LIST] FILE", run_bhyve_xml };
