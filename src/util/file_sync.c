/* The shared fsync of a folder. */
#include "file_sync.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/auto.h"

/* A folder that somebody is syncing; in the list while anybody holds it. */
typedef struct Folder {
        struct Folder *next;
        dev_t device;
        ino_t inode;
        unsigned holders;
        bool running;
        uint64_t started, finished; /* number of the fsync that started, finished last */
        uint64_t failed;            /* number of the last one that failed, and why */
        int errnum;
        pthread_cond_t changed;
} Folder;

/* Protects the list and all its members. Held for a few instructions, never during fsync. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Folder *folders;

static Folder *folder_hold(const struct stat *st)
{
        Folder *folder;

        for (folder = folders; folder; folder = folder->next)
                if (folder->device == st->st_dev && folder->inode == st->st_ino)
                        break;
        if (!folder) {
                folder = g_new0(Folder, 1);
                folder->device = st->st_dev;
                folder->inode = st->st_ino;
                pthread_cond_init(&folder->changed, NULL);
                folder->next = folders;
                folders = folder;
        }
        folder->holders++;
        return folder;
}

static void folder_drop(Folder *folder)
{
        Folder **place = &folders;

        if (--folder->holders > 0)
                return;
        while (*place != folder)
                place = &(*place)->next;
        *place = folder->next;
        pthread_cond_destroy(&folder->changed);
        g_free(folder);
}

/* Runs one fsync with the lock released. */
static void run_one(Folder *folder, int fd)
{
        uint64_t number = ++folder->started;
        int errnum = 0;

        folder->running = true;
        pthread_mutex_unlock(&lock);
        if (fsync(fd) < 0 && errno != EINVAL) /* EINVAL: a file system that has no fsync for folders */
                errnum = errno;
        pthread_mutex_lock(&lock);
        folder->running = false;
        folder->finished = number;
        if (errnum) {
                folder->failed = number;
                folder->errnum = errnum;
        }
        pthread_cond_broadcast(&folder->changed);
}

/* The errno of the fsync that covers the caller's changes, 0 for success. */
static int sync_shared(int fd, const struct stat *st)
{
        LOCKED(&lock);
        Folder *folder = folder_hold(st);
        uint64_t wanted = folder->started + 1; /* the first that starts from now on */
        int errnum;

        while (folder->finished < wanted) {
                if (folder->running)
                        pthread_cond_wait(&folder->changed, &lock);
                else
                        run_one(folder, fd);
        }
        /* A later failure is reported as well: the kernel tells of a lost write only once. */
        errnum = folder->failed >= wanted ? folder->errnum : 0;
        folder_drop(folder);
        return errnum;
}

int file_sync_folder(int fd, const char *path, Error *err)
{
        struct stat st;
        int errnum;

        if (fstat(fd, &st) < 0)
                return error_errno(err, errno, "cannot examine the folder of '%s'", path);
        errnum = sync_shared(fd, &st);
        if (errnum)
                return error_errno(err, errnum, "cannot write the folder of '%s' to disk", path);
        return 0;
}
