/* What the agent tells of the guest: addresses, names, file systems, users, disks. Numbers of things are bounded; what is
 * missing in one thing leaves that thing out or its field, as the caller's list has room for. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "calls/agent_calls.h"
#include "guest/guest_agent.h"
#include "calls/target.h"
#include "calls/params.h"
#include "rules/settle.h"
#include "util/file.h"

enum { INTERFACES_MAX = 2048, ADDRESSES_MAX = 2048, FILESYSTEMS_MAX = 2048, THINGS_MAX = 2048, ARP_MAX = 1024 * 1024 };

static int check_list(const Json *reply, size_t max, const char *command, Error *err)
{
        if (!json_is_array(reply))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed reply to %s: it is no array", command);
        if (json_length(reply) > max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "too many items (%zu) in the reply to %s; at most %zu are taken", json_length(reply),
                                 command, max);
        return 0;
}

/* Interfaces */

static void interface_free(void *opaque)
{
        virDomainInterfacePtr interface = opaque;

        for (unsigned i = 0; i < interface->naddrs; i++)
                g_free(interface->addrs[i].addr);
        g_free(interface->addrs);
        g_free(interface->name);
        g_free(interface->hwaddr);
        g_free(interface);
}

static virDomainInterfacePtr interface_named(GPtrArray *list, const char *name, const char *mac)
{
        virDomainInterfacePtr interface;

        for (guint i = 0; i < list->len; i++) {
                interface = g_ptr_array_index(list, i);
                if (strcmp(interface->name, name) == 0)
                        return interface;
        }
        interface = g_new0(virDomainInterface, 1);
        interface->name = g_strdup(name);
        interface->hwaddr = g_strdup(mac);
        g_ptr_array_add(list, interface);
        return interface;
}

static void add_address(virDomainInterfacePtr interface, int type, const char *text, unsigned prefix)
{
        interface->addrs = g_renew(virDomainIPAddress, interface->addrs, interface->naddrs + 1);
        interface->addrs[interface->naddrs++] =
                (virDomainIPAddress){ .type = type, .addr = g_strdup(text), .prefix = prefix };
}

static int take_address(virDomainInterfacePtr interface, const Json *item, Error *err)
{
        const char *type = json_get_string(item, "ip-address-type");
        const char *text = json_get_string(item, "ip-address");
        uint64_t prefix = 0;

        if (!type || !text || !json_get_uint(item, "prefix", &prefix) || prefix > 128)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "qemu agent didn't provide a whole address of interface '%s'", interface->name);
        if (strcmp(type, "ipv4") != 0 && strcmp(type, "ipv6") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown ip address type '%s'", type);
        add_address(interface, type[3] == '4' ? VIR_IP_ADDR_TYPE_IPV4 : VIR_IP_ADDR_TYPE_IPV6, text, (unsigned)prefix);
        return 0;
}

static int take_interface(GPtrArray *list, const Json *item, Error *err)
{
        const char *name = json_get_string(item, "name");
        const Json *addresses = json_get(item, "ip-addresses");
        g_auto(GStrv) parts = NULL;
        virDomainInterfacePtr interface;

        if (!name || !*name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "qemu agent didn't provide 'name' of an interface");
        /* A second name of the same interface ("eth0:1") has no list entry of its own. */
        parts = g_strsplit(name, ":", 2);
        interface = interface_named(list, parts[0], json_get_string(item, "hardware-address"));
        if (interface->naddrs + json_length(addresses) > ADDRESSES_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "too many addresses of interface '%s'", name);
        for (size_t i = 0; i < json_length(addresses); i++)
                if (take_address(interface, json_at(addresses, i), err) < 0)
                        return -1;
        return 0;
}

static GPtrArray *ask_interfaces(AgentTalk *talk, Error *err)
{
        g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(interface_free);
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-network-get-interfaces", NULL, &reply, err) < 0 ||
            check_list(reply, INTERFACES_MAX, "guest-network-get-interfaces", err) < 0)
                return NULL;
        for (size_t i = 0; i < json_length(reply); i++)
                if (take_interface(list, json_at(reply, i), err) < 0)
                        return NULL;
        return g_steal_pointer(&list);
}

