/* See caps.h: which binaries there are, and what is remembered about them, in memory and on disk.
 *
 * The file of a binary (HASH.json, the hash is of its path) holds QEMU's answers and what the binary looked like then.
 * It is a cache only: whatever is wrong with it, QEMU is asked again. */
#define LOG_SOURCE "qemu.caps"
#include "caps/caps.h"

#include <string.h>
#include <sys/stat.h>

#include "caps/caps_probe.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/pool.h"

enum { CACHE_FORMAT = 2, CACHE_FILE_MAX = 16 * 1024 * 1024 };

typedef struct Known {
        QemuCaps *caps; /* NULL: not asked yet, or it failed */
        char *look;     /* what the binary looked like when asked */
        bool asking;    /* somebody does right now */
} Known;

struct QemuCapsCache {
        char *folder;
        Loop *loop;
        pthread_mutex_t mutex; /* over `known` and its members */
        pthread_cond_t answered;
        GHashTable *known; /* path -> Known */
};

static void known_free(void *opaque)
{
        Known *known = opaque;

        qemu_caps_unref(known->caps);
        g_free(known->look);
        g_free(known);
}

QemuCapsCache *qemu_caps_cache_new(const char *folder, Loop *loop)
{
        QemuCapsCache *cache = g_new0(QemuCapsCache, 1);

        cache->folder = g_strdup(folder);
        cache->loop = loop;
        pthread_mutex_init(&cache->mutex, NULL);
        pthread_cond_init(&cache->answered, NULL);
        cache->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
        return cache;
}

QemuCapsCache *qemu_caps_cache_free(QemuCapsCache *cache)
{
        if (!cache)
                return NULL;
        g_hash_table_unref(cache->known);
        pthread_cond_destroy(&cache->answered);
        pthread_mutex_destroy(&cache->mutex);
        g_free(cache->folder);
        g_free(cache);
        return NULL;
}

static void look_add(GString *look, const char *path)
{
        struct stat st;

        if (stat(path, &st) == 0)
                g_string_append_printf(look, "%ju:%ju:%jd:%jd.%09ld:%jd.%09ld;", (uintmax_t)st.st_dev,
                                       (uintmax_t)st.st_ino, (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
                                       st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
        else
                g_string_append(look, "-;");
}

/* The binary and the folders its modules come from: a new module brings new devices. */
static char *look_of(const char *binary, Error *err)
{
        g_autoptr(GString) look = g_string_new(NULL);

        if (access(binary, X_OK) < 0)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Cannot check QEMU binary %s: %s", binary,
                                  g_strerror(errno));
        look_add(look, binary);
        look_add(look, "/usr/lib/x86_64-linux-gnu/qemu");
        look_add(look, "/usr/lib/qemu");
        look_add(look, "/usr/lib64/qemu");
        return g_strdup(look->str);
}

static char *file_of(const QemuCapsCache *cache, const char *binary)
{
        g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, binary, -1);

        return g_strdup_printf("%s/%s.json", cache->folder, hash);
}

static QemuCaps *load(const QemuCapsCache *cache, const char *binary, const char *look)
{
        g_autofree char *path = cache->folder ? file_of(cache, binary) : NULL;
        g_autofree char *text = NULL;
        g_autoptr(Json) file = NULL;
        size_t length = 0;
        int64_t format = 0;

        if (!path || access(path, R_OK) < 0 || file_read(path, CACHE_FILE_MAX, &text, &length, NULL) < 0)
                return NULL;
        file = json_parse(text, length, NULL);
        if (!json_get_int(file, "format", &format) || format != CACHE_FORMAT ||
            g_strcmp0(json_get_string(file, "binary"), binary) != 0 ||
            g_strcmp0(json_get_string(file, "look"), look) != 0)
                return NULL;
        return qemu_caps_from_answers(binary, json_get(file, "answers"), NULL);
}

static void save(const QemuCapsCache *cache, const char *binary, const char *look, Json *answers)
{
        g_autoptr(Json) file = json_object();
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (!cache->folder)
                return;
        path = file_of(cache, binary);
        json_set(file, "format", json_int(CACHE_FORMAT));
        json_set(file, "binary", json_string(binary));
        json_set(file, "look", json_string(look));
        json_set(file, "answers", json_ref(answers));
        text = json_format(file, false);
        if (dir_make(cache->folder, 0755, &err) < 0 || file_replace(path, text, strlen(text), 0600, &err) < 0)
                log_warn("what %s can do is not kept: %s", binary, err.message);
}

