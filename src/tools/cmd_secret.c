/* Secrets: what they are for, and their values. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

virSecretPtr secret_get(Shell *shell, const ShellArgs *args)
{
        const char *uuid = NULL;
        virSecretPtr secret;

        if (args_string(shell, args, "secret", &uuid) <= 0)
                return NULL;
        secret = virSecretLookupByUUIDString(connection_of(shell), uuid);
        if (!secret)
                shell_error(shell, "failed to get secret '%s'", uuid);
        return secret;
}

bool cmd_secret_define(Shell *shell, const ShellArgs *args)
{
        unsigned flags = args_has(args, "validate") ? VIR_SECRET_DEFINE_VALIDATE : 0;
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virSecret) secret = NULL;
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        secret = virSecretDefineXML(connection_of(shell), xml, flags);
        if (!secret) {
                shell_error(shell, "Failed to set attributes from %s", path);
                return false;
        }
        if (virSecretGetUUIDString(secret, uuid) < 0) {
                shell_error(shell, "Failed to get UUID of created secret");
                return false;
        }
        shell_print_extra(shell, "Secret %s created\n", uuid);
        return true;
}

bool cmd_secret_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virSecret) secret = secret_get(shell, args);
        g_autofree char *xml = secret ? virSecretGetXMLDesc(secret, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

bool cmd_secret_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virSecret) secret = secret_get(shell, args);

        if (!secret)
                return false;
        if (virSecretUndefine(secret) < 0) {
                shell_error(shell, "Failed to delete secret %s", args_text(args, "secret"));
                return false;
        }
        shell_print_extra(shell, "Secret %s deleted\n", args_text(args, "secret"));
        return true;
}

/* --- values: wiped before their memory goes back --- */

static void wipe(void *value, size_t size)
{
        if (value)
                explicit_bzero(value, size);
        free(value);
}

bool cmd_secret_get_value(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virSecret) secret = secret_get(shell, args);
        unsigned char *value = NULL;
        char *text = NULL;
        size_t size = 0;

        if (!secret)
                return false;
        value = virSecretGetValue(secret, &size, 0);
        if (!value)
                return false;
        if (args_has(args, "plain")) {
                fwrite(value, 1, size, stdout);
                fflush(stdout);
        } else {
                text = g_base64_encode(value, size);
                shell_print(shell, "%s", text);
                wipe(text, strlen(text));
        }
        wipe(value, size);
        return true;
}

/* The value that the options mean, in g_malloc'd memory; NULL after a complaint. */
static unsigned char *given_value(Shell *shell, const ShellArgs *args, size_t *ret_size)
{
        const char *base64 = NULL, *path = NULL;
        unsigned char *value;
        char *text;

        if (args_string(shell, args, "base64", &base64) < 0 || args_string(shell, args, "file", &path) < 0)
                return NULL;
        if (!base64 && !path) {
                shell_error(shell, "Input secret value is missing");
                return NULL;
        }
        if (base64) /* everybody who may list processes has seen it */
                shell_error(shell, "Passing secret value as command-line argument is insecure!");
        text = base64 ? g_strdup(base64) : file_text(shell, path);
        if (!text)
                return NULL;
        if (args_has(args, "plain")) {
                *ret_size = strlen(text);
                return (unsigned char *)text;
        }
        value = g_base64_decode(text, ret_size);
        wipe(text, strlen(text));
        if (*ret_size == 0) {
                g_free(value);
                shell_error(shell, "Invalid base64 data");
                return NULL;
        }
        return value;
}

bool cmd_secret_set_value(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virSecret) secret = NULL;
        unsigned char *value;
        size_t size;
        int r;

        if (!args_exclusive(shell, args, "file", "base64") || !args_exclusive(shell, args, "plain", "base64") ||
            !args_exclusive(shell, args, "interactive", "base64") ||
            !args_exclusive(shell, args, "interactive", "file"))
                return false;
        if (args_has(args, "interactive")) {
                shell_error(shell, "reading a secret from the terminal is not supported: use --file");
                return false;
        }
        secret = secret_get(shell, args);
        value = secret ? given_value(shell, args, &size) : NULL;
        if (!value)
                return false;
        r = virSecretSetValue(secret, value, size, 0);
        wipe(value, size);
        if (r < 0) {
                shell_error(shell, "Failed to set secret value");
                return false;
        }
        shell_print_extra(shell, "Secret value set\n");
        return true;
}

/* --- listing --- */

static const FlagRow filters[] = {
        { "ephemeral", VIR_CONNECT_LIST_SECRETS_EPHEMERAL },
        { "no-ephemeral", VIR_CONNECT_LIST_SECRETS_NO_EPHEMERAL },
        { "private", VIR_CONNECT_LIST_SECRETS_PRIVATE },
        { "no-private", VIR_CONNECT_LIST_SECRETS_NO_PRIVATE },
        { NULL, 0 },
};

static char *usage_of(virSecretPtr secret)
{
        static const char *const types[] = { "none", "volume", "ceph", "iscsi", "tls", "vtpm" };
        int type = virSecretGetUsageType(secret);

        if (type == VIR_SECRET_USAGE_TYPE_NONE)
                return g_strdup("Unused");
        return g_strdup_printf("%s %s", text_of(types, type), virSecretGetUsageID(secret));
}

static int compare_secrets(const void *a, const void *b)
{
        char one[VIR_UUID_STRING_BUFLEN] = "", other[VIR_UUID_STRING_BUFLEN] = "";

        virSecretGetUUIDString(*(virSecretPtr *)a, one);
        virSecretGetUUIDString(*(virSecretPtr *)b, other);
        return strcmp(one, other);
}

bool cmd_secret_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(Table) table = table_new("UUID", "Usage", NULL);
        virSecretPtr *secrets = NULL;
        int n = virConnectListAllSecrets(connection_of(shell), &secrets, flags_given(args, filters));

        if (n < 0) {
                shell_error(shell, "Failed to list secrets");
                return false;
        }
        if (n > 0)
                qsort(secrets, (size_t)n, sizeof(*secrets), compare_secrets);
        for (int i = 0; i < n; i++) {
                char uuid[VIR_UUID_STRING_BUFLEN] = "";
                g_autofree char *usage = usage_of(secrets[i]);

                virSecretGetUUIDString(secrets[i], uuid);
                table_row(table, uuid, usage, NULL);
                virSecretFree(secrets[i]);
        }
        free(secrets);
        table_print(table, shell);
        return true;
}
