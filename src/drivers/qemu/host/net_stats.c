/* See net_stats.h. */
#include "host/net_stats.h"

#include <stdio.h>
#include <string.h>

#include "util/file.h"

enum { PROC_MAX = 1024 * 1024 };

static int parse(const char *line, virDomainInterfaceStatsPtr ret)
{
        long long rx[8], tx[4];

        if (sscanf(line, "%lld %lld %lld %lld %lld %lld %lld %lld %lld %lld %lld %lld", &rx[0], &rx[1], &rx[2], &rx[3],
                   &rx[4], &rx[5], &rx[6], &rx[7], &tx[0], &tx[1], &tx[2], &tx[3]) != 12)
                return -1;
        *ret = (virDomainInterfaceStatsStruct){ .rx_bytes = tx[0],
                                                .rx_packets = tx[1],
                                                .rx_errs = tx[2],
                                                .rx_drop = tx[3],
                                                .tx_bytes = rx[0],
                                                .tx_packets = rx[1],
                                                .tx_errs = rx[2],
                                                .tx_drop = rx[3] };
        return 0;
}

int net_stats_read(const char *name, virDomainInterfaceStatsPtr ret, Error *err)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (file_read("/proc/net/dev", PROC_MAX, &text, NULL, err) < 0)
                return -1;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                const char *at = g_strchug(*line);
                size_t length = strlen(name);

                if (strncmp(at, name, length) == 0 && at[length] == ':' && parse(at + length + 1, ret) == 0)
                        return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "/proc/net/dev: Interface not found");
}