/* From disk, else from QEMU. */
static QemuCaps *find_out(QemuCapsCache *cache, const char *binary, const char *look, Error *err)
{
        QemuCaps *caps = load(cache, binary, look);
        g_autoptr(Json) answers = NULL;

        if (caps)
                return caps;
        answers = qemu_probe(binary, cache->loop, err);
        if (!answers)
                return NULL;
        caps = qemu_caps_from_answers(binary, answers, err);
        if (caps)
                save(cache, binary, look, answers);
        return caps;
}

static Known *known_of(QemuCapsCache *cache, const char *binary)
{
        Known *known = g_hash_table_lookup(cache->known, binary);

        if (known)
                return known;
        known = g_new0(Known, 1);
        g_hash_table_insert(cache->known, g_strdup(binary), known);
        return known;
}

/* The remembered set, or NULL after taking the task to find out. */
static QemuCaps *remembered_or_mine(QemuCapsCache *cache, const char *binary, const char *look)
{
        LOCKED(&cache->mutex);
        Known *known = known_of(cache, binary);

        pool_wait_begin();
        while (known->asking)
                pthread_cond_wait(&cache->answered, &cache->mutex);
        pool_wait_end();
        if (known->caps && strcmp(known->look, look) == 0)
                return qemu_caps_ref(known->caps);
        known->asking = true;
        return NULL;
}

QemuCaps *qemu_caps_get(QemuCapsCache *cache, const char *binary, Error *err)
{
        g_autofree char *look = look_of(binary, err);
        QemuCaps *caps;

        if (!look)
                return NULL;
        caps = remembered_or_mine(cache, binary, look);
        if (caps)
                return caps;
        caps = find_out(cache, binary, look, err);

        LOCKED(&cache->mutex);
        Known *known = known_of(cache, binary);
        known->asking = false;
        pthread_cond_broadcast(&cache->answered);
        if (!caps)
                return NULL;
        qemu_caps_unref(known->caps);
        known->caps = qemu_caps_ref(caps);
        g_free(known->look);
        known->look = g_steal_pointer(&look);
        return caps;
}

typedef struct Question {
        QemuCapsCache *cache;
        char *binary;
        GThread *thread;
} Question;

static void *ask_one(void *opaque)
{
        Question *question = opaque;
        ERROR_AUTO Error err = ERROR_INIT;
        QemuCaps *caps = qemu_caps_get(question->cache, question->binary, &err);

        if (!caps)
                log_warn("%s", err.message);
        return caps;
}

static GArray *questions_for_all(QemuCapsCache *cache)
{
        GArray *questions = g_array_new(false, true, sizeof(Question));
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

        for (const QemuArch *arch = qemu_archs; arch->name; arch++) {
                g_autofree char *binary = qemu_find_binary(arch->name);
                Question question = { .cache = cache };

                if (!binary || g_hash_table_contains(seen, binary))
                        continue;
                question.binary = g_steal_pointer(&binary);
                g_hash_table_add(seen, question.binary);
                g_array_append_val(questions, question);
        }
        return questions;
}

static void drop_caps(void *caps)
{
        qemu_caps_unref(caps);
}

GPtrArray *qemu_caps_all(QemuCapsCache *cache)
{
        g_autoptr(GArray) questions = questions_for_all(cache);
        GPtrArray *all = g_ptr_array_new_with_free_func(drop_caps);

        for (guint i = 0; i < questions->len; i++) {
                Question *question = &g_array_index(questions, Question, i);

                question->thread = g_thread_new("caps", ask_one, question);
        }
        pool_wait_begin();
        for (guint i = 0; i < questions->len; i++) {
                Question *question = &g_array_index(questions, Question, i);
                QemuCaps *caps = g_thread_join(question->thread);

                if (caps)
                        g_ptr_array_add(all, caps);
                g_free(question->binary);
        }
        pool_wait_end();
        return all;
}
