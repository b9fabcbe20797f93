/* Connections of the administration library. What asks the daemon something is generated. */
#include "admin.h"

#include "stubs.h"
#include "util/auto.h"
#include "vireo/entry.h"

enum { ADMIN_CONNECT_OPEN = 1, ADMIN_CONNECT_CLOSE = 2 };

/* The program's loop. */
static const ClientLoop program_loop = {
        virEventAddHandle,  virEventUpdateHandle,  virEventRemoveHandle,
        virEventAddTimeout, virEventUpdateTimeout, virEventRemoveTimeout,
};

int virAdmInitialize(void)
{
        return virInitialize();
}

int virAdmGetVersion(unsigned long long *libVer)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!libVer) {
                entry_argument_null(&err, __func__, "libVer");
                return entry_failed(NULL, &err);
        }
        *libVer = LIBVIR_VERSION_NUMBER;
        return 0;
}

int admin_call(void *conn, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err)
{
        ClientInvoke invoke = { .desc = desc, .connection = conn, .argv = argv, .ret = ret };
        Admin *admin = ((virAdmConnectPtr)conn)->state;

        return client_invoke(admin->client, &invoke, err);
}

/* A procedure of connections, with at most one parameter behind the connection. */
static int connection_call(virAdmConnectPtr conn, int number, CallArg arg, Error *err)
{
        CallArg argv[CALL_ARGS_MAX] = { { .p = conn }, arg };

        return admin_call(conn, call_find(PROGRAM_ADMIN, number), argv, NULL, err);
}

/* The callback with what belongs to it, forgotten by @admin. */
static Admin take_callback(Admin *admin)
{
        Admin taken;

        LOCKED(&admin->lock);
        taken = (Admin){ .closed = admin->closed, .opaque = admin->opaque, .free = admin->free };
        admin->closed = NULL;
        admin->free = NULL;
        return taken;
}

static void on_closed(int reason, void *opaque)
{
        virAdmConnectPtr conn = opaque;
        Admin callback = take_callback(conn->state);

        if (!callback.closed)
                return;
        callback.closed(conn, reason, callback.opaque);
        if (callback.free)
                callback.free(callback.opaque);
}

static const ClientHooks hooks = { .closed = on_closed };

/* The last reference went. */
static void connection_closed(virAdmConnectPtr conn)
{
        ERROR_AUTO Error ignored = ERROR_INIT; /* a daemon that is gone has closed it, too */
        Admin *admin = conn->state, callback;

        if (client_is_alive(admin->client))
                connection_call(conn, ADMIN_CONNECT_CLOSE, (CallArg){ 0 }, &ignored);
        client_close(admin->client);
        client_unref(admin->client);
        callback = take_callback(admin);
        if (callback.free)
                callback.free(callback.opaque);
        pthread_mutex_destroy(&admin->lock);
        g_free(admin);
}

static virAdmConnectPtr connection_new(int fd, char *uri)
{
        virAdmConnectPtr conn = object_adm_connect_new();
        Admin *admin = g_new0(Admin, 1);

        pthread_mutex_init(&admin->lock, NULL);
        conn->calls = &admin_stubs;
        conn->state = admin;
        conn->uri = uri;
        conn->closed = connection_closed;
        admin->client = client_new(fd, &hooks, conn);
        client_watch(admin->client, &program_loop);
        return conn;
}

static virAdmConnectPtr connection_open(const char *name, unsigned flags, Error *err)
{
        g_autofree char *uri = NULL;
        g_autofree char *socket = NULL;
        virAdmConnectPtr conn;
        int fd;

        if (admin_address(name, flags, &uri, &socket, err) < 0)
                return NULL;
        fd = client_unix(socket, err);
        if (fd < 0)
                return NULL;
        conn = connection_new(fd, g_steal_pointer(&uri));
        if (connection_call(conn, ADMIN_CONNECT_OPEN, (CallArg){ .u = 0 }, err) < 0)
                return object_unref(conn);
        return conn;
}

virAdmConnectPtr virAdmConnectOpen(const char *name, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virAdmConnectPtr conn = NULL;

        entry_begin();
        if (entry_flags(&err, __func__, flags, VIR_CONNECT_NO_ALIASES) == 0)
                conn = connection_open(name, flags, &err);
        if (!conn)
                entry_failed(NULL, &err);
        return conn;
}

int virAdmConnectClose(virAdmConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!conn)
                return 0;
        if (!object_check(conn, OBJECT_ADM_CONNECT, &err))
                return entry_failed(NULL, &err);
        object_unref(conn);
        return 0;
}

char *virAdmConnectGetURI(virAdmConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(conn, OBJECT_ADM_CONNECT, &err)) {
                entry_failed(NULL, &err);
                return NULL;
        }
        return g_strdup(conn->uri);
}

int virAdmConnectIsAlive(virAdmConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(conn, OBJECT_ADM_CONNECT, &err))
                return entry_failed(NULL, &err);
        return client_is_alive(((Admin *)conn->state)->client);
}

static int set_callback(Admin *admin, Admin callback, Error *err)
{
        LOCKED(&admin->lock);

        if (admin->closed)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A close callback is already registered");
        admin->closed = callback.closed;
        admin->opaque = callback.opaque;
        admin->free = callback.free;
        return 0;
}

int virAdmConnectRegisterCloseCallback(virAdmConnectPtr conn, virAdmConnectCloseFunc cb, void *opaque,
                                       virFreeCallback freecb)
{
        Admin callback = { .closed = cb, .opaque = opaque, .free = freecb };
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(conn, OBJECT_ADM_CONNECT, &err))
                return entry_failed(NULL, &err);
        if (!cb) {
                entry_argument_null(&err, __func__, "cb");
                return entry_failed(NULL, &err);
        }
        if (set_callback(conn->state, callback, &err) < 0)
                return entry_failed(NULL, &err);
        return 0;
}

static int check_callback(Admin *admin, virAdmConnectCloseFunc cb, Error *err)
{
        LOCKED(&admin->lock);

        if (admin->closed != cb)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A different callback was requested");
        return 0;
}

int virAdmConnectUnregisterCloseCallback(virAdmConnectPtr conn, virAdmConnectCloseFunc cb)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Admin callback;

        entry_begin();
        if (!object_check(conn, OBJECT_ADM_CONNECT, &err))
                return entry_failed(NULL, &err);
        if (!cb) {
                entry_argument_null(&err, __func__, "cb");
                return entry_failed(NULL, &err);
        }
        if (check_callback(conn->state, cb, &err) < 0)
                return entry_failed(NULL, &err);
        callback = take_callback(conn->state);
        if (callback.free)
                callback.free(callback.opaque);
        return 0;
}
