/* See departures.h. */
#include "hotplug/departures.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "util/auto.h"
#include "util/pool.h"

/* How long a device may still be there when the guest has let go of it: some QEMUs tell only of its parts. */
enum { PARTS_MS = 300, ASKED_MAX = 1000 };

typedef enum { WAITING, PARTS_GONE, GONE, REFUSED } Outcome;

/* A device that was asked, until it is gone. */
typedef struct Asked {
        gint64 since; /* g_get_monotonic_time() */
        char *words;  /* the guest's; NULL: none */
} Asked;

struct Departures {
        pthread_mutex_t mutex; /* over all below */
        pthread_cond_t wake;
        GHashTable *asked; /* of Asked, by alias */
        char *alias;       /* who is waited for; NULL: nobody */
        bool again;        /* it had been asked before */
        Outcome outcome;
        char *open_tray; /* the drive whose tray opened last */
};

static void asked_free(void *opaque)
{
        Asked *asked = opaque;

        g_free(asked->words);
        g_free(asked);
}

Departures *departures_new(void)
{
        Departures *departures = g_new0(Departures, 1);

        pthread_mutex_init(&departures->mutex, NULL);
        pthread_cond_init(&departures->wake, NULL);
        departures->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, asked_free);
        return departures;
}

void departures_free(Departures *departures)
{
        if (!departures)
                return;
        pthread_cond_destroy(&departures->wake);
        pthread_mutex_destroy(&departures->mutex);
        g_hash_table_unref(departures->asked);
        g_free(departures->alias);
        g_free(departures->open_tray);
        g_free(departures);
}

void departures_forget(Departures *departures)
{
        LOCKED(&departures->mutex);

        g_hash_table_remove_all(departures->asked);
        g_clear_pointer(&departures->alias, g_free);
        g_clear_pointer(&departures->open_tray, g_free);
}

/* Events */

static bool note_tray(Departures *departures, const Json *data)
{
        bool open = false;

        json_get_bool(data, "tray-open", &open);
        g_clear_pointer(&departures->open_tray, g_free);
        if (open)
                departures->open_tray = g_strdup(json_get_string(data, "id"));
        pthread_cond_broadcast(&departures->wake);
        return false;
}

static const char *const peripheral = "/machine/peripheral/";

char *departures_device(const Json *data)
{
        const char *alias = json_get_string(data, "device");
        const char *path = json_get_string(data, "path");

        if (alias)
                return g_strdup(alias);
        if (!path || !g_str_has_prefix(path, peripheral))
                return NULL;
        path += strlen(peripheral);
        return g_strndup(path, strcspn(path, "/"));
}

static bool note_gone(Departures *departures, const Json *data)
{
        g_autofree char *alias = departures_device(data);
        bool whole = json_get_string(data, "device");
        bool awaited = alias && g_strcmp0(departures->alias, alias) == 0;

        if (alias && whole)
                g_hash_table_remove(departures->asked, alias);
        if (!awaited)
                return false;
        if (whole || departures->outcome == WAITING)
                departures->outcome = whole ? GONE : PARTS_GONE;
        pthread_cond_broadcast(&departures->wake);
        return true;
}

static void note_words(Departures *departures, const char *alias, const char *words)
{
        Asked *asked = g_hash_table_lookup(departures->asked, alias);

        if (!asked)
                return;
        g_free(asked->words);
        asked->words = g_strdup(words);
}

/* That it failed is told to others as well. */
static bool note_refused(Departures *departures, const char *alias, const char *words)
{
        if (!alias)
                return false;
        if (g_strcmp0(departures->alias, alias) != 0) {
                g_hash_table_remove(departures->asked, alias);
                return false;
        }
        note_words(departures, alias, words);
        if (departures->outcome != WAITING)
                return false;
        departures->outcome = REFUSED;
        pthread_cond_broadcast(&departures->wake);
        return false;
}

