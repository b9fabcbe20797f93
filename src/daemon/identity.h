/* Who is on the other end: what the kernel says about a peer, and the names of its user and group. */
#pragma once

#include "client.h"

/** identity_of_peer: fill the client's identity and address from its socket @fd. */
int identity_of_peer(Client *client, int fd, Error *err);
/** identity_names: of user and group, NULL where there is none; may wait for a name service. */
void identity_names(int uid, int gid, char **ret_user, char **ret_group);

/** identity_from_params: what virConnectSetIdentity() says. */
int identity_from_params(virTypedParameterPtr params, int n_params, Identity *ret_identity, Error *err);
