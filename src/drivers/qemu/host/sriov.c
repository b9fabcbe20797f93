/* See sriov.h. A function has a link to the card's own ("physfn"), and that one a link to each ("virtfn0", ...). */
#include "host/sriov.h"

#include <string.h>

#include "util/file.h"
#include "util/text.h"

#define FUNCTION_LINK "virtfn"

enum { VALUE_MAX = 256 };

static char *pci_folder(const char *root, const char *name)
{
        return g_build_filename(root, "/sys/bus/pci/devices", name, NULL);
}

static char *link_name(const char *folder, const char *link)
{
        g_autofree char *path = g_build_filename(folder, link, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        return target ? g_path_get_basename(target) : NULL;
}

/* A card that switches between its functions has interfaces for the other ends of their cables too ("pf0vf3"). */
static bool is_other_end(const char *folder, const char *name)
{
        g_autofree char *path = g_build_filename(folder, name, "phys_port_name", NULL);
        g_autofree char *port = NULL;

        return file_read(path, VALUE_MAX, &port, NULL, NULL) == 0 && (strstr(port, "vf") || strstr(port, "sf"));
}

/* NULL: the device whose @folder this is has none. */
static char *interface_of(const char *folder)
{
        g_autofree char *net = g_build_filename(folder, "net", NULL);
        g_auto(GStrv) names = NULL;

        if (dir_list(net, NULL, &names, NULL) < 0)
                return NULL;
        for (char **name = names; *name; name++)
                if (!is_other_end(net, *name))
                        return g_strdup(*name);
        return NULL;
}

static bool find_index(const char *card, const char *name, unsigned *ret_index)
{
        g_auto(GStrv) links = NULL;

        if (dir_list(card, NULL, &links, NULL) < 0)
                return false;
        for (char **link = links; *link; link++) {
                g_autofree char *function = g_str_has_prefix(*link, FUNCTION_LINK) ? link_name(card, *link) : NULL;

                if (g_strcmp0(function, name) == 0)
                        return text_to_uint(*link + strlen(FUNCTION_LINK), 10, ret_index);
        }
        return false;
}

int sriov_function(const char *root, const char *name, char **ret_pf, unsigned *ret_index, Error *err)
{
        g_autofree char *folder = pci_folder(root, name);
        g_autofree char *owner = link_name(folder, "physfn");
        g_autofree char *card = owner ? pci_folder(root, owner) : NULL;
        g_autofree char *pf = card ? interface_of(card) : NULL;
        unsigned index = 0;

        if (!card)
                return SRIOV_NO_FUNCTION;
        if (!pf)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "The PF device for VF %s has no network device name: no driver of the host has %s, or "
                                 "another network namespace has its interface",
                                 folder, owner);
        if (!find_index(card, name, &index))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s is no Virtual Function of %s, to which it leads",
                                 name, owner);
        *ret_pf = g_steal_pointer(&pf);
        *ret_index = index;
        return SRIOV_FOUND;
}

int sriov_interface(const char *root, const char *name, char **ret_pf, unsigned *ret_index, Error *err)
{
        g_autofree char *folder = g_build_filename(root, "/sys/class/net", name, NULL);
        g_autofree char *device = link_name(folder, "device");

        return device ? sriov_function(root, device, ret_pf, ret_index, err) : SRIOV_NO_FUNCTION;
}

char *sriov_own(const char *root, const char *pf, unsigned index)
{
        g_autofree char *link = g_strdup_printf(FUNCTION_LINK "%u", index);
        g_autofree char *folder = g_build_filename(root, "/sys/class/net", pf, "device", link, NULL);

        return interface_of(folder);
}
