/* Saying who we are, in the way the far end asks for. */
#include "remote_private.h"

#include <string.h>

#include "util/auto.h"

enum { AUTH_NONE = 0, AUTH_SASL = 1, AUTH_POLKIT = 2 };

static int authenticate_none(Remote *remote, Error *err)
{
        return 0;
}

static int authenticate_sasl(Remote *remote, Error *err)
{
        return error_set(err, VIR_ERR_AUTH_FAILED, "SASL is not supported by this build");
}

/* The far end asks its own polkit about us; an agent may ask the user meanwhile. */
static int authenticate_polkit(Remote *remote, Error *err)
{
        int complete = 0;
        CallArg arg = { .p = &complete }, ret;

        return remote_procedure(remote, PROGRAM_REMOTE, REMOTE_AUTH_POLKIT, &arg, 1, &ret, err);
}

static const struct {
        int type;
        const char *name;
        int (*run)(Remote *remote, Error *err);
} methods[] = {
        { AUTH_NONE, "none", authenticate_none },
        { AUTH_SASL, "sasl", authenticate_sasl },
        { AUTH_POLKIT, "polkit", authenticate_polkit },
};

/* Whether the `auth` parameter permits a method; "sasl.MECH" permits SASL. */
static bool permitted(const char *wanted, const char *name)
{
        size_t length = strlen(name);

        return !wanted || (strncmp(wanted, name, length) == 0 && (wanted[length] == '\0' || wanted[length] == '.'));
}

int remote_authenticate(Remote *remote, const Target *target, Error *err)
{
        g_autofree int *types = NULL;
        int n_types = 0;
        CallArg args[] = { { .p = &types }, { .p = &n_types } }, ret;

        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_AUTH_LIST, args, ARRAY_SIZE(args), &ret, err) < 0)
                return -1;
        for (int i = 0; i < n_types; i++) {
                for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
                        if (methods[m].type == types[i] && permitted(target->auth, methods[m].name))
                                return methods[m].run(remote, err);
                }
        }
        if (n_types == 0)
                return 0;
        if (target->auth)
                return error_set(err, VIR_ERR_AUTH_FAILED, "requested authentication type %s rejected", target->auth);
        return error_set(err, VIR_ERR_AUTH_FAILED, "unsupported authentication type %d", types[0]);
}
