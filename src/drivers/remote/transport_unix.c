/* The way over a local socket. The user's own daemon is started when it does not run. */
#include <string.h>

#include "rpc/client.h"
#include "rpc/on_demand.h"
#include "target.h"
#include "util/auto.h"

static char *daemon_program(const Target *target)
{
        static const char *const variables[] = { "LIBVIRTD_PATH", "VIRTD_PATH" };
        static const char here; /* some address in this module */

        for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
                const char *value = g_getenv(variables[i]);

                /* Debian's library takes a folder here. */
                if (value && g_file_test(value, G_FILE_TEST_IS_DIR))
                        return g_build_filename(value, "libvirtd", NULL);
                if (value && *value)
                        return g_strdup(value);
        }
        if (strcmp(target->daemon, "vireod") != 0)
                return g_strdup(target->daemon);
        return daemon_program_near(&here, "../../daemon/vireod", DAEMON_PATH);
}

static bool may_start(const Target *target)
{
        return target->session && target->daemon && g_strcmp0(g_getenv("LIBVIRT_AUTOSTART"), "0") != 0;
}

int transport_unix(const Target *target, Error *err)
{
        g_autofree char *program = NULL;

        if (!may_start(target))
                return client_unix(target->socket_path, err);
        program = daemon_program(target);
        return client_unix_or_start(target->socket_path, program, NULL, err);
}
