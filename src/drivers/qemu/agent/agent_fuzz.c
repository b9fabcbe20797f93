/* Whatever a guest writes into its agent's channel: the client bounds it, and a command is answered or fails. */
#include <sys/socket.h>
#include <unistd.h>

#include "agent/agent.h"
#include "util/loop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static Loop *loop;
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) reply = NULL;
        Agent *agent;
        int fds[2];

        if (!loop)
                loop = loop_new("fuzz", &err);
        if (!loop || size > 60000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
                return 0;
        agent = agent_new(loop, fds[0], "guest", NULL, NULL);
        if (write(fds[1], data, size) < 0)
                return 0;
        /* The end of input ends the command. */
        shutdown(fds[1], SHUT_WR);
        agent_call(agent, "guest-get-time", NULL, 1000, &reply, &err);
        agent_close(agent);
        agent_unref(agent);
        close(fds[1]);
        return 0;
}
