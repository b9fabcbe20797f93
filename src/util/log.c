/* Log messages: which of them pass, and to which outputs. The outputs themselves are in log_output.c. */
#include "util/log.h"

#include <errno.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log_private.h"
#include "util/auto.h"

typedef struct Filter {
        LogLevel level;
        char *match;   /* as it was given */
        char *pattern; /* for fnmatch(): the match anywhere in the source's name */
} Filter;

/* What is in force. Published whole and never changed: writers hold a reference, so that none waits for another. */
typedef struct Config {
        unsigned refs; /* protected by config_lock */
        LogLevel level;
        GPtrArray *filters; /* the first that matches decides */
        GPtrArray *outputs;
} Config;

/* Protects the pointer and the reference counts; held for a few instructions. Never during output. */
static pthread_mutex_t config_lock = PTHREAD_MUTEX_INITIALIZER;
static Config *config;

/* Keeps two changes of the settings apart. */
static pthread_mutex_t change_lock = PTHREAD_MUTEX_INITIALIZER;

/* No message below this passes, whatever its source: the cheap test. */
static atomic_int lowest = LOG_WARN;

static void filter_free(void *opaque)
{
        Filter *filter = opaque;

        g_free(filter->match);
        g_free(filter->pattern);
        g_free(filter);
}

static void output_free(void *opaque)
{
        log_output_free(opaque);
}

static GPtrArray *default_outputs(void)
{
        GPtrArray *outputs = g_ptr_array_new_with_free_func(output_free);

        g_ptr_array_add(outputs, log_output_open("1:stderr", NULL));
        return outputs;
}

static Config *config_new(LogLevel level, GPtrArray *filters, GPtrArray *outputs)
{
        Config *made = g_new0(Config, 1);

        made->refs = 1;
        made->level = level;
        made->filters = filters;
        made->outputs = outputs;
        return made;
}

static Config *config_hold(void)
{
        LOCKED(&config_lock);

        if (!config)
                config = config_new(LOG_WARN, g_ptr_array_new_with_free_func(filter_free), default_outputs());
        config->refs++;
        return config;
}

static void config_drop(Config *held)
{
        pthread_mutex_lock(&config_lock);
        unsigned refs = --held->refs;
        pthread_mutex_unlock(&config_lock);

        if (refs > 0)
                return;
        g_ptr_array_unref(held->filters);
        g_ptr_array_unref(held->outputs);
        g_free(held);
}

static LogLevel lowest_level(const Config *of)
{
        LogLevel level = of->level;

        for (guint i = 0; i < of->filters->len; i++)
                level = MIN(level, ((const Filter *)g_ptr_array_index(of->filters, i))->level);
        return level;
}

/* Puts @made in the place of what is in force. */
static void publish(Config *made)
{
        Config *old;

        pthread_mutex_lock(&config_lock);
        old = config;
        config = made;
        atomic_store(&lowest, lowest_level(made));
        pthread_mutex_unlock(&config_lock);
        config_drop(old);
}

static LogLevel level_for(const Config *held, const char *source)
{
        for (guint i = 0; i < held->filters->len; i++) {
                const Filter *filter = g_ptr_array_index(held->filters, i);

                if (fnmatch(filter->pattern, source, 0) == 0)
                        return filter->level;
        }
        return held->level;
}

/* One message is one line: what came from outside must not forge a second one. */
static void flatten(char *text)
{
        for (; *text; text++)
                if ((unsigned char)*text < ' ' || *text == 0x7f)
                        *text = ' ';
}

static void write_out(const Config *held, const LogRecord *record)
{
        for (guint i = 0; i < held->outputs->len; i++) {
                const LogOutput *output = g_ptr_array_index(held->outputs, i);

                if (record->level >= output->level)
                        log_output_write(output, record);
        }
}

void log_message(LogLevel level, const char *source, const char *file, int line, const char *function,
                 const char *format, ...)
{
        int saved = errno; /* a log line between a failing call and its report changes nothing */
        g_autofree char *text = NULL;
        LogRecord record = { .level = level, .source = source, .file = file, .function = function, .line = line };
        Config *held;
        va_list args;

        if ((int)level < atomic_load_explicit(&lowest, memory_order_relaxed))
                return;
        held = config_hold();
        if (level >= level_for(held, source)) {
                va_start(args, format);
                text = g_strdup_vprintf(format, args);
                va_end(args);
                flatten(text);
                record.text = text;
                record.thread = syscall(SYS_gettid);
                write_out(held, &record);
        }
        config_drop(held);
        errno = saved;
}

