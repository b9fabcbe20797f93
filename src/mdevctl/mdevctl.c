/* Node devices as command lines of mdevctl. */
#include "mdevctl/mdevctl.h"

#include <string.h>

#include "util/json.h"

static const struct {
        const char *verb;
        bool describes; /* parent and properties go along */
} actions[MDEVCTL_ACTION_MAX_] = {
        [MDEVCTL_CREATE] = { "start", true },       [MDEVCTL_DEFINE] = { "define", true },
        [MDEVCTL_START] = { "start", false },       [MDEVCTL_STOP] = { "stop", false },
        [MDEVCTL_UNDEFINE] = { "undefine", false },
};

/* {"mdev_type": ..., "start": "manual", "attrs": [{NAME: VALUE}, ...]} */
static char *describe(const NodeMdev *mdev)
{
        g_autoptr(Json) json = json_object();
        Json *attributes;

        json_set(json, "mdev_type", json_string(mdev->type));
        json_set(json, "start", json_string("manual"));
        if (mdev->n_attributes == 0)
                return json_format(json, false);
        attributes = json_array();
        for (size_t i = 0; i < mdev->n_attributes; i++) {
                Json *attribute = json_object();

                json_set(attribute, mdev->attributes[i].name, json_string(mdev->attributes[i].value));
                json_append(attributes, attribute);
        }
        json_set(json, "attrs", attributes);
        return json_format(json, false);
}

static bool has_uuid(const NodeMdev *mdev)
{
        static const Uuid none;

        return memcmp(mdev->uuid, none, sizeof(none)) != 0;
}

static void add_uuid(GStrvBuilder *argv, const NodeMdev *mdev)
{
        g_autofree char *word = NULL;
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(mdev->uuid, uuid);
        word = g_strdup_printf("--uuid=%s", uuid);
        g_strv_builder_add(argv, word);
}

static int check(MdevctlAction action, const NodeDevice *device, const NodeCapability *mdev, const char *parent,
                 Error *err)
{
        if (!mdev)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' is not a mediated device", device->name);
        if (actions[action].describes && !parent)
                return error_set(err, VIR_ERR_NO_NODE_DEVICE, "unable to find parent device '%s'",
                                 device->parent ? device->parent : "");
        if (!actions[action].describes && !has_uuid(&mdev->mdev))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the mediated device '%s' has no uuid", device->name);
        return 0;
}

int mdevctl_command(MdevctlAction action, const NodeDevice *device, const char *parent, MdevctlCommand *ret, Error *err)
{
        const NodeCapability *mdev = node_device_capability(device, NODE_CAP_MDEV);
        g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

        if (check(action, device, mdev, parent, err) < 0)
                return -1;
        g_strv_builder_add_many(argv, "mdevctl", actions[action].verb, NULL);
        if (actions[action].describes) {
                g_autofree char *word = g_strdup_printf("--parent=%s", parent);

                g_strv_builder_add_many(argv, word, "--jsonfile=/dev/stdin", NULL);
        }
        if (has_uuid(&mdev->mdev))
                add_uuid(argv, &mdev->mdev);
        ret->argv = g_strv_builder_end(argv);
        ret->input = actions[action].describes ? describe(&mdev->mdev) : NULL;
        return 0;
}

void mdevctl_command_clear(MdevctlCommand *command)
{
        g_clear_pointer(&command->argv, g_strfreev);
        g_clear_pointer(&command->input, g_free);
}
