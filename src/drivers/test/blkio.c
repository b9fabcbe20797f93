/* Block weights and limits of an invented domain: kept, shown again, without effect. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/rows.h"

/* The parameters that are lists of "PATH,VALUE,PATH,VALUE": which member of BlkioDevice each of them is. */
typedef struct DeviceParameter {
        const char *name;
        size_t offset;
        bool wide; /* uint64_t, else unsigned */
} DeviceParameter;

static const DeviceParameter parameters[] = {
        { VIR_DOMAIN_BLKIO_DEVICE_WEIGHT, offsetof(BlkioDevice, weight), false },
        { VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS, offsetof(BlkioDevice, read_iops_sec), false },
        { VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS, offsetof(BlkioDevice, write_iops_sec), false },
        { VIR_DOMAIN_BLKIO_DEVICE_READ_BPS, offsetof(BlkioDevice, read_bytes_sec), true },
        { VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS, offsetof(BlkioDevice, write_bytes_sec), true },
};

static uint64_t member_get(const BlkioDevice *device, const DeviceParameter *parameter)
{
        const char *at = (const char *)device + parameter->offset;

        return parameter->wide ? *(const uint64_t *)(const void *)at : *(const unsigned *)(const void *)at;
}

static void member_set(BlkioDevice *device, const DeviceParameter *parameter, uint64_t value)
{
        char *at = (char *)device + parameter->offset;

        if (parameter->wide)
                *(uint64_t *)(void *)at = value;
        else
                *(unsigned *)(void *)at = value;
}

static BlkioDevice *device_of(Blkiotune *tune, const char *path)
{
        BlkioDevice *device;

        for (size_t i = 0; i < tune->n_devices; i++)
                if (strcmp(tune->devices[i].path, path) == 0)
                        return &tune->devices[i];
        device = rows_list_insert(&BlkioDevice_rows, &tune->devices, &tune->n_devices, tune->n_devices);
        device->path = g_strdup(path);
        return device;
}

static int set_list(Blkiotune *tune, const DeviceParameter *parameter, const char *text, Error *err)
{
        g_auto(GStrv) words = g_strsplit(text, ",", -1);

        for (size_t i = 0; words[i]; i += 2) {
                uint64_t value;

                if (!*words[i] || !words[i + 1] || !text_to_uint64(words[i + 1], 10, &value) ||
                    (!parameter->wide && value > UINT32_MAX))
                        return error_set(err, VIR_ERR_INVALID_ARG, "unable to parse blkio device '%s' '%s'",
                                         parameter->name, text);
                member_set(device_of(tune, words[i]), parameter, value);
        }
        return 0;
}

typedef struct Parameters {
        virTypedParameterPtr params;
        int n;
} Parameters;

static int set_one(Blkiotune *tune, const virTypedParameter *param, Error *err)
{
        if (strcmp(param->field, VIR_DOMAIN_BLKIO_WEIGHT) == 0) {
                if (param->type != VIR_TYPED_PARAM_UINT)
                        return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", param->field);
                tune->weight = param->value.ui;
                return 0;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++)
                if (strcmp(param->field, parameters[i].name) == 0) {
                        if (param->type != VIR_TYPED_PARAM_STRING)
                                return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'",
                                                 param->field);
                        return set_list(tune, &parameters[i], param->value.s, err);
                }
        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported", param->field);
}

static int set_all(Domain *definition, const Parameters *given, Error *err)
{
        if (!definition->blkiotune)
                definition->blkiotune = g_new0(Blkiotune, 1);
        for (int i = 0; i < given->n; i++)
                if (set_one(definition->blkiotune, &given->params[i], err) < 0)
                        return -1;
        return 0;
}

static int set_job(TestJob *job, Error *err)
{
        Domain *definitions[2];

        if (test_edit(job, job->flags, definitions, err) < 0)
                return -1;
        for (size_t i = 0; i < 2; i++)
                if (definitions[i] && set_all(definitions[i], job->input, err) < 0)
                        return -1;
        return 0;
}

int test_set_blkio(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned flags, Error *err)
{
        Parameters given = { params, nparams };

        return test_change(domain, "set block weights", flags, &given, set_job, err);
}

static char *list_text(const Blkiotune *tune, const DeviceParameter *parameter)
{
        GString *text = g_string_new(NULL);

        for (size_t i = 0; tune && i < tune->n_devices; i++) {
                uint64_t value = member_get(&tune->devices[i], parameter);

                if (value)
                        g_string_append_printf(text, "%s%s,%" G_GUINT64_FORMAT, text->len ? "," : "",
                                               tune->devices[i].path, value);
        }
        return g_string_free(text, FALSE);
}

int test_get_blkio(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;
        int n = 0, room = *nparams;

        if (!definition)
                return -1;
        *nparams = 1 + G_N_ELEMENTS(parameters);
        if (room == 0)
                return 0;
        memset(params, 0, sizeof(*params) * MIN(room, *nparams));
        g_strlcpy(params[n].field, VIR_DOMAIN_BLKIO_WEIGHT, sizeof(params[n].field));
        params[n].type = VIR_TYPED_PARAM_UINT;
        params[n++].value.ui = definition->blkiotune ? definition->blkiotune->weight : 0;
        for (size_t i = 0; i < G_N_ELEMENTS(parameters) && n < room; i++, n++) {
                g_strlcpy(params[n].field, parameters[i].name, sizeof(params[n].field));
                params[n].type = VIR_TYPED_PARAM_STRING;
                params[n].value.s = list_text(definition->blkiotune, &parameters[i]);
        }
        *nparams = n;
        return 0;
}
