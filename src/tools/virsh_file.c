/* Files that users name. */
#include "virsh.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/auto.h"

enum { FILE_MAX = 10 * 1024 * 1024 };

/* @ret_errno of the read; the text so far is dropped on failure. */
static char *read_bounded(int fd, int *ret_errno)
{
        g_autoptr(GString) text = g_string_new(NULL);

        for (;;) {
                char block[16384];
                ssize_t n = read(fd, block, sizeof(block));

                if (n == 0)
                        return g_string_free(g_steal_pointer(&text), FALSE);
                if (n < 0 && errno == EINTR)
                        continue;
                *ret_errno = n < 0 ? errno : EOVERFLOW;
                if (n < 0 || text->len + (gsize)n > FILE_MAX)
                        return NULL;
                g_string_append_len(text, block, n);
        }
}

char *file_text(Shell *shell, const char *path)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
        char *text = NULL;
        int problem = 0;

        if (fd < 0) {
                shell_error(shell, "Failed to open file '%s': %s", path, g_strerror(errno));
                return NULL;
        }
        text = read_bounded(fd, &problem);
        if (!text)
                shell_error(shell, "Failed to read file '%s': %s", path, g_strerror(problem));
        return text;
}

bool fds_given(Shell *shell, const ShellArgs *args, int **ret_fds, unsigned *ret_n)
{
        const char *text = NULL;
        g_auto(GStrv) parts = NULL;
        g_autofree int *fds = NULL;
        unsigned n = 0;
        int given = args_string(shell, args, "pass-fds", &text);

        if (given <= 0)
                return given == 0;
        parts = g_strsplit(text, ",", -1);
        fds = g_new0(int, g_strv_length(parts) + 1);
        for (char **part = parts; *part; part++) {
                char *end = NULL;

                fds[n++] = (int)strtol(*part, &end, 10);
                if (end == *part || *end) {
                        shell_error(shell, "Unable to parse FD number '%s'", *part);
                        return false;
                }
        }
        *ret_fds = g_steal_pointer(&fds);
        *ret_n = n;
        return true;
}
