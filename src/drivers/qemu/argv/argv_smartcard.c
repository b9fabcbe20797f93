/* Smart cards, and USB devices that a client of the display lends to the guest. */
#include <stdio.h>
#include <string.h>

#include "argv/argv.h"
#include "argv/chardev.h"

static int card_of_certificates(const Smartcard *smartcard, Json *json, Error *err)
{
        qdev_string(json, "backend", "certificates");
        if (smartcard->n_certificates != 3)
                return error_set(err, VIR_ERR_XML_ERROR, "host-certificates mode needs exactly three certificates");
        for (size_t i = 0; i < 3; i++) {
                g_autofree char *key = g_strdup_printf("cert%zu", i + 1);

                qdev_string(json, key, smartcard->certificates[i].name);
        }
        qdev_string(json, "db", smartcard->database ? smartcard->database : "/etc/pki/nssdb");
        return 0;
}

static int card(QemuArgv *argv, const Smartcard *smartcard, Json *json, Error *err)
{
        const char *alias = smartcard->info.alias;
        g_autofree char *chardev = g_strdup_printf("char%s", alias);

        switch (smartcard->mode) {
        case SMARTCARD_HOST: qdev_string(json, "backend", "nss-emulated"); return 0;
        case SMARTCARD_HOST_CERTIFICATES: return card_of_certificates(smartcard, json, err);
        default:
                qdev_string(json, "chardev", chardev);
                return argv_chardev(argv, &smartcard->source, alias, CHARDEV_FOR_SMARTCARD, err);
        }
}

static int argv_smartcard(QemuArgv *argv, const Smartcard *smartcard, Error *err)
{
        const char *driver = smartcard->mode == SMARTCARD_PASSTHROUGH ? "ccid-card-passthru" : "ccid-card-emulated";
        g_autoptr(Json) json = qdev_new(driver);

        argv->alias = smartcard->info.alias;
        if (!qemu_caps_has_type(argv->caps, driver))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "this QEMU binary lacks smartcard mode '%s' (device '%s')",
                                 enum_text(SmartcardMode, smartcard->mode), driver);
        if (card(argv, smartcard, json, err) < 0)
                return -1;
        qdev_string(json, "id", smartcard->info.alias);
        if (qdev_address(argv, json, &smartcard->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_smartcards(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_smartcards; i++)
                if (argv_smartcard(argv, &argv->domain->smartcards[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}

/* Redirected devices */

static void add_number(GString *filter, const char *format, const OptUint *number)
{
        if (number->set)
                g_string_append_printf(filter, format, number->value);
        else
                g_string_append(filter, "-1:");
}

/* "1.10" is 0x0110, as devices have it. */
static void add_version(GString *filter, const char *version)
{
        unsigned major = 0, minor = 0;

        if (version && sscanf(version, "%x.%x", &major, &minor) >= 1 && strcmp(version, "-1") != 0)
                g_string_append_printf(filter, "0x%02X%02X:", major & 0xff, minor & 0xff);
        else
                g_string_append(filter, "-1:");
}

static char *filter_text(const Redirfilter *rules)
{
        GString *filter = g_string_new(NULL);

        for (size_t i = 0; i < rules->n_rules; i++) {
                const RedirRule *rule = &rules->rules[i];

                if (i > 0)
                        g_string_append_c(filter, '|');
                add_number(filter, "0x%02X:", &rule->class);
                add_number(filter, "0x%04X:", &rule->vendor);
                add_number(filter, "0x%04X:", &rule->product);
                add_version(filter, rule->version);
                g_string_append(filter, rule->allow == YESNO_YES ? "1" : "0");
        }
        return g_string_free(filter, FALSE);
}

static void add_filter(const QemuArgv *argv, Json *json)
{
        const Redirfilter *rules = argv->domain->redirfilter;
        g_autofree char *filter = rules && rules->n_rules > 0 ? filter_text(rules) : NULL;

        qdev_string(json, "filter", filter);
}

static int argv_redirdev(QemuArgv *argv, const Redirdev *redirdev, Error *err)
{
        g_autofree char *chardev = g_strdup_printf("char%s", redirdev->info.alias);
        g_autoptr(Json) json = NULL;

        argv->alias = redirdev->info.alias;
        if (!qemu_caps_has_type(argv->caps, "usb-redir"))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "USB redirection is not supported by this version of QEMU");
        if (argv_chardev(argv, &redirdev->source, redirdev->info.alias, CHARDEV_FOR_REDIRDEV, err) < 0)
                return -1;
        json = qdev_new("usb-redir");
        qdev_string(json, "chardev", chardev);
        qdev_string(json, "id", redirdev->info.alias);
        add_filter(argv, json);
        qdev_boot(argv, json, &redirdev->info, 0);
        if (qdev_address(argv, json, &redirdev->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_redirdevs(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_redirdevs; i++)
                if (argv_redirdev(argv, &argv->domain->redirdevs[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}