/* The name on the host, else @mac. */
static const char *nic_with_mac(const Domain *live, const char *mac)
{
        Mac wanted;

        if (!mac_parse(mac, &wanted))
                return NULL;
        for (size_t i = 0; i < live->n_interfaces; i++)
                if (mac_same(&live->interfaces[i].mac, &wanted))
                        return live->interfaces[i].target ? live->interfaces[i].target : mac;
        return NULL;
}

/* What this machine's kernel has seen of the guest's interfaces. */
static GPtrArray *arp_interfaces(const Domain *live, Error *err)
{
        g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(interface_free);
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (file_read("/proc/net/arp", ARP_MAX, &text, NULL, err) < 0)
                return NULL;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines[0] ? lines + 1 : lines; *line; line++) {
                char address[64], mac[64];
                struct in_addr parsed;
                const char *name;

                if (sscanf(*line, "%63s %*s %*s %63s", address, mac) != 2 ||
                    inet_pton(AF_INET, address, &parsed) != 1 || !(name = nic_with_mac(live, mac)))
                        continue;
                add_address(interface_named(list, name, mac), VIR_IP_ADDR_TYPE_IPV4, address, 0);
        }
        return g_steal_pointer(&list);
}

static int hand_over(GPtrArray *list, void *ret)
{
        int n = (int)list->len;

        g_ptr_array_add(list, NULL);
        *(void **)ret = g_ptr_array_free(list, FALSE);
        return n;
}

int qemu_domain_interface_addresses(virDomainPtr dom, virDomainInterfacePtr **ifaces, unsigned int source,
                                    unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        g_autoptr(DomainView) view = NULL;
        g_auto(AgentTalk) talk = { 0 };
        GPtrArray *list;

        if (check_call_flags(flags, 0, "qemuDomainInterfaceAddresses", err) < 0)
                return -1;
        if (source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT) {
                list = agent_talk_begin(dom, &talk, err) < 0 ? NULL : ask_interfaces(&talk, err);
        } else if (source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP) {
                entry = domain_list_find(instance_of(dom->conn)->list.domains, dom, err);
                view = entry ? domain_view_get(entry) : NULL;
                if (!entry)
                        return -1;
                if (!view || !view->live)
                        return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
                list = arp_interfaces(view->live, err);
        } else if (source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE) {
                return error_set(err, VIR_ERR_NO_SUPPORT,
                                 "there are no networks here that give out leases; --source agent or arp may know");
        } else {
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "Unknown IP address data source %u", source);
        }
        return list ? hand_over(list, ifaces) : -1;
}

char *qemu_domain_get_hostname(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autoptr(Json) reply = NULL;
        const char *name;

        if (check_call_flags(flags, VIR_DOMAIN_GET_HOSTNAME_LEASE | VIR_DOMAIN_GET_HOSTNAME_AGENT,
                             "qemuDomainGetHostname", err) < 0)
                return NULL;
        if (flags & VIR_DOMAIN_GET_HOSTNAME_LEASE)
                return error_null(err, VIR_ERR_NO_SUPPORT, "there are no networks here that give out leases");
        if (agent_talk_begin(domain, &talk, err) < 0 || agent_ask(&talk, "guest-get-host-name", NULL, &reply, err) < 0)
                return NULL;
        name = json_get_string(reply, "host-name");
        if (!name)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "qemu agent didn't return 'host-name'");
        return g_strdup(name);
}

/* File systems */

static bool same_pci(const PciAddress *pci, const Json *seen)
{
        int64_t domain = -1, bus = -1, slot = -1, function = -1;

        return pci && json_get_int(seen, "domain", &domain) && json_get_int(seen, "bus", &bus) &&
               json_get_int(seen, "slot", &slot) && json_get_int(seen, "function", &function) &&
               pci->domain == domain && pci->bus == bus && pci->slot == slot && pci->function == function;
}

static bool same_drive(const Domain *live, const Disk *disk, const Json *seen)
{
        const Address *address = disk->info.address;
        static const ControllerType types[] = {
                [DISK_BUS_IDE] = CONTROLLER_IDE, [DISK_BUS_SATA] = CONTROLLER_SATA, [DISK_BUS_SCSI] = CONTROLLER_SCSI
        };
        int64_t bus = -1, target = -1, unit = -1;

        if (!address || address->type != ADDRESS_DRIVE || !json_get_int(seen, "bus", &bus) ||
            !json_get_int(seen, "target", &target) || !json_get_int(seen, "unit", &unit) || address->drive.bus != bus ||
            address->drive.target != target || address->drive.unit != unit)
                return false;
        for (size_t i = 0; i < live->n_controllers; i++) {
                const Controller *controller = &live->controllers[i];

                if (controller->type == types[disk->bus] && controller->index.value == address->drive.controller)
                        return same_pci(device_pci(&controller->info), json_get(seen, "pci-controller"));
        }
        return false;
}

