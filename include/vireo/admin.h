/* The objects of the administration library, and where their calls go: over the admin socket in a client, to vireod's
 * own table inside the daemon. Reference counting and object_check() are those of vireo/object.h. */
#pragma once

#include "vireo/admin_calls.h"

struct _virAdmConnect {
        Object object;
        const AdminCalls *calls; /* who answers; never NULL while open */
        void *state;             /* the answerer's own: the client's connection, the daemon's handle */
        char *uri;
        void (*closed)(virAdmConnectPtr conn); /* the last reference went: free `state`; may be NULL */
};

struct _virAdmServer {
        Object object;
        virAdmConnectPtr conn;
        char *name;
};

struct _virAdmClient {
        Object object;
        virAdmServerPtr server;
        unsigned long long id;
        long long timestamp;
        int transport; /* virClientTransport */
};

/* New handles with one reference; servers and clients hold one on their parent. `calls`, `state`, `uri`, `closed` of
 * a connection are the caller's to fill. */
virAdmConnectPtr object_adm_connect_new(void);
virAdmServerPtr object_adm_server_new(virAdmConnectPtr conn, const char *name);
virAdmClientPtr object_adm_client_new(virAdmServerPtr server, unsigned long long id, long long timestamp,
                                      int transport);
