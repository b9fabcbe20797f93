/* How much of a text the XML reader accepts. */
#pragma once

#include "util/error.h"

/** xml_check_bounds: VIR_ERR_XML_DETAIL when @text is too long, or one of its elements has too many attributes. */
int xml_check_bounds(const char *text, size_t length, const char *name, Error *err);
