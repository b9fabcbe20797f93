/* Documents as JSON: the same rows, without loss.
 *
 * {"network": {...}}: the one key says which document. An element is an object: its attributes and children are
 * members by their names, its text is "value", what its presence means is "present", the name of an element that may
 * have any name is "element"; an object that would hold nothing but a "value", or "state" or "present" as a boolean, is
 * that value. Elements that a list holds are arrays, those that an attribute
 * tells apart are NAME-VALUE ("source-bind"), those of any name "elements", those of a driver's namespace are in an
 * object called as its prefix. Numbers and yes/no, on/off are JSON's; a size is a number in the unit of the element's
 * text, or {"value": N, "unit": U}. What was not said is not there. <metadata> is a tree of {"element", "attributes",
 * "content"}. docs/documents.md has an example. */
#pragma once

#include "conf/document.h"
#include "util/json.h"

/** document_to_json: @flags: ROWS_*. A new reference; NULL only where kind->format refuses. */
Json *document_to_json(const DocumentKind *kind, const void *s, unsigned flags, Error *err);
/** document_kind_of_json: which document @json is. VIR_ERR_XML_ERROR. */
const DocumentKind *document_kind_of_json(const Json *json, Error *err);
/**
 * document_from_json: which document @json is, and a new struct of it. @flags: ROWS_*. An unknown key is always an
 * error: VIR_ERR_XML_ERROR with the path of keys; else as document_read().
 */
int document_from_json(const Json *json, unsigned flags, const DocumentKind **ret_kind, void **ret, Error *err);

/** rows_to_json, rows_from_json: a struct alone. */
Json *rows_to_json(const Rows *rows, const void *s, unsigned flags);
int rows_from_json(const Rows *rows, void *s, const Json *json, const char *name, unsigned flags, Error *err);
