/* Elements that are kept unread: their layout, and their form in JSON. */
#pragma once

#include "util/json.h"

/** xml_raw_layout: one element as libxml2 lays it out, its children indented for @level. NULL: not well formed. The
 * caller frees. */
char *xml_raw_layout(const char *text, unsigned level);
/** xml_raw_to_json: {"element": NAME, "attributes": {...}, "content": [TEXT or element or {"comment": TEXT} ...]}. */
Json *xml_raw_to_json(const char *text);
/** xml_raw_from_json: the element's text (the caller frees); NULL: that is no element. */
char *xml_raw_from_json(const Json *json);