/* The status that ACPI's _OST gives for an ejection; NULL: no failure. */
static const char *ejection_failure(uint64_t status)
{
        static const struct {
                uint64_t status;
                const char *words;
        } failures[] = {
                { 0x01, "it failed" },
                { 0x02, "it does not know the request" },
                { 0x80, "it does not support ejecting the device" },
                { 0x81, "the device is in use" },
                { 0x82, "the device is busy" },
                { 0x83, "what the device depends on is busy or cannot be ejected" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
                if (failures[i].status == status)
                        return failures[i].words;
        return NULL;
}

/* What an operating system reports by ACPI, on requests to eject (3) and on ejections of its own (0x103). */
static bool note_report(Departures *departures, const Json *data)
{
        enum { EJECT_REQUEST = 0x03, EJECT_PROCESSING = 0x103, IN_PROGRESS = 0x84 };
        const Json *info = json_get(data, "info");
        const char *alias = json_get_string(info, "device");
        uint64_t source = 0, status = 0;
        const char *failure;

        if (!alias || !json_get_uint(info, "source", &source) || !json_get_uint(info, "status", &status) ||
            (source != EJECT_REQUEST && source != EJECT_PROCESSING))
                return false;
        failure = ejection_failure(status);
        if (failure)
                return note_refused(departures, alias, failure);
        if (status == IN_PROGRESS)
                note_words(departures, alias, "it is at it");
        return false;
}

bool departures_event(Departures *departures, const char *name, const Json *data)
{
        LOCKED(&departures->mutex);

        if (strcmp(name, "DEVICE_TRAY_MOVED") == 0)
                return note_tray(departures, data);
        if (strcmp(name, "DEVICE_DELETED") == 0)
                return note_gone(departures, data);
        if (strcmp(name, "ACPI_DEVICE_OST") == 0)
                return note_report(departures, data);
        if (strcmp(name, "DEVICE_UNPLUG_GUEST_ERROR") == 0 || strcmp(name, "MEM_UNPLUG_ERROR") == 0)
                return note_refused(departures, json_get_string(data, "device"), json_get_string(data, "msg"));
        return false;
}

/* Waiting */

void departures_expect(Departures *departures, const char *alias)
{
        LOCKED(&departures->mutex);
        Asked *asked = g_hash_table_lookup(departures->asked, alias);

        g_free(departures->alias);
        departures->alias = g_strdup(alias);
        departures->outcome = WAITING;
        departures->again = asked;
        if (asked || g_hash_table_size(departures->asked) >= ASKED_MAX)
                return;
        asked = g_new0(Asked, 1);
        asked->since = g_get_monotonic_time();
        g_hash_table_insert(departures->asked, g_strdup(alias), asked);
}

void departures_unexpect(Departures *departures)
{
        LOCKED(&departures->mutex);

        if (departures->alias && !departures->again)
                g_hash_table_remove(departures->asked, departures->alias);
        g_clear_pointer(&departures->alias, g_free);
}

void departures_gone(Departures *departures, const char *alias)
{
        LOCKED(&departures->mutex);

        g_hash_table_remove(departures->asked, alias);
}

static void wait_while(Departures *departures, Outcome outcome, int ms)
{
        struct timespec limit = pool_wait_limit(ms);

        while (departures->outcome == outcome &&
               pthread_cond_timedwait(&departures->wake, &departures->mutex, &limit) == 0)
                ;
}

Departure departures_wait(Departures *departures, const char *alias, int seconds, char **ret_words)
{
        const Asked *asked;
        Outcome outcome;

        pool_wait_begin();
        pthread_mutex_lock(&departures->mutex);
        wait_while(departures, WAITING, seconds * 1000);
        wait_while(departures, PARTS_GONE, PARTS_MS);
        outcome = departures->outcome;
        g_clear_pointer(&departures->alias, g_free);
        asked = g_hash_table_lookup(departures->asked, alias);
        *ret_words = asked ? g_strdup(asked->words) : NULL;
        if (outcome == REFUSED)
                g_hash_table_remove(departures->asked, alias);
        pthread_mutex_unlock(&departures->mutex);
        pool_wait_end();
        return outcome == GONE ? DEPARTURE_GONE : outcome == REFUSED ? DEPARTURE_REFUSED : DEPARTURE_UNCLEAR;
}

char *departures_pending(Departures *departures, const char *alias)
{
        LOCKED(&departures->mutex);
        const Asked *asked = g_hash_table_lookup(departures->asked, alias);

        if (!asked)
                return NULL;
        return g_strdup_printf("the guest was asked %" G_GINT64_FORMAT
                               " s ago to let go of '%s' and has not done so%s%s",
                               (g_get_monotonic_time() - asked->since) / G_USEC_PER_SEC, alias,
                               asked->words ? "; it said: " : "", asked->words ? asked->words : "");
}

bool departures_wait_tray(Departures *departures, const char *alias, int seconds)
{
        struct timespec limit = pool_wait_limit(seconds * 1000);
        bool open;

        pool_wait_begin();
        pthread_mutex_lock(&departures->mutex);
        while (g_strcmp0(departures->open_tray, alias) != 0 &&
               pthread_cond_timedwait(&departures->wake, &departures->mutex, &limit) == 0)
                ;
        open = g_strcmp0(departures->open_tray, alias) == 0;
        pthread_mutex_unlock(&departures->mutex);
        pool_wait_end();
        return open;
}
