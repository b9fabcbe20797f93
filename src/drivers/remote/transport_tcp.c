/* The way over TCP, in the clear. */
#include "rpc/client.h"
#include "target.h"

enum { TCP_PORT = 16509 };

int transport_tcp(const Target *target, Error *err)
{
        return client_tcp(target->host ? target->host : "localhost", target->port ? target->port : TCP_PORT, err);
}
