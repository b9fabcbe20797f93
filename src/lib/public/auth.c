/* The default way of asking a person for credentials: the terminal. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib.h>
#include <libvirt/libvirt.h>

#include "util/auto.h"

enum { ANSWER_MAX = 1024 };

/* One line from stdin without its end; false at end of file or when it is too long. */
static bool read_line(char answer[ANSWER_MAX])
{
        size_t length;

        if (!fgets(answer, ANSWER_MAX, stdin))
                return false;
        length = strcspn(answer, "\n");
        if (!answer[length] && !feof(stdin))
                return false;
        answer[length] = '\0';
        return true;
}

/* As read_line() from the terminal, which shows nothing meanwhile. */
static bool read_secret(char answer[ANSWER_MAX])
{
        struct termios shown, hidden;
        bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
        bool read;

        if (terminal) {
                hidden = shown;
                hidden.c_lflag &= ~ECHO;
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        }
        read = read_line(answer);
        if (terminal) {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
                putchar('\n');
        }
        return read;
}

static bool is_secret(int type)
{
        return type == VIR_CRED_PASSPHRASE || type == VIR_CRED_NOECHOPROMPT;
}

/* 0: answered, an empty answer means the default. */
static int ask(virConnectCredentialPtr credential)
{
        char answer[ANSWER_MAX] = "";

        /* Authentication by another program (polkit's agent): nothing is typed here. */
        if (credential->type == VIR_CRED_EXTERNAL)
                return -1;
        if (printf("%s: ", credential->prompt) < 0 || fflush(stdout) != 0)
                return -1;
        if (!(is_secret(credential->type) ? read_secret(answer) : read_line(answer)))
                return -1;
        credential->result = g_strdup(*answer ? answer : credential->defresult ? credential->defresult : "");
        credential->resultlen = strlen(credential->result);
        explicit_bzero(answer, sizeof(answer));
        return 0;
}

static int ask_all(virConnectCredentialPtr credentials, unsigned int n, void *opaque)
{
        for (unsigned i = 0; i < n; i++) {
                if (ask(&credentials[i]) < 0)
                        return -1;
        }
        return 0;
}

static int credential_types[] = {
        VIR_CRED_AUTHNAME,   VIR_CRED_ECHOPROMPT,   VIR_CRED_REALM,
        VIR_CRED_PASSPHRASE, VIR_CRED_NOECHOPROMPT, VIR_CRED_EXTERNAL,
};

static virConnectAuth auth = {
        .credtype = credential_types,
        .ncredtype = ARRAY_SIZE(credential_types),
        .cb = ask_all,
};

virConnectAuthPtr virConnectAuthPtrDefault = &auth;
