/* What the machine allows, measured in the same run as the daemons.
 *
 *   floor pingpong REQUEST REPLY COUNT   bare bytes between two processes over a unix socket: median, p99, mean in us
 *   floor serve SOCKET XML-BYTES         a server that answers the benchmark's calls without doing any work
 *   floor durable FOLDER THREADS COUNT   write, fsync, rename, fsync the folder: writes per second, median, p99, mean */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "times.h"

static int read_all(int fd, void *data, size_t length)
{
        for (size_t done = 0; done < length;) {
                ssize_t n = read(fd, (char *)data + done, length - done);

                if (n <= 0)
                        return -1;
                done += n;
        }
        return 0;
}

static int write_all(int fd, const void *data, size_t length)
{
        for (size_t done = 0; done < length;) {
                ssize_t n = write(fd, (const char *)data + done, length - done);

                if (n <= 0)
                        return -1;
                done += n;
        }
        return 0;
}

static int run_pingpong(char **arguments)
{
        size_t request = strtoul(arguments[0], NULL, 10), reply = strtoul(arguments[1], NULL, 10);
        size_t n = strtoul(arguments[2], NULL, 10);
        g_autofree char *buffer = g_malloc0(MAX(request, reply));
        g_autofree double *times = g_new(double, n);
        int pair[2];
        pid_t child;

        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
                return 1;
        child = fork();
        if (child == 0) {
                close(pair[0]);
                while (read_all(pair[1], buffer, request) == 0 && write_all(pair[1], buffer, reply) == 0)
                        ;
                _exit(0);
        }
        close(pair[1]);
        for (size_t i = 0; i < n; i++) {
                double start = now_us();

                if (write_all(pair[0], buffer, request) < 0 || read_all(pair[0], buffer, reply) < 0)
                        return 1;
                times[i] = now_us() - start;
        }
        times_print(times, n);
        close(pair[0]);
        waitpid(child, NULL, 0);
        return 0;
}

/* Procedures of the remote program that the benchmark uses. */
enum {
        P_OPEN = 1,
        P_GET_XML = 14,
        P_GET_INFO = 16,
        P_LOOKUP = 23,
        P_FEATURE = 60,
        P_AUTH_LIST = 66,
        P_URI = 110,
        P_LIB_VERSION = 157,
};

static size_t put32(uint8_t *at, uint32_t value)
{
        value = htonl(value);
        memcpy(at, &value, 4);
        return 4;
}

static size_t put_text(uint8_t *at, const char *text, size_t length)
{
        size_t padded = (length + 3) & ~(size_t)3;

        put32(at, length);
        memset(at + 4, 0, padded);
        if (text)
                memcpy(at + 4, text, length);
        else
                memset(at + 4, 'x', length);
        return 4 + padded;
}

static size_t put_domain(uint8_t *at)
{
        size_t n = put_text(at, "bench-0", 7);

        memset(at + n, 7, 16);
        return n + 16 + put32(at + n + 16, UINT32_MAX);
}

static size_t canned(uint32_t procedure, size_t xml_bytes, uint8_t *at)
{
        switch (procedure) {
        case P_FEATURE: return put32(at, 1);
        case P_AUTH_LIST: put32(at, 1); return 4 + put32(at + 4, 0);
        case P_LIB_VERSION: put32(at, 0); return 4 + put32(at + 4, 9010000);
        case P_GET_XML: return put_text(at, NULL, xml_bytes);
        case P_URI: return put_text(at, "qemu:///system", 14);
        case P_GET_INFO: memset(at, 0, 32); return 32;
        case P_LOOKUP: return put_domain(at);
        default: return 0;
        }
}

typedef struct Peer {
        int fd;
        size_t xml_bytes;
} Peer;

static void *serve_one(void *opaque)
{
        g_autofree Peer *peer = opaque;
        g_autofree uint8_t *in = g_malloc(65536);
        g_autofree uint8_t *out = g_malloc(peer->xml_bytes + 65536);
        uint32_t length, procedure;

        while (read_all(peer->fd, in, 4) == 0) {
                memcpy(&length, in, 4);
                length = ntohl(length);
                if (length < 28 || length > 65536 || read_all(peer->fd, in + 4, length - 4) < 0)
                        break;
                memcpy(&procedure, in + 12, 4);
                memcpy(out, in, 28);
                put32(out + 16, 1);
                put32(out + 24, 0);
                length = 28 + canned(ntohl(procedure), peer->xml_bytes, out + 28);
                put32(out, length);
                if (write_all(peer->fd, out, length) < 0)
                        break;
        }
        close(peer->fd);
        return NULL;
}

static int run_serve(char **arguments)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        g_strlcpy(address.sun_path, arguments[0], sizeof(address.sun_path));
        unlink(arguments[0]);
        if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 128) < 0) {
                perror(arguments[0]);
                return 1;
        }
        for (;;) {
                Peer *peer = g_new0(Peer, 1);

                peer->xml_bytes = strtoul(arguments[1], NULL, 10);
                peer->fd = accept(fd, NULL, NULL);
                if (peer->fd < 0)
                        return 1;
                g_thread_unref(g_thread_new("peer", serve_one, peer));
        }
}

typedef struct Writer {
        GThread *thread;
        const char *folder;
        int index, count;
        double *times;
} Writer;

static int durable_once(int folder, const char *name, const char *temporary, const char *text, size_t length)
{
        int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        if (fd < 0 || write_all(fd, text, length) < 0 || fsync(fd) < 0 || close(fd) < 0)
                return -1;
        if (renameat(folder, temporary, folder, name) < 0)
                return -1;
        return fsync(folder);
}

static void *run_writer(void *opaque)
{
        Writer *writer = opaque;
        int folder = open(writer->folder, O_RDONLY | O_DIRECTORY);
        char text[1500];

        memset(text, 'x', sizeof(text));
        for (int i = 0; i < writer->count; i++) {
                g_autofree char *name = g_strdup_printf("w%d-%d.xml", writer->index, i);
                g_autofree char *temporary = g_strdup_printf("w%d-%d.new", writer->index, i);
                double start = now_us();

                if (durable_once(folder, name, temporary, text, sizeof(text)) < 0) {
                        perror("durable");
                        exit(1);
                }
                writer->times[i] = now_us() - start;
        }
        close(folder);
        return NULL;
}

static int run_durable(char **arguments)
{
        int threads = atoi(arguments[1]), count = atoi(arguments[2]);
        g_autofree Writer *writers = g_new0(Writer, threads);
        g_autofree double *times = g_new0(double, count);
        double start = now_us(), elapsed;
        int first = 0;

        for (int i = 0; i < threads; i++) {
                writers[i].folder = arguments[0];
                writers[i].index = i;
                writers[i].count = (count - first) / (threads - i);
                writers[i].times = times + first;
                first += writers[i].count;
                writers[i].thread = g_thread_new("writer", run_writer, &writers[i]);
        }
        for (int i = 0; i < threads; i++)
                g_thread_join(writers[i].thread);
        elapsed = now_us() - start;
        printf("%.0f ", count / elapsed * 1e6);
        times_print(times, count);
        return 0;
}

int main(int argc, char **argv)
{
        if (argc == 5 && strcmp(argv[1], "pingpong") == 0)
                return run_pingpong(argv + 2);
        if (argc == 4 && strcmp(argv[1], "serve") == 0)
                return run_serve(argv + 2);
        if (argc == 5 && strcmp(argv[1], "durable") == 0)
                return run_durable(argv + 2);
        fprintf(stderr, "usage: see the top of floor.c\n");
        return 2;
}
