#include "managers/log_manager.h"

#include <unistd.h>

#include "rpc/on_demand.h"
#include "rpc/procedures.h"
#include "util/pool.h"

#include "ask.h"

enum { OPEN_MS = 10000, LINE_MS = 3000, TRUNCATE = 1 };

static char *logd_program(void)
{
        static const char here; /* some address in the module that has us */
        const char *value = g_getenv("VIRTLOGD_PATH");

        return value && *value ? g_strdup(value) : daemon_program_near(&here, "../../logd/virtlogd", LOGD_PATH);
}

int log_manager_start(const char *socket, const char *root, Error *err)
{
        g_autofree char *program = logd_program();
        const char *options[4] = { NULL };
        size_t n = 0;
        int fd;

        if (geteuid() == 0)
                options[n++] = "--session";
        if (*root) {
                options[n++] = "--root";
                options[n++] = root;
        }
        pool_wait_begin();
        fd = client_unix_or_start(socket, program, options, err);
        pool_wait_end();
        if (fd < 0)
                return -1;
        close(fd);
        return 0;
}

int log_manager_open(const LogManager *manager, const char *path, bool truncate, Error *err)
{
        unsigned long long inode = 0, offset = 0;
        CallArg ret = { .i = -1 };
        CallArg argv[] = { { .s = manager->driver },
                           { .p = (void *)manager->uuid },
                           { .s = manager->name },
                           { .s = path },
                           { .u = truncate ? TRUNCATE : 0u },
                           { .p = &inode },
                           { .p = &offset } };
        ASK_AUTO Ask ask;

        if (ask_begin(&ask, manager->socket, OPEN_MS, err) < 0 ||
            ask_call(&ask, &desc_logd_domain_open_log_file, argv, &ret, err) < 0)
                return -1;
        return ret.i;
}

int log_manager_append(const LogManager *manager, const char *path, const char *text, Error *err)
{
        CallArg argv[] = { { .s = manager->driver },
                           { .p = (void *)manager->uuid },
                           { .s = manager->name },
                           { .s = path },
                           { .s = text },
                           { .u = 0 } };
        ASK_AUTO Ask ask;

        if (ask_begin(&ask, manager->socket, LINE_MS, err) < 0)
                return -1;
        return ask_call(&ask, &desc_logd_domain_append_log_file, argv, NULL, err);
}

int log_manager_position(const LogManager *manager, const char *path, LogPosition *ret_position, Error *err)
{
        LogPosition position = { 0 };
        CallArg argv[] = { { .s = path }, { .u = 0 }, { .p = &position.inode }, { .p = &position.offset } };
        ASK_AUTO Ask ask;

        if (ask_begin(&ask, manager->socket, LINE_MS, err) < 0 ||
            ask_call(&ask, &desc_logd_domain_get_log_file_position, argv, NULL, err) < 0)
                return -1;
        *ret_position = position;
        return 0;
}

int log_manager_read(const LogManager *manager, const char *path, const LogPosition *from, size_t max, char **ret_text,
                     Error *err)
{
        CallArg argv[] = { { .s = path }, { .ull = from->inode }, { .ull = from->offset }, { .ull = max }, { .u = 0 } };
        CallArg ret = { 0 };
        ASK_AUTO Ask ask;

        if (ask_begin(&ask, manager->socket, LINE_MS, err) < 0 ||
            ask_call(&ask, &desc_logd_domain_read_log_file, argv, &ret, err) < 0)
                return -1;
        *ret_text = ret.p;
        return 0;
}
