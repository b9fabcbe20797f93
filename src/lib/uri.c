/* Connection URIs, split by the grammar of RFC 3986 as far as libvirt's URIs use it. */
#define ERROR_DOMAIN VIR_FROM_URI
#include "vireo/uri.h"

#include <string.h>

#include "util/text.h"

enum { URI_MAX = 65536 };

typedef struct Parameter {
        char *name;
        char *value;
} Parameter;

struct Uri {
        char *scheme, *transport, *user, *host, *path, *fragment;
        int port;
        bool authority;     /* "//" was there */
        char *query;        /* as it was written; NULL: none, or the parameters were edited */
        GArray *parameters; /* Parameter */
};

static void parameter_clear(void *item)
{
        Parameter *parameter = item;

        g_free(parameter->name);
        g_free(parameter->value);
}

Uri *uri_free(Uri *uri)
{
        if (!uri)
                return NULL;
        g_free(uri->scheme);
        g_free(uri->transport);
        g_free(uri->user);
        g_free(uri->host);
        g_free(uri->path);
        g_free(uri->fragment);
        g_free(uri->query);
        g_array_unref(uri->parameters);
        g_free(uri);
        return NULL;
}

static Uri *uri_new(void)
{
        Uri *uri = g_new0(Uri, 1);

        uri->parameters = g_array_new(false, true, sizeof(Parameter));
        g_array_set_clear_func(uri->parameters, parameter_clear);
        return uri;
}

static void parameter_add(Uri *uri, char *name, char *value)
{
        Parameter parameter = { .name = name, .value = value };

        g_array_append_val(uri->parameters, parameter);
}

static Parameter *parameter_get(const Uri *uri, size_t index)
{
        return index < uri->parameters->len ? &g_array_index(uri->parameters, Parameter, index) : NULL;
}

/* A decoded part; NULL when an escape is broken or stands for a NUL. */
static char *decode(const char *start, size_t length)
{
        return g_uri_unescape_segment(start, start + length, NULL);
}

static bool take_scheme(Uri *uri, const char **at)
{
        size_t length = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
        g_autofree char *whole = NULL;
        char *plus;

        if ((*at)[length] != ':')
                return true;
        if (!length || !g_ascii_isalpha(**at))
                return false;

        whole = g_strndup(*at, length);
        plus = strchr(whole, '+');
        if (plus) {
                *plus = '\0';
                uri->transport = g_strdup(plus + 1);
        }
        uri->scheme = g_steal_pointer(&whole);
        *at += length + 1;
        return true;
}

static bool take_port(Uri *uri, const char *text)
{
        unsigned port;

        if (!*text)
                return true;
        if (!text_to_uint(text, 10, &port) || port > 65535)
                return false;
        uri->port = port;
        return true;
}

/* "host", "host:port", "[v6]", "[v6]:port" */
static bool take_host(Uri *uri, const char *text)
{
        const char *end;
        const char *colon;

        if (*text == '[') {
                end = strchr(text, ']');
                if (!end || (end[1] && end[1] != ':'))
                        return false;
                uri->host = decode(text + 1, end - text - 1);
                return uri->host && *uri->host && take_port(uri, end[1] ? end + 2 : "");
        }
        colon = strchr(text, ':');
        end = colon ? colon : text + strlen(text);
        if (end > text) {
                uri->host = decode(text, end - text);
                if (!uri->host)
                        return false;
        }
        return take_port(uri, colon ? colon + 1 : "");
}

static bool take_authority(Uri *uri, const char **at)
{
        g_autofree char *text = NULL;
        size_t length;
        char *sign;

        if (!g_str_has_prefix(*at, "//"))
                return true;
        uri->authority = true;
        *at += 2;
        length = strcspn(*at, "/?#");
        text = g_strndup(*at, length);
        *at += length;

        sign = strrchr(text, '@');
        if (!sign)
                return take_host(uri, text);
        uri->user = decode(text, sign - text);
        return uri->user && take_host(uri, sign + 1);
}

static bool take_path(Uri *uri, const char **at)
{
        size_t length = strcspn(*at, "?#");

        uri->path = decode(*at, length);
        *at += length;
        return uri->path != NULL;
}

/* "name=value" pairs separated by & or ;. A pair without name is dropped, one without "=" has the value "". */
static bool take_query(Uri *uri, const char **at)
{
        const char *pair;
        size_t length;

        if (**at != '?')
                return true;
        (*at)++;
        length = strcspn(*at, "#");
        uri->query = g_strndup(*at, length);
        *at += length;

        for (pair = uri->query; *pair; pair += length + (pair[length] ? 1 : 0)) {
                size_t name = strcspn(pair, "=&;");
                size_t value;

                length = strcspn(pair, "&;");
                if (!name)
                        continue;
                value = name < length ? name + 1 : length;
                parameter_add(uri, decode(pair, name), decode(pair + value, length - value));
                if (!parameter_get(uri, uri->parameters->len - 1)->name ||
                    !parameter_get(uri, uri->parameters->len - 1)->value)
                        return false;
        }
        return true;
}

static bool take_fragment(Uri *uri, const char *at)
{
        if (*at != '#')
                return true;
        uri->fragment = decode(at + 1, strlen(at + 1));
        return uri->fragment != NULL;
}

/* Blanks, control characters and what RFC 3986 never allows unescaped. */
static bool has_bad_character(const char *text)
{
        for (const char *c = text; *c; c++) {
                if ((unsigned char)*c <= ' ' || strchr("\"<>\\^`{|}\x7f", *c))
                        return true;
        }
        return false;
}

