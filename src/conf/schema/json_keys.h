/* How the parts of a path are called in JSON. */
#pragma once

#include <string.h>

#include "rows/rows_plan.h"
#include "util/json.h"

#define JSON_VALUE   "value"    /* the text of an element */
#define JSON_STATE   "state"    /* of an element that may say on or off */
#define JSON_PRESENT "present"  /* of an element that says something by being there */
#define JSON_UNIT    "unit"     /* of a size that is not in the usual one */
#define JSON_NAME    "element"  /* the name of an element that may have any */
#define JSON_ANY     "elements" /* elements of any name */

/** json_key_of_step: interned. */
const char *json_key_of_step(const RowStep *step);
/** json_stands_alone: whether an object that holds nothing but @value as @key is written as @value. */
static inline bool json_stands_alone(const char *key, const Json *value)
{
        if (json_is_bool(value, NULL))
                return strcmp(key, JSON_STATE) == 0 || strcmp(key, JSON_PRESENT) == 0;
        return strcmp(key, JSON_VALUE) == 0 && !json_is_object(value) && !json_is_array(value);
}

/** json_key_of_leaf: of a ROW_VALUE inside its element. */
const char *json_key_of_leaf(const PlannedRow *planned);
