/* The console's bytes go both ways in the event thread; the main thread waits for the end. */
#include "console.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CONSOLE_BUFFER_MAX = 1 << 20 };

typedef struct Console {
        Shell *shell;
        virStreamPtr stream;
        ShellWait *wait;
        int stdin_watch;
        int stdout_watch;
        GByteArray *to_guest;
        GByteArray *to_user;
        char escape;
        bool stdin_closed;
        bool over;    /* all under lock, as the event thread may be behind */
        char *failed; /* why, if not by choice */
        GMutex lock;
} Console;

/* Each callback may be the last one. */
static void finish(Console *console, const char *why)
{
        if (console->over)
                return;
        console->over = true;
        if (why) {
                console->failed = g_strdup(why);
                shell_save_error();
        }
        wait_wake(console->wait);
}

static void update_watches(Console *console)
{
        int events = 0;

        if (console->over)
                return;
        /* A full buffer stops its source until the other side has taken some. */
        if (console->to_user->len < CONSOLE_BUFFER_MAX)
                events |= VIR_STREAM_EVENT_READABLE;
        if (console->to_guest->len > 0)
                events |= VIR_STREAM_EVENT_WRITABLE;
        virStreamEventUpdateCallback(console->stream, events);
        virEventUpdateHandle(console->stdout_watch, console->to_user->len ? VIR_EVENT_HANDLE_WRITABLE : 0);
        virEventUpdateHandle(console->stdin_watch, console->stdin_closed || console->to_guest->len >= CONSOLE_BUFFER_MAX
                                                           ? 0
                                                           : VIR_EVENT_HANDLE_READABLE);
}

/* False: nothing more will come. */
static bool receive(Console *console)
{
        char block[4096];
        int n = virStreamRecv(console->stream, block, sizeof(block));

        if (n == -2)
                return true;
        if (n <= 0) {
                finish(console, n < 0 ? "cannot receive from the console" : NULL);
                return false;
        }
        g_byte_array_append(console->to_user, (const guint8 *)block, (guint)n);
        return true;
}

static void on_stream(virStreamPtr stream, int events, void *opaque)
{
        Console *console = (Console *)opaque;

        g_mutex_lock(&console->lock);
        if (!console->over && (events & VIR_STREAM_EVENT_READABLE))
                receive(console);
        if (!console->over && (events & VIR_STREAM_EVENT_WRITABLE) && console->to_guest->len > 0) {
                int n = virStreamSend(stream, (const char *)console->to_guest->data, console->to_guest->len);

                if (n == -1)
                        finish(console, "cannot send to the console");
                else if (n > 0)
                        g_byte_array_remove_range(console->to_guest, 0, (guint)n);
        }
        if (!console->over && (events & (VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP))) {
                /* What the guest said last may still be on the way. */
                while (!console->over && receive(console) && console->to_user->len < CONSOLE_BUFFER_MAX) {
                }
        }
        update_watches(console);
        g_mutex_unlock(&console->lock);
}

static void take_input(Console *console, int fd)
{
        char block[1024];
        ssize_t n = read(fd, block, sizeof(block));
        const char *escape = NULL;

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return;
        if (n < 0) {
                finish(console, "cannot read from stdin");
                return;
        }
        if (n == 0) {
                /* A pipe that has ended is the end of what the user wants to say. */
                console->stdin_closed = true;
                finish(console, NULL);
                return;
        }
        escape = memchr(block, console->escape, (size_t)n);
        if (escape) {
                finish(console, NULL);
                return;
        }
        g_byte_array_append(console->to_guest, (const guint8 *)block, (guint)n);
}

static void on_stdin(int watch, int fd, int events, void *opaque)
{
        Console *console = (Console *)opaque;

        (void)watch;
        g_mutex_lock(&console->lock);
        if (!console->over && (events & VIR_EVENT_HANDLE_READABLE))
                take_input(console, fd);
        else if (!console->over && (events & (VIR_EVENT_HANDLE_ERROR | VIR_EVENT_HANDLE_HANGUP)))
                finish(console, NULL);
        update_watches(console);
        g_mutex_unlock(&console->lock);
}

/* What there is to show, as much as the terminal takes now. */
static void show(Console *console, int fd)
{
        ssize_t n = write(fd, console->to_user->data, console->to_user->len);

        if (n > 0)
                g_byte_array_remove_range(console->to_user, 0, (guint)n);
        else if (n < 0 && errno != EAGAIN && errno != EINTR)
                finish(console, "cannot write to stdout");
}

static void on_stdout(int watch, int fd, int events, void *opaque)
{
        Console *console = (Console *)opaque;

        (void)watch;
        g_mutex_lock(&console->lock);
        if (!console->over && (events & VIR_EVENT_HANDLE_WRITABLE) && console->to_user->len > 0)
                show(console, fd);
        else if (!console->over && (events & (VIR_EVENT_HANDLE_ERROR | VIR_EVENT_HANDLE_HANGUP)))
                finish(console, "the terminal is gone");
        update_watches(console);
        g_mutex_unlock(&console->lock);
}

