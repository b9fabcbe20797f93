/* A command shell made of tables: words become a command and its options, a handler runs, the outcome is reported.
 * virsh is one program on top of it; another brings its own tables and its own connection. Knows no hypervisor. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <glib.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

typedef struct Shell Shell;
typedef struct ShellArgs ShellArgs;
typedef struct ShellCommand ShellCommand;

typedef enum {
        OPTION_BOOL,
        OPTION_INT,
        OPTION_STRING,
        OPTION_DATA,  /* a required word, named <option> in messages */
        OPTION_ARGV,  /* any number of words */
        OPTION_ALIAS, /* another spelling: @help is the option it stands for, perhaps with "=value" */
} OptionType;

enum {
        OPTION_REQUIRED = 1 << 0,
        OPTION_NAMED = 1 << 1,    /* only as --option, never by position */
        OPTION_EMPTY_OK = 1 << 2, /* an empty value is meant as such */
};

/** A completer returns candidates (g_strfreev) or NULL; it must not print. @variant comes from the option's row. */
typedef char **(*ShellCompleter)(Shell *shell, const ShellArgs *args, unsigned variant);

typedef struct ShellOption {
        const char *name; /* NULL ends a table */
        OptionType type;
        unsigned flags;
        const char *help;
        ShellCompleter completer;
        unsigned variant;
} ShellOption;

enum {
        COMMAND_OFFLINE = 1 << 0, /* runs without a connection */
        COMMAND_HIDDEN = 1 << 1,  /* works, but help does not list it */
};

/** A handler returns whether it succeeded; it has printed its own complaint, the shell adds the library's error. */
typedef bool (*ShellHandler)(Shell *shell, const ShellArgs *args);

struct ShellCommand {
        const char *name; /* NULL ends a table */
        ShellHandler run; /* NULL: known, but not supported yet */
        unsigned flags;
        const ShellOption *options; /* NULL: none */
        const char *help;           /* one line */
        const char *description;    /* NULL: the line says it all */
};

typedef struct ShellGroup {
        const char *keyword; /* NULL ends the table */
        const char *title;
        const ShellCommand *const *tables; /* NULL-terminated list of command tables */
} ShellGroup;

typedef struct ShellProgram {
        const char *name;       /* "virsh": prompt, history, messages */
        const char *env_prefix; /* "VIRSH": VIRSH_DEBUG, VIRSH_LOG_FILE, VIRSH_HISTSIZE */
        const ShellGroup *groups;
        const char *welcome;
        const char *(*prompt)(Shell *shell);
        /** Connect unless connected; complains itself. */
        bool (*connect)(Shell *shell);
        /** What has to work before the commands of a line, which have been understood, run. */
        bool (*ready)(Shell *shell);
} ShellProgram;

enum { SHELL_LEVEL_DEBUG, SHELL_LEVEL_INFO, SHELL_LEVEL_NOTICE, SHELL_LEVEL_WARNING, SHELL_LEVEL_ERROR };

struct Shell {
        const ShellProgram *program;
        bool quiet;
        bool timing;
        bool interactive;
        bool leaving;  /* exit or quit was given */
        int debug;     /* SHELL_LEVEL_...: lower ones are not shown */
        int log_fd;    /* -1: no log file */
        char *history; /* path of the history file while it is in use */
        GThread *event_thread;
        int event_timer;
        bool event_stop; /* atomic */
};

/* --- life --- */
bool shell_init(Shell *shell, const ShellProgram *program); /* environment, error hook; before options are read */
bool shell_start_events(Shell *shell);                      /* the default event loop, in a thread of its own */
void shell_done(Shell *shell);
bool shell_set_debug(Shell *shell, const char *text); /* false: not a number; out of range is only reported */
bool shell_set_log(Shell *shell, const char *path);

/* --- running (shell.c) --- */
bool shell_run_line(Shell *shell, const char *line);                 /* commands separated by ';' or line ends */
bool shell_run_words(Shell *shell, char *const *words, int n_words); /* one command, already split */
bool shell_run(Shell *shell, const ShellArgs *args);
void shell_interact(Shell *shell); /* reads lines until exit (shell_readline.c) */

/* --- tables --- */
const ShellCommand *shell_find_command(const Shell *shell, const char *name);
const ShellGroup *shell_find_group(const Shell *shell, const char *keyword);
const ShellOption *command_find_option(const ShellCommand *command, const char *name, size_t length);

/* --- words (shell_words.c) --- */
enum { WORDS_COMMAND, WORDS_END, WORDS_FAILED };
/**
 * words_next: split the next command off *@line, up to ';' or a line end. WORDS_COMMAND with at least one word in
 * @ret_words, WORDS_END, or WORDS_FAILED with the complaint in @ret_problem (static).
 */
int words_next(const char **line, GPtrArray **ret_words, const char **ret_problem);
char *words_quote_shell(const char *text);   /* always a fresh copy */
char **words_split_commas(const char *text); /* "a,b,,c" is "a" and "b,c" */

