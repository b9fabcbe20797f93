/* Handles of the administration library: making and clearing. Counting and checking are object.c's. */
#include "vireo/admin.h"

#include "connect_private.h"

virAdmConnectPtr object_adm_connect_new(void)
{
        return object_new(OBJECT_ADM_CONNECT, NULL);
}

virAdmServerPtr object_adm_server_new(virAdmConnectPtr conn, const char *name)
{
        virAdmServerPtr server = object_new(OBJECT_ADM_SERVER, conn);

        server->name = g_strdup(name);
        return server;
}

virAdmClientPtr object_adm_client_new(virAdmServerPtr server, unsigned long long id, long long timestamp, int transport)
{
        virAdmClientPtr client = object_new(OBJECT_ADM_CLIENT, server);

        client->id = id;
        client->timestamp = timestamp;
        client->transport = transport;
        return client;
}

void object_adm_connect_clear(void *object)
{
        virAdmConnectPtr conn = object;

        if (conn->closed)
                conn->closed(conn);
        g_free(conn->uri);
}

void object_adm_server_clear(void *object)
{
        g_free(((virAdmServerPtr)object)->name);
}
