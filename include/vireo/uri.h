/* Connection URIs: driver[+transport]://[user@][host][:port]/[path][?name=value[&name=value...]][#fragment] */
#pragma once

#include "vireo/object.h"

/** uri_parse: a new Uri; VIR_ERR_INTERNAL_ERROR "Unable to parse URI ..." with what is wrong. A text without scheme
 * parses; uri_scheme() is then NULL. */
Uri *uri_parse(const char *text, Error *err);
Uri *uri_copy(const Uri *uri);
Uri *uri_free(Uri *uri); /* returns NULL; accepts NULL */

/** uri_format: the URI in its canonical spelling; the caller frees. */
char *uri_format(const Uri *uri);

/** The parts, decoded. All borrowed; "" or NULL where absent as said. */
const char *uri_scheme(const Uri *uri);    /* without transport; NULL: none */
const char *uri_transport(const Uri *uri); /* "unix", "tcp" ...; NULL: none given */
const char *uri_user(const Uri *uri);      /* NULL: none */
const char *uri_host(const Uri *uri);      /* without brackets; NULL: none */
int uri_port(const Uri *uri);              /* 0: none */
const char *uri_path(const Uri *uri);      /* "" when absent */
const char *uri_fragment(const Uri *uri);  /* NULL: none */

/** uri_parameter: the first parameter of that name (case ignored), NULL: absent; "" when it stands without value. */
const char *uri_parameter(const Uri *uri, const char *name);
/** uri_parameter_at: name and value of the @index-th parameter, false past the last. */
bool uri_parameter_at(const Uri *uri, size_t index, const char **ret_name, const char **ret_value);

/* Changing a private copy. A NULL value takes the part away. */
void uri_set_scheme(Uri *uri, const char *scheme); /* the transport stays */
void uri_set_transport(Uri *uri, const char *transport);
void uri_set_host(Uri *uri, const char *user, const char *host, int port);
void uri_set_path(Uri *uri, const char *path);
void uri_drop_parameter(Uri *uri, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Uri, uri_free)
