/* What json-c lets pass although it is no JSON, or changes silently. The structure itself is json-c's to check. */
#include "json_scan.h"

#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { INTEGER_DIGITS_MAX = 20 };

typedef struct Scan {
        const char *at, *end;
        size_t members;
} Scan;

/* strchr() would find the terminator as well. */
static bool is_one_of(char letter, const char *letters)
{
        return letter && strchr(letters, letter);
}

/* From the opening quote to behind the closing one. */
static const char *scan_string(Scan *scan)
{
        for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++) {
                if ((unsigned char)*scan->at < ' ')
                        return "a control character in a string";
                if (*scan->at != '\\')
                        continue;
                if (scan->end - scan->at >= 6 && memcmp(scan->at, "\\u0000", 6) == 0)
                        return "a zero character in a string";
                scan->at++;
        }
        scan->at++;
        return NULL;
}

/* Whether the integer of @length letters is one that we can hold. */
static bool integer_fits(const char *text, size_t length)
{
        char copy[INTEGER_DIGITS_MAX + 2];

        if (length > INTEGER_DIGITS_MAX)
                return false;
        memcpy(copy, text, length);
        copy[length] = '\0';
        errno = 0;
        if (*copy == '-')
                (void)!g_ascii_strtoll(copy, NULL, 10);
        else
                (void)!g_ascii_strtoull(copy, NULL, 10);
        return errno == 0;
}

static const char *scan_number(Scan *scan)
{
        const char *start = scan->at;
        bool integer = true;

        for (; scan->at < scan->end && (g_ascii_isdigit(*scan->at) || is_one_of(*scan->at, "+-.eE")); scan->at++) {
                if (*scan->at == '.' && (scan->at + 1 == scan->end || !g_ascii_isdigit(scan->at[1])))
                        return "a number ends with its point";
                if (is_one_of(*scan->at, ".eE"))
                        integer = false;
        }
        if (integer && !integer_fits(start, (size_t)(scan->at - start)))
                return "an integer of more than 64 bits";
        return NULL;
}

static const char *scan_one(Scan *scan)
{
        if (*scan->at == '"')
                return scan_string(scan);
        if (*scan->at == '-' || g_ascii_isdigit(*scan->at))
                return scan_number(scan);
        if (is_one_of(*scan->at, "'NI"))
                return "unexpected character";
        scan->members += *scan->at == ':';
        scan->at++;
        return NULL;
}

const char *json_scan(const char *text, size_t length, size_t *ret_offset, size_t *ret_members)
{
        Scan scan = { .at = text, .end = text + length };

        while (scan.at < scan.end) {
                const char *wrong = *scan.at == '\0' ? "a zero byte" : scan_one(&scan);

                if (!wrong)
                        continue;
                *ret_offset = (size_t)(MIN(scan.at, scan.end) - text);
                return wrong;
        }
        *ret_members = scan.members;
        return NULL;
}
