#include "identity.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/text.h"
#include "vireo/daemon.h"

enum { NAME_BUFFER = 65536, LABEL_MAX = 4096, STAT_MAX = 4096 };

/* Field 22 of /proc/PID/stat; fields are counted behind the command's name, which may hold anything. 0: unknown. */
static uint64_t process_start(pid_t pid)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
        g_autofree char *text = NULL;
        g_auto(GStrv) fields = NULL;
        uint64_t start = 0;
        char *rest;

        if (file_read(path, STAT_MAX, &text, NULL, NULL) < 0)
                return 0;
        rest = strrchr(text, ')');
        if (!rest)
                return 0;
        fields = g_strsplit(rest + 1, " ", 23);
        if (g_strv_length(fields) < 21 || !text_to_uint64(fields[20], 10, &start))
                return 0;
        return start;
}

static char *security_label(int fd)
{
        char label[LABEL_MAX];
        socklen_t length = sizeof(label) - 1;

        if (getsockopt(fd, SOL_SOCKET, SO_PEERSEC, label, &length) < 0 || length == 0)
                return NULL;
        label[length] = '\0';
        return g_strdup(label);
}

static int identify_unix(Identity *identity, int fd, Error *err)
{
        struct ucred peer;
        socklen_t length = sizeof(peer);

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
                return error_errno(err, errno, "cannot tell who the client is");
        identity->uid = (int)peer.uid;
        identity->gid = (int)peer.gid;
        identity->pid = peer.pid;
        identity->process_start = process_start(peer.pid);
        identity->selinux_context = security_label(fd);
        return 0;
}

static char *format_address(const struct sockaddr_storage *address)
{
        char text[INET6_ADDRSTRLEN];

        if (address->ss_family == AF_INET6) {
                const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

                inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
                return g_strdup_printf("[%s]:%u", text, ntohs(in6->sin6_port));
        }
        if (address->ss_family == AF_INET) {
                const struct sockaddr_in *in = (const struct sockaddr_in *)address;

                inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
                return g_strdup_printf("%s:%u", text, ntohs(in->sin_port));
        }
        return NULL;
}

int identity_of_peer(Client *client, int fd, Error *err)
{
        struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
        socklen_t length = sizeof(address);

        client->identity = (Identity){ .uid = -1, .gid = -1 };
        if (client->transport == TRANSPORT_UNIX)
                return identify_unix(&client->identity, fd, err);
        if (getpeername(fd, (struct sockaddr *)&address, &length) < 0)
                return error_errno(err, errno, "cannot tell where the client is");
        client->address = format_address(&address);
        return 0;
}

/* Names asked for lately. A host has few users of its daemon, who come often; a name service is slow, and even files
 * cost more to read than the rest of opening a connection. */
typedef struct Names {
        int uid, gid;
        char *user, *group;
        int64_t until_us; /* monotonic; 0: empty */
} Names;

enum { NAMES_KEPT = 16, NAMES_SECONDS = 10 };

static struct {
        pthread_mutex_t lock; /* all below */
        Names kept[NAMES_KEPT];
        size_t next; /* to be replaced */
} names = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool names_recall(int uid, int gid, char **ret_user, char **ret_group)
{
        int64_t now = g_get_monotonic_time();

        LOCKED(&names.lock);
        for (size_t i = 0; i < NAMES_KEPT; i++) {
                const Names *known = &names.kept[i];

                if (known->uid != uid || known->gid != gid || known->until_us <= now)
                        continue;
                *ret_user = g_strdup(known->user);
                *ret_group = g_strdup(known->group);
                return true;
        }
        return false;
}

static void names_keep(int uid, int gid, const char *user, const char *group)
{
        Names *place;

        LOCKED(&names.lock);
        place = &names.kept[names.next];
        names.next = (names.next + 1) % NAMES_KEPT;
        g_free(place->user);
        g_free(place->group);
        *place = (Names){ .uid = uid,
                          .gid = gid,
                          .user = g_strdup(user),
                          .group = g_strdup(group),
                          .until_us = g_get_monotonic_time() + NAMES_SECONDS * G_USEC_PER_SEC };
}

