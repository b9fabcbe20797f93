/* See bridge_helper.h. */
#include "helpers/bridge_helper.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/pool.h"
#include "util/process.h"

enum { HELPER_MS = 30 * 1000 };

static const char *find_helper(const QemuConf *conf)
{
        static const char *const usual[] = { "/usr/libexec/qemu-bridge-helper", "/usr/lib/qemu/qemu-bridge-helper" };

        if (conf->bridge_helper && conf->bridge_helper[0])
                return conf->bridge_helper;
        for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
                if (access(usual[i], X_OK) == 0)
                        return usual[i];
        return NULL;
}

static int run_helper(const char *program, const char *bridge, int fd, Error *err)
{
        Process *process = process_new(program);
        g_autofree char *words = NULL;
        int status = 0, r;

        process_add(process, "--use-vnet");
        process_add_format(process, "--br=%s", bridge);
        process_add_format(process, "--fd=%d", fd);
        process_pass_fd(process, fd);
        pool_wait_begin();
        r = process_run(process, HELPER_MS, NULL, &words, &status, err);
        pool_wait_end();
        process_free(process);
        if (r < 0)
                return -1;
        return status == 0
                       ? 0
                       : error_set(err, VIR_ERR_INTERNAL_ERROR, "%s: failed to create a tap device on bridge '%s': %s",
                                   program, bridge, g_strchomp(words));
}

/* One descriptor beside one byte, as the helper sends it. */
static int receive(int fd, const char *program, Error *err)
{
        union {
                struct cmsghdr head;
                char room[CMSG_SPACE(sizeof(int))];
        } control = { 0 };
        char byte;
        struct iovec data = { .iov_base = &byte, .iov_len = 1 };
        struct msghdr message = {
                .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room)
        };
        struct cmsghdr *part;
        int tap;

        if (recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
                return error_errno(err, errno, "%s: failed to retrieve the tap device", program);
        part = CMSG_FIRSTHDR(&message);
        if (!part || part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS ||
            part->cmsg_len != CMSG_LEN(sizeof(int)))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s has sent no tap device", program);
        memcpy(&tap, CMSG_DATA(part), sizeof(tap));
        return tap;
}

int bridge_helper_open(const QemuConf *conf, const char *bridge, char **ret_name, Error *err)
{
        const char *program = find_helper(conf);
        struct ifreq request = { 0 };
        AUTO_FD int ours = -1;
        AUTO_FD int its = -1;
        AUTO_FD int tap = -1;
        int pair[2];

        if (!program)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "a user's guest joins bridge '%s' by QEMU's bridge helper, which is not installed",
                                 bridge);
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
                return error_errno(err, errno, "failed to create socket");
        ours = pair[0];
        its = pair[1];
        if (run_helper(program, bridge, its, err) < 0)
                return -1;
        tap = receive(ours, program, err);
        if (tap < 0)
                return -1;
        if (ioctl(tap, TUNGETIFF, &request) < 0)
                return error_errno(err, errno, "cannot ask for the name of the tap device on '%s'", bridge);
        *ret_name = g_strndup(request.ifr_name, IFNAMSIZ);
        return fd_steal(&tap);
}
