/* The monitor's bytes come from QEMU, hence from the guest: cut and classify anything. */
#include "monitor/qmp_message.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int one_line(const char *line, size_t length, void *opaque, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        QmpMessage message;

        if (qmp_message_parse(line, length, &message, &why) < 0)
                return 0;
        if (message.kind == QMP_FAILURE)
                qmp_failure(message.body, "fuzz", &why);
        qmp_message_done(&message);
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        QmpLines lines = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        size_t half = size / 2;

        if (qmp_lines_feed(&lines, (const char *)data, half, one_line, NULL, &err) == 0)
                qmp_lines_feed(&lines, (const char *)data + half, size - half, one_line, NULL, &err);
        qmp_lines_done(&lines);
        return 0;
}
