/* See host_offer.h. */
#define LOG_SOURCE "qemu.caps"
#include "caps/host_offer.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "caps/firmware.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host.h"
#include "util/log.h"
#include "util/process.h"

enum { SETUP_MS = 10 * 1000, WORD_MAX = 4096 };

static void *find_cpu(void *opaque)
{
        struct utsname host;

        return cpu_of_host("", uname(&host) < 0 ? "" : host.machine);
}

const CpuDefinition *qemu_host_cpu(void)
{
        static GOnce once = G_ONCE_INIT;

        return g_once(&once, find_cpu, NULL);
}

/* The emulated TPM */

static bool lists(const Json *features, const char *word)
{
        for (size_t i = 0; i < json_length(features); i++)
                if (g_strcmp0(json_text(json_at(features, i)), word) == 0)
                        return true;
        return false;
}

/* Versions that have a word for themselves; programs older than the words make 1.2. */
static char *versions_of(const char *text)
{
        g_autoptr(Json) json = json_parse(text, strlen(text), NULL);
        const Json *features = json_get(json, "features");
        bool old = lists(features, "tpm-1.2"), new = lists(features, "tpm-2.0");

        if (!json)
                return NULL;
        return g_strdup(old && new ? "1.2 2.0" : new ? "2.0" : "1.2");
}

static char *ask_swtpm(const char *program)
{
        Process *process = process_new(program);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        char *versions = NULL;

        process_add(process, "--print-capabilities");
        process_env_pass(process, "PATH");
        if (process_run(process, SETUP_MS, &text, NULL, NULL, &err) < 0)
                log_warn("%s: %s", program, err.message);
        else
                versions = versions_of(text);
        process_free(process);
        return versions;
}

/* Asked again when the program changed. The caller frees; NULL: there is none. */
static char *swtpm_versions(void)
{
        static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        static char *known;
        static struct timespec changed;
        g_autofree char *program = g_find_program_in_path("swtpm_setup");
        struct stat st;
        LOCKED(&mutex);

        if (!program || stat(program, &st) < 0)
                return NULL;
        if (!known || changed.tv_sec != st.st_ctim.tv_sec || changed.tv_nsec != st.st_ctim.tv_nsec) {
                g_free(known);
                known = ask_swtpm(program);
                changed = st.st_ctim;
        }
        return g_strdup(known);
}

/* s390x: the firmware, and the kernel by its command line, are ready for guests that the host cannot look into. */
static bool protects_guests(void)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) words = NULL;

        if (access("/sys/firmware/uv/prot_virt_host", R_OK) == 0)
                return file_read("/sys/firmware/uv/prot_virt_host", WORD_MAX, &text, NULL, NULL) == 0 &&
                       g_ascii_strtoull(text, NULL, 10) == 1;
        if (file_read("/proc/cmdline", WORD_MAX, &text, NULL, NULL) < 0)
                return false;
        words = g_strsplit_set(text, " \n", -1);
        for (char **word = words; *word; word++)
                if (g_str_has_prefix(*word, "prot_virt="))
                        return strchr("1yYtT", (*word)[strlen("prot_virt=")]) && (*word)[strlen("prot_virt=")];
        return false;
}

static bool has_file(const char *path)
{
        return access(path, F_OK) == 0;
}

void qemu_host_offer(bool system, char *const *nvram, QemuHostOffer *ret)
{
        const CpuDefinition *cpu = qemu_host_cpu();
        unsigned guests = 0, es_guests = 0;

        *ret = (QemuHostOffer){ .arch = cpu->arch, .cpu = cpu->cpu->model ? cpu : NULL };
        ret->phys_bits = cpu->cpu->phys_bits.set ? cpu->cpu->phys_bits.value : 0;
        ret->firmwares = firmware_load("", system ? NULL : g_get_user_config_dir());
        ret->nvram = nvram;
        ret->has_file = has_file;
        ret->vfio = access("/dev/vfio/vfio", F_OK) == 0 && host_has_iommu("");
        ret->swtpm_versions = swtpm_versions();
        ret->protected_guests = g_strcmp0(cpu->arch, "s390x") == 0 && protects_guests();
        if (!cpu_sev_guests(&guests, &es_guests))
                return;
        ret->sev_guests = (OptUint){ .set = true, .value = guests };
        ret->sev_es_guests = (OptUint){ .set = true, .value = es_guests };
}

void qemu_host_offer_done(QemuHostOffer *offer)
{
        if (offer->firmwares)
                g_ptr_array_unref(offer->firmwares);
        g_free(offer->swtpm_versions);
}
