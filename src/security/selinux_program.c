/* Programs that work for a guest and that policy may know: which domain theirs is. The kernel is asked by its files, so
 * that it takes no library. */
#include "selinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"

enum { CONTEXT_MAX = 4096, NUMBER_MAX = 64 };

static char *read_line(const char *path, size_t max, Error *err)
{
        g_autofree char *text = NULL;

        return file_read(path, max, &text, NULL, err) < 0 ? NULL : g_steal_pointer(&text);
}

/* A question is written, the answer read from the same file. */
static char *ask(const char *path, const char *question, Error *err)
{
        AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC);
        char answer[CONTEXT_MAX + 1];
        ssize_t n;

        if (fd < 0 || write(fd, question, strlen(question)) < 0)
                return error_errno(err, errno, "cannot ask policy by '%s'", path), NULL;
        n = read(fd, answer, CONTEXT_MAX);
        if (n <= 0)
                return error_errno(err, n < 0 ? errno : EPROTO, "policy does not answer by '%s'", path), NULL;
        answer[n] = '\0';
        return g_strdup(answer);
}

char *selinux_transition(const char *kernel, const char *own, const char *file, Error *err)
{
        g_autofree char *class_path = g_build_filename(kernel, "class", "process", "index", NULL);
        g_autofree char *path = g_build_filename(kernel, "create", NULL);
        g_autofree char *class = read_line(class_path, NUMBER_MAX, err);
        g_autofree char *question = NULL;

        if (!class)
                return NULL;
        question = g_strdup_printf("%s %s %s", own, file, g_strstrip(class));
        return ask(path, question, err);
}

char *selinux_program(const char *label, const char *program, Error *err)
{
        char file[CONTEXT_MAX + 1] = "";
        ssize_t length = getxattr(program, "security.selinux", file, CONTEXT_MAX);
        g_autofree char *own = NULL;
        g_autofree char *natural = NULL;
        const char *range = selinux_range(label);

        if (length < 0 && errno != ENODATA && errno != ENOTSUP)
                return error_errno(err, errno, "cannot look at the label of '%s'", program), NULL;
        /* Policy knows programs by the labels of their files. */
        if (length <= 0)
                return g_strdup(label);
        own = read_line("/proc/self/attr/current", CONTEXT_MAX, err);
        natural = own ? selinux_transition("/sys/fs/selinux", g_strchomp(own), file, err) : NULL;
        if (!natural)
                return NULL;
        return range ? selinux_with_range(natural, range) : g_steal_pointer(&natural);
}