void identity_names(int uid, int gid, char **ret_user, char **ret_group)
{
        g_autofree char *buffer = NULL;
        struct passwd user, *found_user = NULL;
        struct group group, *found_group = NULL;

        if (names_recall(uid, gid, ret_user, ret_group))
                return;
        buffer = g_malloc(NAME_BUFFER);
        if (uid >= 0)
                getpwuid_r((uid_t)uid, &user, buffer, NAME_BUFFER, &found_user);
        *ret_user = found_user ? g_strdup(user.pw_name) : NULL;
        if (gid >= 0)
                getgrgid_r((gid_t)gid, &group, buffer, NAME_BUFFER, &found_group);
        *ret_group = found_group ? g_strdup(group.gr_name) : NULL;
        names_keep(uid, gid, *ret_user, *ret_group);
}

/* Where a parameter of virConnectSetIdentity() goes. */
static const struct {
        const char *field;
        int type;
        size_t offset;
} identity_rows[] = {
        { VIR_CONNECT_IDENTITY_USER_NAME, VIR_TYPED_PARAM_STRING, offsetof(Identity, user_name) },
        { VIR_CONNECT_IDENTITY_UNIX_USER_ID, VIR_TYPED_PARAM_ULLONG, offsetof(Identity, uid) },
        { VIR_CONNECT_IDENTITY_GROUP_NAME, VIR_TYPED_PARAM_STRING, offsetof(Identity, group_name) },
        { VIR_CONNECT_IDENTITY_UNIX_GROUP_ID, VIR_TYPED_PARAM_ULLONG, offsetof(Identity, gid) },
        { VIR_CONNECT_IDENTITY_PROCESS_ID, VIR_TYPED_PARAM_LLONG, offsetof(Identity, pid) },
        { VIR_CONNECT_IDENTITY_PROCESS_TIME, VIR_TYPED_PARAM_ULLONG, offsetof(Identity, process_start) },
        { VIR_CONNECT_IDENTITY_SASL_USER_NAME, VIR_TYPED_PARAM_STRING, offsetof(Identity, sasl_user) },
        { VIR_CONNECT_IDENTITY_X509_DISTINGUISHED_NAME, VIR_TYPED_PARAM_STRING, offsetof(Identity, x509_name) },
        { VIR_CONNECT_IDENTITY_SELINUX_CONTEXT, VIR_TYPED_PARAM_STRING, offsetof(Identity, selinux_context) },
};

static int take_number(void *member, bool is_start, const virTypedParameter *param, Error *err)
{
        unsigned long long value = param->value.ul;

        if (is_start) {
                *(uint64_t *)member = value;
                return 0;
        }
        if (value > G_MAXINT)
                return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' is out of range", param->field);
        *(int *)member = (int)value;
        return 0;
}

static int take_param(Identity *identity, const virTypedParameter *param, Error *err)
{
        for (size_t i = 0; i < ARRAY_SIZE(identity_rows); i++) {
                void *member = (char *)identity + identity_rows[i].offset;

                if (strcmp(param->field, identity_rows[i].field) != 0)
                        continue;
                if (param->type != identity_rows[i].type)
                        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' has the wrong type", param->field);
                if (param->type != VIR_TYPED_PARAM_STRING)
                        return take_number(member, identity_rows[i].offset == offsetof(Identity, process_start), param,
                                           err);
                if (*(char **)member)
                        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' occurs multiple times",
                                         param->field);
                *(char **)member = g_strdup(param->value.s);
                return 0;
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported", param->field);
}

int identity_from_params(virTypedParameterPtr params, int n_params, Identity *ret_identity, Error *err)
{
        Identity identity = { .uid = -1, .gid = -1 };

        for (int i = 0; i < n_params; i++) {
                if (take_param(&identity, &params[i], err) < 0) {
                        identity_clear(&identity);
                        return -1;
                }
        }
        *ret_identity = identity;
        return 0;
}
