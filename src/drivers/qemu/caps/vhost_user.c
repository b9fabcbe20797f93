/* See vhost_user.h. */
#include "caps/vhost_user.h"

#include <string.h>
#include <unistd.h>

#include "caps/descriptors.h"

typedef struct Search {
        const char *root, *type;
        char *found;
} Search;

static int take(const Json *json, void *opaque, Error *err)
{
        Search *search = opaque;
        const char *type = json_get_string(json, "type"), *program = json_get_string(json, "binary");
        g_autofree char *path = NULL;

        if (!type || !program || program[0] != '/')
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "a vhost-user descriptor without a type and the path of "
                                 "its program");
        path = g_strconcat(search->root, program, NULL);
        if (!search->found && strcmp(type, search->type) == 0 && access(path, X_OK) == 0)
                search->found = g_strdup(program);
        return 0;
}

char *vhost_user_program(const char *root, const char *user_config, const char *type)
{
        Search search = { .root = root, .type = type };

        descriptors_each(root, user_config, "vhost-user", take, &search);
        return search.found;
}
