/* The uuid by which management programs know this host. */
#include <errno.h>
#include <string.h>

#include "host_files.h"
#include "util/file.h"
#include "util/host.h"

/* Firmware is known to say all zeros or all ones. */
static bool parse_valid(const char *text, unsigned char uuid[UUID_LENGTH])
{
        return text && uuid_parse(text, uuid) && uuid_is_valid(uuid);
}

static bool from_source(const char *root, HostUuidSource source, unsigned char uuid[UUID_LENGTH])
{
        static const char *const smbios[] = { "/sys/class/dmi/id/product_uuid",
                                              "/sys/devices/virtual/dmi/id/product_uuid" };
        g_autofree char *id = NULL;

        if (source == HOST_UUID_MACHINE_ID) {
                id = host_file_text(root, "/etc/machine-id");
                return parse_valid(id, uuid);
        }
        for (size_t i = 0; i < G_N_ELEMENTS(smbios); i++) {
                g_autofree char *text = host_file_text(root, "%s", smbios[i]);

                if (parse_valid(text, uuid))
                        return true;
        }
        return false;
}

/* The one that we made once, or make now. */
static int from_folder(const char *folder, unsigned char ret_uuid[UUID_LENGTH], Error *err)
{
        g_autofree char *path = g_build_filename(folder, "host-uuid", NULL);
        g_autofree char *text = host_file_text("", "%s", path);
        char line[UUID_TEXT_LENGTH + 1];

        if (parse_valid(text, ret_uuid))
                return 0;
        uuid_generate(ret_uuid);
        uuid_format(ret_uuid, line);
        line[UUID_TEXT_LENGTH - 1] = '\n';
        if (dir_make(folder, 0755, err) < 0)
                return -1;
        return file_replace(path, line, UUID_TEXT_LENGTH, 0644, err);
}

static char *configured_setting;
static HostUuidSource configured_source = HOST_UUID_SMBIOS;

void host_uuid_configure(const char *setting, HostUuidSource source)
{
        g_free(configured_setting);
        configured_setting = g_strdup(setting);
        configured_source = source;
}

int host_uuid(const char *root, const char *setting, HostUuidSource source, const char *folder,
              unsigned char ret_uuid[UUID_LENGTH], Error *err)
{
        unsigned char uuid[UUID_LENGTH];

        if (!setting && source == HOST_UUID_SMBIOS) {
                setting = configured_setting;
                source = configured_source;
        }
        if (setting) {
                if (!parse_valid(setting, uuid))
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "host UUID '%s' is not a valid uuid", setting);
        } else if (!from_source(root, source, uuid) && from_folder(folder, uuid, err) < 0) {
                return -1;
        }
        memcpy(ret_uuid, uuid, UUID_LENGTH);
        return 0;
}
