/* Small formats: JSON, configuration files, MAC address maps. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

#include "openvz/openvz_conf.h"
#include "util/file.h"
#include "util/json.h"
#include "util/mac_map.h"
#include "util/settings.h"

static int print_text(char *text)
{
        g_autofree char *owned = text;

        printf("%s\n", owned);
        return 0;
}

static int run_json(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;
        g_autofree char *text = NULL;
        size_t length;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) < 0 || json_read(text, length, &json, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        return print_text(json_format(json, false));
}

static int run_unflatten(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json = NULL;
        g_autoptr(Json) nested = NULL;
        g_autofree char *text = NULL;
        size_t length;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) == 0)
                json = json_parse(text, length, &err);
        if (!json)
                return xlate_fail(&err, CONVERT_REFUSED);
        nested = json_unflatten(json, &err);
        if (!nested)
                return xlate_fail(&err, CONVERT_FAILED);
        return print_text(json_format(nested, true));
}

static int run_settings(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autofree char *normal = NULL;
        size_t length;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, &length, &err) == 0)
                normal = settings_normalise(argv[1], text, length, &err);
        if (!normal)
                return xlate_fail(&err, CONVERT_REFUSED);
        fputs(normal, stdout);
        return 0;
}

static int add_line(MacMap *map, const char *line, Error *err)
{
        g_auto(GStrv) words = g_strsplit(line, " ", 2);

        if (!words[0])
                return 0;
        if (!words[1])
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is not DOMAIN MAC", line);
        return mac_map_add(map, words[0], words[1], err);
}

static int run_mac_map(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(MacMap) map = mac_map_new();
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &text, NULL, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
                if (add_line(map, *line, &err) < 0)
                        return xlate_fail(&err, CONVERT_REFUSED);
        return print_text(mac_map_format(map));
}

static int run_openvz(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        g_autofree char *value = NULL;

        if (argc != 3)
                return CONVERT_USAGE;
        if (file_read(argv[2], CONVERT_INPUT_MAX, &text, NULL, &err) < 0)
                return xlate_fail(&err, CONVERT_REFUSED);
        value = openvz_conf_value(text, argv[1]);
        printf("%s\n", value ? value : "(not set)");
        return 0;
}

const XlateCommand xlate_openvz = { "openvz-value", "NAME FILE", run_openvz };
const XlateCommand xlate_json = { "json", "FILE", run_json };
const XlateCommand xlate_json_unflatten = { "json-unflatten", "FILE", run_unflatten };
const XlateCommand xlate_settings = { "settings", "FILE", run_settings };
const XlateCommand xlate_mac_map = { "mac-map", "FILE (lines: DOMAIN MAC)", run_mac_map };