/* The name of the disk that the agent describes by where it sits; NULL: none of ours. */
static const char *disk_seen(const Domain *live, const Json *seen)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                const Disk *disk = &live->disks[i];
                bool same = false;

                if (disk->bus == DISK_BUS_VIRTIO)
                        same = same_pci(device_pci(&disk->info), json_get(seen, "pci-controller"));
                else if (disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_SATA || disk->bus == DISK_BUS_SCSI)
                        same = same_drive(live, disk, seen);
                if (same)
                        return disk->target;
        }
        return NULL;
}

static void fsinfo_free(void *opaque)
{
        virDomainFSInfoPtr info = opaque;

        for (size_t i = 0; i < info->ndevAlias; i++)
                g_free(info->devAlias[i]);
        g_free(info->devAlias);
        g_free(info->mountpoint);
        g_free(info->name);
        g_free(info->fstype);
        g_free(info);
}

static virDomainFSInfoPtr take_fsinfo(const Domain *live, const Json *item)
{
        virDomainFSInfoPtr info = g_new0(virDomainFSInfo, 1);
        const Json *disks = json_get(item, "disk");
        size_t n = MIN(json_length(disks), (size_t)THINGS_MAX);

        info->mountpoint = g_strdup(json_get_string(item, "mountpoint"));
        info->name = g_strdup(json_get_string(item, "name"));
        info->fstype = g_strdup(json_get_string(item, "type"));
        info->devAlias = g_new0(char *, n + 1);
        for (size_t i = 0; i < n; i++) {
                const char *name = disk_seen(live, json_at(disks, i));

                if (name)
                        info->devAlias[info->ndevAlias++] = g_strdup(name);
        }
        return info;
}

static int check_filesystem(const Json *item, Error *err)
{
        if (json_get_string(item, "mountpoint") && json_get_string(item, "name") && json_get_string(item, "type"))
                return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "'mountpoint', 'name' or 'type' missing in reply of guest-get-fsinfo");
}

static Json *ask_filesystems(AgentTalk *talk, Error *err)
{
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-get-fsinfo", NULL, &reply, err) < 0 ||
            check_list(reply, FILESYSTEMS_MAX, "guest-get-fsinfo", err) < 0)
                return NULL;
        for (size_t i = 0; i < json_length(reply); i++)
                if (check_filesystem(json_at(reply, i), err) < 0)
                        return NULL;
        return g_steal_pointer(&reply);
}

int qemu_domain_get_fsinfo(virDomainPtr dom, virDomainFSInfoPtr **info, unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        g_autoptr(Json) reply = NULL;
        GPtrArray *list;

        if (check_call_flags(flags, 0, "qemuDomainGetFSInfo", err) < 0 || agent_talk_begin(dom, &talk, err) < 0)
                return -1;
        reply = ask_filesystems(&talk, err);
        if (!reply)
                return -1;
        list = g_ptr_array_new_with_free_func(fsinfo_free);
        for (size_t i = 0; i < json_length(reply); i++)
                g_ptr_array_add(list, take_fsinfo(talk.view->live, json_at(reply, i)));
        return hand_over(list, info);
}

/* All kinds of information at once */

typedef struct Fields {
        Params *params;
        char name[VIR_TYPED_PARAM_FIELD_LENGTH];
} Fields;

static const char *field(Fields *fields, const char *format, ...) G_GNUC_PRINTF(2, 3);

static const char *field(Fields *fields, const char *format, ...)
{
        va_list ap;

        va_start(ap, format);
        g_vsnprintf(fields->name, sizeof(fields->name), format, ap);
        va_end(ap);
        return fields->name;
}