static bool terminal_raw(Shell *shell, struct termios *ret_old)
{
        struct termios raw;

        if (!isatty(STDIN_FILENO))
                return true;
        if (tcgetattr(STDIN_FILENO, ret_old) < 0) {
                shell_error(shell, "unable to get tty attributes: %s", g_strerror(errno));
                return false;
        }
        raw = *ret_old;
        cfmakeraw(&raw);
        /* The flush would drop what was typed ahead. */
        if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0) {
                shell_error(shell, "unable to set tty attributes: %s", g_strerror(errno));
                return false;
        }
        return true;
}

static void terminal_restore(const struct termios *old)
{
        if (isatty(STDIN_FILENO))
                tcsetattr(STDIN_FILENO, TCSAFLUSH, old);
}

static bool attach(Console *console)
{
        console->stdin_watch = virEventAddHandle(STDIN_FILENO, VIR_EVENT_HANDLE_READABLE, on_stdin, console, NULL);
        console->stdout_watch = virEventAddHandle(STDOUT_FILENO, 0, on_stdout, console, NULL);
        return console->stdin_watch >= 0 && console->stdout_watch >= 0 &&
               virStreamEventAddCallback(console->stream, VIR_STREAM_EVENT_READABLE, on_stream, console, NULL) == 0;
}

static void on_drained(int timer, void *opaque)
{
        Console *console = (Console *)opaque;

        virEventRemoveTimeout(timer);
        wait_wake(console->wait);
}

/* Once a timer that is set after the removals has fired, no callback of ours is running or will run. */
static void detach(Console *console)
{
        virStreamEventRemoveCallback(console->stream);
        if (console->stdin_watch >= 0)
                virEventRemoveHandle(console->stdin_watch);
        if (console->stdout_watch >= 0)
                virEventRemoveHandle(console->stdout_watch);
        while (wait_for(console->wait, 0) == WAIT_DONE) {
        }
        if (virEventAddTimeout(0, on_drained, console, NULL) >= 0)
                wait_for(console->wait, -1);
}

static bool run_on_stream(Shell *shell, virDomainPtr domain, virStreamPtr stream, bool resume)
{
        Console console = { .shell = shell, .stream = stream, .stdin_watch = -1, .stdout_watch = -1 };
        struct termios old;
        bool good = false;

        if (!terminal_raw(shell, &old))
                return false;
        g_mutex_init(&console.lock);
        console.escape = virsh_of(shell)->escape_character;
        console.to_guest = g_byte_array_new();
        console.to_user = g_byte_array_new();
        console.wait = wait_begin();
        good = attach(&console) && (!resume || virDomainResume(domain) == 0);
        if (good)
                wait_for(console.wait, -1);
        detach(&console);
        console.wait = wait_end(console.wait);
        /* The rest of the last screen. */
        if (console.to_user->len > 0 && write(STDOUT_FILENO, console.to_user->data, console.to_user->len) < 0)
                good = false;
        terminal_restore(&old);
        if (console.failed) {
                shell_error(shell, "%s", console.failed);
                good = false;
        }
        if (!good)
                virStreamAbort(stream);
        else if (virStreamFinish(stream) < 0)
                shell_forget_error();
        g_free(console.failed);
        g_byte_array_unref(console.to_guest);
        g_byte_array_unref(console.to_user);
        g_mutex_clear(&console.lock);
        return good;
}

static void greet(Shell *shell, virDomainPtr domain)
{
        const Virsh *virsh = virsh_of(shell);

        shell_print_extra(shell, "Connected to domain '%s'\n", virDomainGetName(domain));
        shell_print_extra(shell, "Escape character is %s", virsh->escape);
        if (virsh->escape[0] == '^')
                shell_print_extra(shell, " (Ctrl + %c)", virsh->escape[1]);
        shell_print_extra(shell, "\n");
        fflush(stdout);
}

bool console_run(Shell *shell, virDomainPtr domain, const char *device, unsigned flags, bool resume)
{
        g_autoptr(virStream) stream = NULL;
        int state = domain_state(domain, NULL);

        if (state < 0) {
                shell_error(shell, "Unable to get domain status");
                return false;
        }
        if (state == VIR_DOMAIN_SHUTOFF) {
                shell_error(shell, "The domain is not running");
                return false;
        }
        if (!isatty(STDIN_FILENO)) {
                shell_error(shell, "Cannot run interactive console without a controlling TTY");
                return false;
        }
        greet(shell, domain);
        stream = virStreamNew(connection_of(shell), VIR_STREAM_NONBLOCK);
        if (!stream || virDomainOpenConsole(domain, device, stream, flags) < 0)
                return false;
        return run_on_stream(shell, domain, stream, resume);
}
