/* See caps.h: which binaries there are, and what is remembered about them, in memory and on disk.
 *
 * The file of a binary (HASH.xml, the hash is of its path) is libvirt's. It is a cache only: whatever is wrong with it,
 * QEMU is asked again. */
#define LOG_SOURCE "qemu.caps"
#include "caps/caps.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "caps/caps_probe.h"
#include "caps/host_offer.h"
#include "caps/kvm_probe.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host.h"
#include "util/log.h"
#include "util/pool.h"

enum { CACHE_FILE_MAX = 16 * 1024 * 1024 };

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

/* A new module brings new devices. */
static const char *const module_folders[] = { "/usr/lib/x86_64-linux-gnu/qemu", "/usr/lib/qemu", "/usr/lib64/qemu" };
static const char cache_mark = 0;

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

/* The binary and the folders its modules come from. */
static char *look_of(const char *binary, Error *err)
{
        g_autoptr(GString) look = g_string_new(NULL);

        if (access(binary, X_OK) < 0) {
                error_errno(err, errno, "Cannot check QEMU binary %s", binary);
                return NULL;
        }
        look_add(look, binary);
        for (size_t i = 0; i < G_N_ELEMENTS(module_folders); i++)
                look_add(look, module_folders[i]);
        return g_strdup(look->str);
}

static char *file_of(const QemuCapsCache *cache, const char *binary)
{
        g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, binary, -1);

        return g_strdup_printf("%s/%s.xml", cache->folder, hash);
}

static uint64_t changed(const char *path)
{
        struct stat st;

        return path && stat(path, &st) == 0 ? (uint64_t)MAX(st.st_ctim.tv_sec, 0) : 0;
}

/* The program that this code is in. */
static const char *own_file(void)
{
        Dl_info info;

        return dladdr((void *)&cache_mark, &info) ? info.dli_fname : NULL;
}

typedef struct Place {
        QemuCapsPlace place;
        char *signature, *kernel;
} Place;

static void place_done(Place *place)
{
        g_free(place->signature);
        g_free(place->kernel);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_done)

/* @kvm: the binary would be asked with KVM, or was. */
static void place_fill(const char *binary, const char *look, bool kvm, Place *ret)
{
        struct utsname host;

        *ret = (Place){ .place = { .binary_changed = changed(binary),
                                   .look = look,
                                   .writer_changed = changed(own_file()),
                                   .kvm = kvm } };
        for (size_t i = 0; i < G_N_ELEMENTS(module_folders); i++)
                ret->place.modules_changed = MAX(ret->place.modules_changed, changed(module_folders[i]));
        ret->place.microcode = qemu_host_cpu()->microcode;
        ret->place.cpu_signature = ret->signature = host_cpu_signature("");
        if (uname(&host) == 0)
                ret->place.kernel = ret->kernel = g_strdup_printf("%s %s", host.release, host.version);
}

/* Binaries of this machine's architecture are called so; a name that says nothing is asked again once. */
static bool expects_kvm(const char *binary)
{
        const QemuArch *arch = qemu_arch_of_host();
        g_autofree char *end = arch ? g_strconcat("-", arch->target, NULL) : NULL;

        return end && kvm_probe() == KVM_USABLE && (g_str_has_suffix(binary, end) || g_str_has_suffix(binary, "kvm"));
}

static QemuCaps *load(const QemuCapsCache *cache, const char *binary, const char *look)
{
        g_autofree char *path = cache->folder ? file_of(cache, binary) : NULL;
        g_autofree char *text = NULL;
        g_auto(Place) place = {};
        size_t length = 0;

        if (!path || access(path, R_OK) < 0 || file_read(path, CACHE_FILE_MAX, &text, &length, NULL) < 0)
                return NULL;
        place_fill(binary, look, expects_kvm(binary), &place);
        return qemu_caps_file_parse(text, length, binary, &place.place);
}

static void save(const QemuCapsCache *cache, const char *binary, const char *look, const QemuCaps *caps)
{
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        g_auto(Place) place = {};
        ERROR_AUTO Error err = ERROR_INIT;

        if (!cache->folder)
                return;
        path = file_of(cache, binary);
        place_fill(binary, look, qemu_caps_has_flag(caps, QEMU_HAS_KVM), &place);
        text = qemu_caps_file_format(caps, &place.place);
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
                save(cache, binary, look, caps);
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