static int tell_users(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(Json) reply = NULL;
        size_t n;

        if (agent_ask(talk, "guest-get-users", NULL, &reply, err) < 0 ||
            check_list(reply, THINGS_MAX, "guest-get-users", err) < 0)
                return -1;
        n = json_length(reply);
        params_uint(out->params, "user.count", (unsigned)n);
        for (size_t i = 0; i < n; i++) {
                const Json *item = json_at(reply, i);
                const char *time = NULL;
                g_autofree char *number =
                        json_get(item, "login-time") ? json_format(json_get(item, "login-time"), false) : NULL;
                double seconds = number ? g_ascii_strtod(number, NULL) : 0;

                time = number;
                params_string(out->params, field(out, "user.%zu.name", i), json_get_string(item, "user"));
                params_string(out->params, field(out, "user.%zu.domain", i), json_get_string(item, "domain"));
                if (time && seconds >= 0 && seconds < 1e15)
                        params_ullong(out->params, field(out, "user.%zu.login-time", i),
                                      (unsigned long long)(seconds * 1000));
        }
        return 0;
}

static int tell_os(AgentTalk *talk, Fields *out, Error *err)
{
        static const char *const names[] = { "id",      "name",    "pretty-name", "version",        "version-id",
                                             "machine", "variant", "variant-id",  "kernel-release", "kernel-version" };
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-get-osinfo", NULL, &reply, err) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                params_string(out->params, field(out, "os.%s", names[i]), json_get_string(reply, names[i]));
        return 0;
}

