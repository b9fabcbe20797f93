/* See items.h: items that QEMU works on for a while, as jobs of its own. */
#include "hotplug/items.h"

#include <string.h>

/* The size of the disk in an image that QEMU has open. */
static int ask_size(Talk *talk, const char *node, uint64_t *ret, Error *err)
{
        g_autoptr(Json) nodes = NULL;

        if (talk_call(talk, "query-named-block-nodes", NULL, &nodes, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(nodes); i++) {
                const Json *each = json_at(nodes, i);

                if (g_strcmp0(json_get_string(each, "node-name"), node) == 0 &&
                    json_get_uint(json_get(each, "image"), "virtual-size", ret))
                        return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU does not tell the size of the image '%s'", node);
}

/* What QEMU gets: the size in place of the image that has it. */
static Json *command_of(const QemuItem *item, uint64_t size, Error *err)
{
        g_autofree char *text = json_format(json_get(item->json, "options"), false);
        Json *options = json_parse(text, strlen(text), err);
        Json *command;

        if (!options)
                return NULL;
        json_set(options, "size", json_uint(size));
        command = json_object();
        json_set(command, "job-id", json_string(json_get_string(item->json, "job-id")));
        json_set(command, "options", options);
        return command;
}

int items_create_image(const QemuItem *item, Talk *talk, Error *err)
{
        Json *command;
        uint64_t size;

        if (!talk->wait_job)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "images cannot be created here");
        if (ask_size(talk, json_get_string(item->json, "above"), &size, err) < 0)
                return -1;
        command = command_of(item, size, err);
        if (!command || talk_call(talk, "blockdev-create", command, NULL, err) < 0)
                return -1;
        return talk->wait_job(talk, json_get_string(item->json, "job-id"), err);
}
