/* Mice, tablets, keyboards; hubs of USB. */
#include "argv/argv.h"

static const char *usb_driver(InputType type)
{
        switch (type) {
        case INPUT_MOUSE: return "usb-mouse";
        case INPUT_TABLET: return "usb-tablet";
        case INPUT_KEYBOARD: return "usb-kbd";
        default: return NULL;
        }
}

static const char *virtio_base(InputType type)
{
        switch (type) {
        case INPUT_MOUSE: return "virtio-mouse";
        case INPUT_TABLET: return "virtio-tablet";
        case INPUT_KEYBOARD: return "virtio-keyboard";
        case INPUT_PASSTHROUGH: return "virtio-input-host";
        default: return NULL;
        }
}

static VirtioKind generation(InputModel model)
{
        return model == INPUT_MODEL_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
               : model == INPUT_MODEL_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                              : VIRTIO_PLAIN;
}

/* A device of the host whose keys go to the guest, with a way back. */
static void input_linux(QemuArgv *argv, const Input *input)
{
        Json *json = json_object();

        json_set(json, "qom-type", json_string("input-linux"));
        qdev_string(json, "id", input->info.alias);
        qdev_string(json, "evdev", input->dev);
        qdev_switch(json, "repeat", input->repeat);
        if (input->grab == INPUT_GRAB_ALL)
                json_set(json, "grab_all", json_bool(true));
        if (input->grab_toggle != GRAB_TOGGLE_DEFAULT)
                qdev_string(json, "grab-toggle", enum_text(GrabToggle, input->grab_toggle));
        argv_add_json(argv, "-object", json);
}

static Json *new_device(const Input *input)
{
        if (input->bus == INPUT_BUS_USB)
                return usb_driver(input->type) ? qdev_new(usb_driver(input->type)) : NULL;
        if (input->bus != INPUT_BUS_VIRTIO || !virtio_base(input->type))
                return NULL;
        return qdev_new_virtio(virtio_base(input->type), &input->info, generation(input->model));
}

static int argv_input(QemuArgv *argv, const Input *input, Error *err)
{
        g_autoptr(Json) json = NULL;

        argv->alias = input->info.alias;
        /* Those are part of the machine. */
        if (input->bus == INPUT_BUS_PS2)
                return 0;
        if (input->type == INPUT_EVDEV) {
                input_linux(argv, input);
                return 0;
        }
        json = new_device(input);
        if (!json)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "input device '%s' on bus '%s' is not supported",
                                 enum_text(InputType, input->type), enum_text(InputBus, input->bus));
        qdev_string(json, "id", input->info.alias);
        if (input->type == INPUT_PASSTHROUGH)
                qdev_string(json, "evdev", input->evdev);
        if (qdev_address(argv, json, &input->info, err) < 0)
                return -1;
        if (input->bus == INPUT_BUS_VIRTIO)
                qdev_virtio(json, &input->virtio);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_inputs(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_inputs; i++)
                if (argv_input(argv, &argv->domain->inputs[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}

static int hub(QemuArgv *argv, const Hub *hub, Error *err)
{
        g_autoptr(Json) json = qdev_new("usb-hub");

        argv->alias = hub->info.alias;
        if (hub->type != HUB_USB)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "hub type %s not supported",
                                 enum_text(HubType, hub->type));
        qdev_string(json, "id", hub->info.alias);
        if (qdev_address(argv, json, &hub->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_hubs(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_hubs; i++)
                if (hub(argv, &argv->domain->hubs[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}
