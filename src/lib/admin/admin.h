/* What the files of the administration library share. */
#pragma once

#include <pthread.h>

#include "rpc/client.h"
#include "vireo/admin.h"

/* Behind virAdmConnectPtr.state: the way to the daemon. */
typedef struct Admin {
        Client *client;

        pthread_mutex_t lock;          /* for what follows */
        virAdmConnectCloseFunc closed; /* NULL: nobody wants to know */
        void *opaque;
        virFreeCallback free;
} Admin;

/**
 * admin_address: the URI that @name means (NULL or "": the default; an alias of libvirt-admin.conf) and the socket it
 * leads to. The caller frees both.
 */
int admin_address(const char *name, unsigned flags, char **ret_uri, char **ret_socket, Error *err);