static int tell_timezone(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(Json) reply = NULL;
        int64_t offset = 0;

        if (agent_ask(talk, "guest-get-timezone", NULL, &reply, err) < 0)
                return -1;
        params_string(out->params, "timezone.name", json_get_string(reply, "zone"));
        if (!json_get_int(reply, "offset", &offset) || offset < INT_MIN || offset > INT_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'offset' missing in reply of guest-get-timezone");
        params_int(out->params, "timezone.offset", (int)offset);
        return 0;
}

static int tell_hostname(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-get-host-name", NULL, &reply, err) < 0)
                return -1;
        params_string(out->params, "hostname", json_get_string(reply, "host-name"));
        return 0;
}

static void tell_fs_disks(const Domain *live, Fields *out, size_t fs, const Json *disks)
{
        size_t n = MIN(json_length(disks), (size_t)THINGS_MAX);

        params_uint(out->params, field(out, "fs.%zu.disk.count", fs), (unsigned)n);
        for (size_t i = 0; i < n; i++) {
                const Json *item = json_at(disks, i);

                params_string(out->params, field(out, "fs.%zu.disk.%zu.alias", fs, i), disk_seen(live, item));
                params_string(out->params, field(out, "fs.%zu.disk.%zu.serial", fs, i),
                              json_get_string(item, "serial"));
                params_string(out->params, field(out, "fs.%zu.disk.%zu.device", fs, i), json_get_string(item, "dev"));
        }
}

static int tell_filesystems(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(Json) reply = ask_filesystems(talk, err);

        if (!reply)
                return -1;
        params_uint(out->params, "fs.count", (unsigned)json_length(reply));
        for (size_t i = 0; i < json_length(reply); i++) {
                const Json *item = json_at(reply, i);
                uint64_t bytes = 0;

                params_string(out->params, field(out, "fs.%zu.mountpoint", i), json_get_string(item, "mountpoint"));
                params_string(out->params, field(out, "fs.%zu.name", i), json_get_string(item, "name"));
                params_string(out->params, field(out, "fs.%zu.fstype", i), json_get_string(item, "type"));
                if (json_get_uint(item, "total-bytes", &bytes))
                        params_ullong(out->params, field(out, "fs.%zu.total-bytes", i), bytes);
                if (json_get_uint(item, "used-bytes", &bytes))
                        params_ullong(out->params, field(out, "fs.%zu.used-bytes", i), bytes);
                tell_fs_disks(talk->view->live, out, i, json_get(item, "disk"));
        }
        return 0;
}

static void tell_disk(const Domain *live, Fields *out, size_t i, const Json *item)
{
        const Json *dependencies = json_get(item, "dependencies");
        const Json *address = json_get(item, "address");
        size_t n = MIN(json_length(dependencies), (size_t)THINGS_MAX);
        bool partition = false;

        json_get_bool(item, "partition", &partition);
        params_string(out->params, field(out, "disk.%zu.name", i), json_get_string(item, "name"));
        params_boolean(out->params, field(out, "disk.%zu.partition", i), partition);
        if (n > 0)
                params_uint(out->params, field(out, "disk.%zu.dependency.count", i), (unsigned)n);
        for (size_t j = 0; j < n; j++)
                params_string(out->params, field(out, "disk.%zu.dependency.%zu.name", i, j),
                              json_text(json_at(dependencies, j)));
        if (address) {
                params_string(out->params, field(out, "disk.%zu.serial", i), json_get_string(address, "serial"));
                params_string(out->params, field(out, "disk.%zu.alias", i), disk_seen(live, address));
        }
        params_string(out->params, field(out, "disk.%zu.guest_alias", i), json_get_string(item, "alias"));
}

static int tell_disks(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(Json) reply = NULL;

        if (agent_ask(talk, "guest-get-disks", NULL, &reply, err) < 0 ||
            check_list(reply, THINGS_MAX, "guest-get-disks", err) < 0)
                return -1;
        params_uint(out->params, "disk.count", (unsigned)json_length(reply));
        for (size_t i = 0; i < json_length(reply); i++)
                tell_disk(talk->view->live, out, i, json_at(reply, i));
        return 0;
}

static int tell_interfaces(AgentTalk *talk, Fields *out, Error *err)
{
        g_autoptr(GPtrArray) list = ask_interfaces(talk, err);

        if (!list)
                return -1;
        params_uint(out->params, "if.count", list->len);
        for (guint i = 0; i < list->len; i++) {
                const virDomainInterface *interface = g_ptr_array_index(list, i);

                params_string(out->params, field(out, "if.%u.name", i), interface->name);
                params_string(out->params, field(out, "if.%u.hwaddr", i), interface->hwaddr);
                params_uint(out->params, field(out, "if.%u.addr.count", i), interface->naddrs);
                for (unsigned j = 0; j < interface->naddrs; j++) {
                        const virDomainIPAddress *address = &interface->addrs[j];

                        params_string(out->params, field(out, "if.%u.addr.%u.type", i, j),
                                      address->type == VIR_IP_ADDR_TYPE_IPV4 ? "ipv4" : "ipv6");
                        params_string(out->params, field(out, "if.%u.addr.%u.addr", i, j), address->addr);
                        params_uint(out->params, field(out, "if.%u.addr.%u.prefix", i, j), address->prefix);
                }
        }
        return 0;
}

static const struct {
        unsigned type;
        int (*tell)(AgentTalk *talk, Fields *out, Error *err);
} kinds[] = {
        { VIR_DOMAIN_GUEST_INFO_USERS, tell_users },
        { VIR_DOMAIN_GUEST_INFO_OS, tell_os },
        { VIR_DOMAIN_GUEST_INFO_TIMEZONE, tell_timezone },
        { VIR_DOMAIN_GUEST_INFO_HOSTNAME, tell_hostname },
        { VIR_DOMAIN_GUEST_INFO_FILESYSTEM, tell_filesystems },
        { VIR_DOMAIN_GUEST_INFO_DISKS, tell_disks },
        { VIR_DOMAIN_GUEST_INFO_INTERFACES, tell_interfaces },
};

int qemu_domain_get_guest_info(virDomainPtr domain, unsigned int types, virTypedParameterPtr *params, int *nparams,
                               unsigned int flags, Error *err)
{
        g_auto(AgentTalk) talk = { 0 };
        Params list = { 0 };
        Fields out = { .params = &list };
        unsigned known = 0;

        if (check_call_flags(flags, 0, "qemuDomainGetGuestInfo", err) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
                known |= kinds[i].type;
        if (types & ~known)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported guest information types '0x%x'",
                                 types & ~known);
        if (agent_talk_begin(domain, &talk, err) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                ERROR_AUTO Error why = ERROR_INIT;

                if (types && !(types & kinds[i].type))
                        continue;
                if (kinds[i].tell(&talk, &out, &why) == 0)
                        continue;
                /* Who asks for everything gets what this agent can tell. */
                if (types == 0 && why.code == VIR_ERR_OPERATION_UNSUPPORTED)
                        continue;
                params_done(&list);
                return error_move(err, &why);
        }
        *params = list.list;
        *nparams = list.n;
        return 0;
}
