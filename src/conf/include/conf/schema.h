/* What the rows say of a document, for others: schemas and a page of reference. */
#pragma once

#include "conf/document.h"

/** schema_relaxng: RELAX NG, XML syntax. The caller frees. */
char *schema_relaxng(const DocumentKind *kind);
/** schema_json: JSON Schema (2020-12) of the document's JSON form. The caller frees. */
char *schema_json(const DocumentKind *kind);
/** schema_reference: rows of an HTML table, one for each element and attribute. The caller frees. */
char *schema_reference(const DocumentKind *kind);