/* --- options given with a command (shell_args.c) --- */
/** args_parse: the first word names the command. NULL after a complaint. */
ShellArgs *args_parse(Shell *shell, char *const *words, int n_words);
/** args_parse_partial: as far as @words make sense, without a complaint; for completion. May be NULL. */
ShellArgs *args_parse_partial(Shell *shell, char *const *words, int n_words);
ShellArgs *args_free(ShellArgs *args);
const ShellCommand *args_command(const ShellArgs *args);
bool args_wants_help(const ShellArgs *args);
bool args_has(const ShellArgs *args, const char *name);
bool args_knows(const ShellArgs *args, const char *name);
/** args_text: the raw value or NULL; borrowed; empty values are returned as they are. */
const char *args_text(const ShellArgs *args, const char *name);
/** args_positional_next: the option that would take the next plain word, NULL if none. */
const ShellOption *args_positional_next(const ShellArgs *args);

/* Values: 1 given, 0 absent (*ret untouched), -1 unusable after a complaint. */
int args_string(Shell *shell, const ShellArgs *args, const char *name, const char **ret);
int args_int(Shell *shell, const ShellArgs *args, const char *name, int *ret);
int args_uint(Shell *shell, const ShellArgs *args, const char *name, unsigned *ret);
int args_int64(Shell *shell, const ShellArgs *args, const char *name, long long *ret);
int args_uint64(Shell *shell, const ShellArgs *args, const char *name, unsigned long long *ret);
int args_ulong_wrap(Shell *shell, const ShellArgs *args, const char *name, unsigned long *ret); /* "-1" is the most */
/** args_scaled: "4G", "512MiB", "10" (times @unit); at most @max. */
int args_scaled(Shell *shell, const ShellArgs *args, const char *name, unsigned long long unit, unsigned long long max,
                unsigned long long *ret);
/** args_timeout_ms: --timeout in seconds, at least 1, as milliseconds. */
int args_timeout_ms(Shell *shell, const ShellArgs *args, int *ret);
/** args_words: the values of an argv option; a borrowed, NULL-terminated array (g_free the array). */
const char **args_words(const ShellArgs *args, const char *name);
/** args_exclusive: false after a complaint when both are given. */
bool args_exclusive(Shell *shell, const ShellArgs *args, const char *one, const char *other);
/** args_requires: false after a complaint when @one is given without @other. */
bool args_requires(Shell *shell, const ShellArgs *args, const char *one, const char *other);

/** scale_number: "4G" times @unit; 0, or -1 with a complaint, its second line in *ret_detail: NULL where there is none. */
int scale_number(const char *text, unsigned long long unit, unsigned long long max, unsigned long long *ret,
                 char **ret_detail);

/* --- output (shell_output.c) --- */
void shell_print(Shell *shell, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** shell_print_extra: dropped by --quiet. */
void shell_print_extra(Shell *shell, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** shell_error: "error: ..." on stderr, after what stdout holds. */
void shell_error(Shell *shell, const char *format, ...) G_GNUC_PRINTF(2, 3);
void shell_debug(Shell *shell, int level, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** shell_report: the library's error of the failed command, if there is one. */
void shell_report(Shell *shell);
/** shell_forget_error: what went wrong was expected. */
void shell_forget_error(void);
/** shell_save_error: keep the calling thread's error even if later calls reset it. */
void shell_save_error(void);
/** shell_error_code: of the error kept for the report; VIR_ERR_OK: none. */
int shell_error_code(void);
/** An error moves from the thread where it happened to the one that reports: steal there, adopt here. */
virErrorPtr shell_steal_error(void);
void shell_adopt_error(virErrorPtr error);

/* --- tables on the terminal (shell_table.c) --- */
typedef struct Table Table;
Table *table_new(const char *first, ...) G_GNUC_NULL_TERMINATED; /* the headings */
Table *table_free(Table *table);
void table_row(Table *table, const char *first, ...) G_GNUC_NULL_TERMINATED;
/** table_print: without headings when quiet. */
void table_print(Table *table, Shell *shell);
char *table_format(const Table *table, bool headings);

/* --- help and completion --- */
bool shell_help(Shell *shell, const char *name); /* shell_help.c; NULL: everything */
bool shell_help_command(Shell *shell, const ShellCommand *command);
void shell_help_list(Shell *shell);
/** shell_complete: candidates for the last of @words (which may be ""); free with g_strfreev(). */
char **shell_complete(Shell *shell, char *const *words, int n_words);

/* Handlers every shell has; programs put their rows in a group. */
extern const ShellCommand shell_own_commands[];

/* --- waiting (shell_wait.c) --- */
enum { WAIT_DONE, WAIT_TIMEOUT, WAIT_INTERRUPTED };
typedef struct ShellWait ShellWait;
/** wait_begin: until wait_end() Ctrl-C ends a wait_for() and does not end the program. */
ShellWait *wait_begin(void);
ShellWait *wait_end(ShellWait *wait); /* returns NULL */
/** wait_wake: from any thread; the wait_for() in progress, or the next, returns WAIT_DONE. */
void wait_wake(ShellWait *wait);
int wait_for(ShellWait *wait, int timeout_ms); /* -1: no limit */
/** wait_rearm: the interruption was heard; the next wait_for() waits again. */
void wait_rearm(ShellWait *wait);

/* --- editing a text with the user's editor (shell_edit.c) --- */
/** edit_text: @text in the editor; NULL after a complaint. The caller frees. */
char *edit_text(Shell *shell, const char *text);
/** edit_again: ask what to do with a text that was refused: 'y' edit again, 'n' give up, 'f' force, 'i' no checks. */
int edit_again(Shell *shell, const char *why, bool can_relax);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShellArgs, args_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShellWait, wait_end)