static void *filter_parse(const char *text, Error *err)
{
        LogLevel level;
        const char *match;
        Filter *filter;

        if (log_level_parse(text, &level, &match, err) < 0)
                return NULL;
        if (*match == '+') /* once asked for a stack trace */
                match++;
        if (*match == '\0')
                return error_null(err, VIR_ERR_INVALID_ARG, "log filter '%s' matches nothing", text);
        filter = g_new0(Filter, 1);
        filter->level = level;
        filter->match = g_strdup(match);
        filter->pattern = g_strdup_printf("*%s*", match);
        return filter;
}

static void *output_parse(const char *text, Error *err)
{
        return log_output_open(text, err);
}

/* The blank separated words of @text, each made by @parse, into a new array. */
static GPtrArray *parse_all(const char *text, void *(*parse)(const char *word, Error *err), GDestroyNotify free_one,
                            Error *err)
{
        g_auto(GStrv) parts = g_strsplit_set(text, " \t\n", -1);
        g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_one);

        for (char **part = parts; *part; part++) {
                void *one;

                if (**part == '\0')
                        continue;
                one = parse(*part, err);
                if (!one)
                        return NULL;
                g_ptr_array_add(all, one);
        }
        return g_steal_pointer(&all);
}

int log_set_filters(const char *filters, Error *err)
{
        GPtrArray *parsed = parse_all(filters ? filters : "", filter_parse, filter_free, err);
        Config *held;

        if (!parsed)
                return -1;
        LOCKED(&change_lock);
        held = config_hold();
        publish(config_new(held->level, parsed, g_ptr_array_ref(held->outputs)));
        config_drop(held);
        return 0;
}

int log_set_outputs(const char *outputs, Error *err)
{
        GPtrArray *parsed = parse_all(outputs ? outputs : "", output_parse, output_free, err);
        Config *held;

        if (!parsed)
                return -1;
        if (parsed->len == 0) {
                g_ptr_array_unref(parsed);
                parsed = default_outputs();
        }
        LOCKED(&change_lock);
        held = config_hold();
        publish(config_new(held->level, g_ptr_array_ref(held->filters), parsed));
        config_drop(held);
        return 0;
}

int log_set_level(int level, Error *err)
{
        Config *held;

        if (level < LOG_DEBUG || level > LOG_ERROR)
                return error_set(err, VIR_ERR_INVALID_ARG, "log level %d is not from 1 to 4", level);
        LOCKED(&change_lock);
        held = config_hold();
        publish(config_new((LogLevel)level, g_ptr_array_ref(held->filters), g_ptr_array_ref(held->outputs)));
        config_drop(held);
        return 0;
}

int log_level_named(const char *text, int otherwise)
{
        static const char *const names[] = { "debug", "info", "warning", "error" };

        for (size_t i = 0; *text && i < ARRAY_SIZE(names); i++)
                if (g_str_has_prefix(names[i], text) || (text[0] == (char)('1' + i) && !text[1]))
                        return (int)i + 1;
        return otherwise;
}

char *log_get_filters(void)
{
        GString *text = g_string_new(NULL);
        Config *held = config_hold();

        for (guint i = 0; i < held->filters->len; i++) {
                const Filter *filter = g_ptr_array_index(held->filters, i);

                g_string_append_printf(text, "%s%d:%s", i ? " " : "", filter->level, filter->match);
        }
        config_drop(held);
        return g_string_free(text, FALSE);
}

char *log_get_outputs(void)
{
        GString *text = g_string_new(NULL);
        Config *held = config_hold();

        for (guint i = 0; i < held->outputs->len; i++) {
                g_autofree char *one = log_output_format(g_ptr_array_index(held->outputs, i));

                g_string_append_printf(text, "%s%s", i ? " " : "", one);
        }
        config_drop(held);
        return g_string_free(text, FALSE);
}

int log_get_level(void)
{
        Config *held = config_hold();
        int level = held->level;

        config_drop(held);
        return level;
}
