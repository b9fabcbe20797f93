/* The <metadata> of a document: other programs' elements, one for each XML namespace, kept as they came. */
#pragma once

#include "util/error.h"

/**
 * metadata_find: the element of namespace @uri in @metadata (a `<metadata>` element as text; NULL: none) as XML text;
 * the caller frees. VIR_ERR_NO_DOMAIN_METADATA when it is not there.
 */
char *metadata_find(const char *metadata, const char *uri, Error *err);

/**
 * metadata_replace: @metadata with the element of namespace @uri replaced by @element, which gets the prefix @key;
 * NULL @element removes it. *ret_metadata is new text, or NULL when nothing is left. VIR_ERR_XML_ERROR when @element
 * is no XML element.
 */
int metadata_replace(const char *metadata, const char *uri, const char *key, const char *element, char **ret_metadata,
                     Error *err);

/** metadata_settle: of the elements in @metadata the first of each namespace stays; those of none go. The text is left
 * alone where that changes nothing; NULL when nothing is left. */
void metadata_settle(char **metadata);