Uri *uri_parse(const char *text, Error *err)
{
        g_autoptr(Uri) uri = uri_new();
        const char *at = text;

        if (strlen(text) > URI_MAX)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse URI: longer than %d bytes", URI_MAX);
        if (has_bad_character(text) || !take_scheme(uri, &at) || !take_authority(uri, &at) || !take_path(uri, &at) ||
            !take_query(uri, &at) || !take_fragment(uri, at))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse URI %s", text);
        return g_steal_pointer(&uri);
}

Uri *uri_copy(const Uri *uri)
{
        Uri *copy = uri_new();

        copy->scheme = g_strdup(uri->scheme);
        copy->transport = g_strdup(uri->transport);
        copy->user = g_strdup(uri->user);
        copy->host = g_strdup(uri->host);
        copy->path = g_strdup(uri->path);
        copy->fragment = g_strdup(uri->fragment);
        copy->query = g_strdup(uri->query);
        copy->port = uri->port;
        copy->authority = uri->authority;
        for (size_t i = 0; i < uri->parameters->len; i++) {
                const Parameter *parameter = parameter_get(uri, i);

                parameter_add(copy, g_strdup(parameter->name), g_strdup(parameter->value));
        }
        return copy;
}

static void put_host(GString *out, const Uri *uri)
{
        if (uri->user) {
                g_string_append_uri_escaped(out, uri->user, ":", false);
                g_string_append_c(out, '@');
        }
        if (uri->host && strchr(uri->host, ':')) {
                g_string_append_c(out, '[');
                g_string_append_uri_escaped(out, uri->host, ":", false);
                g_string_append_c(out, ']');
        } else if (uri->host) {
                g_string_append_uri_escaped(out, uri->host, NULL, false);
        }
        if (uri->port)
                g_string_append_printf(out, ":%d", uri->port);
}

static void put_query(GString *out, const Uri *uri)
{
        if (uri->query) {
                g_string_append_printf(out, "?%s", uri->query);
                return;
        }
        for (size_t i = 0; i < uri->parameters->len; i++) {
                const Parameter *parameter = parameter_get(uri, i);

                g_string_append_c(out, i ? '&' : '?');
                g_string_append_uri_escaped(out, parameter->name, NULL, false);
                g_string_append_c(out, '=');
                g_string_append_uri_escaped(out, parameter->value, "/:,@", false);
        }
}

char *uri_format(const Uri *uri)
{
        GString *out = g_string_new(uri->scheme);

        if (uri->scheme && uri->transport)
                g_string_append_printf(out, "+%s", uri->transport);
        if (uri->scheme)
                g_string_append_c(out, ':');
        /* "test:/default" has the spelling "test:///default". */
        if (uri->authority || (uri->scheme && *uri->path == '/'))
                g_string_append(out, "//");
        put_host(out, uri);
        g_string_append_uri_escaped(out, uri->path, "/;@&=+$,:!*'()", false);
        put_query(out, uri);
        if (uri->fragment) {
                g_string_append_c(out, '#');
                g_string_append_uri_escaped(out, uri->fragment, "/?:@", false);
        }
        return g_string_free(out, false);
}

const char *uri_scheme(const Uri *uri)
{
        return uri->scheme;
}

const char *uri_transport(const Uri *uri)
{
        return uri->transport;
}

const char *uri_user(const Uri *uri)
{
        return uri->user;
}

const char *uri_host(const Uri *uri)
{
        return uri->host;
}

int uri_port(const Uri *uri)
{
        return uri->port;
}

const char *uri_path(const Uri *uri)
{
        return uri->path;
}

const char *uri_fragment(const Uri *uri)
{
        return uri->fragment;
}

const char *uri_parameter(const Uri *uri, const char *name)
{
        for (size_t i = 0; i < uri->parameters->len; i++) {
                const Parameter *parameter = parameter_get(uri, i);

                if (g_ascii_strcasecmp(parameter->name, name) == 0)
                        return parameter->value;
        }
        return NULL;
}

bool uri_parameter_at(const Uri *uri, size_t index, const char **ret_name, const char **ret_value)
{
        const Parameter *parameter = parameter_get(uri, index);

        if (!parameter)
                return false;
        *ret_name = parameter->name;
        *ret_value = parameter->value;
        return true;
}

static void replace(char **member, const char *text)
{
        char *copy = g_strdup(text);

        g_free(*member);
        *member = copy;
}

void uri_set_scheme(Uri *uri, const char *scheme)
{
        replace(&uri->scheme, scheme);
}

void uri_set_transport(Uri *uri, const char *transport)
{
        replace(&uri->transport, transport);
}

void uri_set_host(Uri *uri, const char *user, const char *host, int port)
{
        replace(&uri->user, user);
        replace(&uri->host, host);
        uri->port = port;
        uri->authority = true;
}

void uri_set_path(Uri *uri, const char *path)
{
        replace(&uri->path, path ? path : "");
}

void uri_drop_parameter(Uri *uri, const char *name)
{
        for (size_t i = uri->parameters->len; i > 0; i--) {
                if (g_ascii_strcasecmp(parameter_get(uri, i - 1)->name, name) != 0)
                        continue;
                g_array_remove_index(uri->parameters, i - 1);
                replace(&uri->query, NULL);
        }
}
