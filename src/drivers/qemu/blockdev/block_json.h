/* For the files of this room: what all nodes are written with. */
#pragma once

#include "util/json.h"

/** block_put: NULL: left out. */
static inline void block_put(Json *json, const char *key, const char *value)
{
        if (value)
                json_set(json, key, json_string(value));
}

/** block_node_with: a node of driver @name, nothing else said yet. */
static inline Json *block_node_with(const char *name)
{
        Json *json = json_object();

        json_set(json, "driver", json_string(name));
        return json;
}
