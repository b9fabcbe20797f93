/* virsh: the shell of the hypervisors. What its commands share: the connection, looking objects up, files, XML. */
#pragma once

#include <libvirt/libvirt-qemu.h>

#include "shell.h"

typedef struct Virsh {
        Shell shell; /* first: handlers get it as Shell * */
        virConnectPtr connection;
        char *uri;         /* NULL: the library's default */
        bool uri_required; /* -c was given: nothing runs unless it can be connected to */
        bool readonly;
        bool keepalive_forced; /* -k or -K was given: no keepalive is a failure */
        int keepalive_interval;
        unsigned keepalive_count;
        char *escape; /* "^]" as given */
        char escape_character;
        int lost;      /* atomic: the connection closed by itself */
        bool was_lost; /* and the next command has to say that it is back */
} Virsh;

static inline Virsh *virsh_of(Shell *shell)
{
        return (Virsh *)shell;
}

static inline virConnectPtr connection_of(Shell *shell)
{
        return virsh_of(shell)->connection;
}

/* --- connection (virsh_connect.c) --- */
bool virsh_connect(Shell *shell);
/** virsh_reconnect: close, and open @uri (NULL: the default). */
bool virsh_reconnect(Shell *shell, const char *uri, bool readonly);
void virsh_disconnect(Virsh *virsh);
bool cmd_connect(Shell *shell, const ShellArgs *args);

/* --- lookups (virsh_lookup.c): NULL after a complaint --- */
enum { BY_ID = 1, BY_NAME = 2, BY_UUID = 4, BY_ANY = 7 };
virDomainPtr domain_get(Shell *shell, const ShellArgs *args);
virDomainPtr domain_get_by(Shell *shell, const ShellArgs *args, unsigned by);
virDomainPtr domain_find(Shell *shell, const char *name, unsigned by);
virNetworkPtr network_get(Shell *shell, const ShellArgs *args);
virStoragePoolPtr pool_get(Shell *shell, const ShellArgs *args);
virSecretPtr secret_get(Shell *shell, const ShellArgs *args); /* cmd_secret.c */
/** pool_create_flags: of --build, --overwrite, --no-overwrite; false after a complaint (cmd_pool.c). */
bool pool_create_flags(Shell *shell, const ShellArgs *args, unsigned *ret);
/** volume_get: by name in --pool, else by key or path (cmd_volume.c). */
virStorageVolPtr volume_get(Shell *shell, const ShellArgs *args);
int domain_state(virDomainPtr domain, int *ret_reason); /* -1: unknown */

/* --- texts of enumerations (virsh_text.c) --- */
/** text_of: names[value], or "unknown". */
#define text_of(names, value) text_of_n((names), G_N_ELEMENTS(names), (value))
const char *text_of_n(const char *const *names, size_t n, int value);
const char *domain_state_text(int state);
const char *domain_reason_text(int state, int reason);
/** number_of: the index of @text in a NULL-terminated list; -1: none. */
int number_of(const char *const *names, const char *text);
/** size_pretty: 1536 is 1.5 and "KiB". */
double size_pretty(unsigned long long bytes, const char **ret_unit);
char *cpu_map_text(const unsigned char *map, int bytes, int cpus); /* "0-3,7"; caller frees */
/** cpu_list_parse: "0-3,^2", "r" is all; NULL after a complaint. */
unsigned char *cpu_list_parse(Shell *shell, const char *text, int cpus, int *ret_bytes);
/** param_text: the value of a typed parameter; the caller frees. */
char *param_text(const virTypedParameter *param);

/** tell: of the object @name, @failed when @r is negative and @done otherwise, which have one %s each; @r >= 0. */
bool tell(Shell *shell, const char *name, int r, const char *failed, const char *done);

/* --- flags of --config, --live, --current, --persistent (virsh_text.c) --- */
/** affect_flags: -1 after a complaint on contradictions. --current alone is VIR_DOMAIN_AFFECT_CURRENT (0). */
int affect_flags(Shell *shell, const ShellArgs *args);
/** affect_flags_persistent: with the older --persistent: the configuration, and the guest if it runs. */
int affect_flags_persistent(Shell *shell, const ShellArgs *args, virDomainPtr domain);

/* device.c: a device that comes or goes by its document. Without a flag the older call is made, which every hypervisor
 * knows. */
typedef struct DeviceCalls {
        const char *verb, *done;
        int (*plain)(virDomainPtr domain, const char *xml);
        int (*with_flags)(virDomainPtr domain, const char *xml, unsigned flags);
} DeviceCalls;
extern const DeviceCalls device_attach, device_detach;
int device_call(const ShellArgs *args, virDomainPtr domain, const char *xml, int flags, const DeviceCalls *calls);
/** device_from_file: the command: the document is in the file that the option `file` names. */
bool device_from_file(Shell *shell, const ShellArgs *args, const DeviceCalls *calls);
/** flag_rows: the flags whose switches are given. */
typedef struct FlagRow {
        const char *name; /* NULL ends */
        unsigned flag;
} FlagRow;
unsigned flags_given(const ShellArgs *args, const FlagRow *rows);

/* --- files (virsh_file.c) --- */
char *file_text(Shell *shell, const char *path); /* NULL after a complaint */
/** fds_given: the numbers of --pass-fds 3,4; none is fine, false after a complaint. The caller frees. */
bool fds_given(Shell *shell, const ShellArgs *args, int **ret_fds, unsigned *ret_n);

/* --- XML (virsh_xml.c): the only place that knows libxml2 --- */
typedef struct Xml Xml;
Xml *xml_parse(Shell *shell, const char *text, const char *what); /* NULL after a complaint */
Xml *xml_free(Xml *xml);
typedef struct XmlNode XmlNode; /* borrowed from its Xml */
/** xml_nodes: what @path finds below @from (NULL: the document); a NULL-terminated array, g_free() it. Never NULL. */
XmlNode **xml_nodes(Xml *xml, XmlNode *from, const char *path);
/** xml_string: the XPath string value; NULL where the path finds nothing. The caller frees. */
char *xml_string(Xml *xml, XmlNode *from, const char *path);
char *xml_stringf(Xml *xml, XmlNode *from, const char *format, ...) G_GNUC_PRINTF(3, 4);
bool xml_is(const XmlNode *node, const char *name);
char *xml_node_text(Xml *xml, XmlNode *node); /* serialized */
char *xml_text(Xml *xml);                     /* the root element, serialized */
void xml_set_attribute(XmlNode *node, const char *name, const char *value);
void xml_remove(XmlNode *node);                     /* the node is gone */
void xml_set_text(XmlNode *node, const char *text); /* in place of its content */
XmlNode *xml_root(Xml *xml);
/** xml_add_fragment: parse @fragment and append it to @parent. */
bool xml_add_fragment(Xml *xml, XmlNode *parent, const char *fragment);
/** xml_add_fragment_before: the same in front of @sibling, on a line of its own. */
bool xml_add_fragment_before(Xml *xml, XmlNode *sibling, const char *fragment);
/** xml_print: the document, or with --xpath the nodes it finds (--wrap: inside one root). */
bool xml_print(Shell *shell, const ShellArgs *args, const char *text);

/** Writing XML: two blanks per level, attributes quoted with '. */
typedef struct XmlOut {
        GString *text;
        int depth;
} XmlOut;
void out_line(XmlOut *out, const char *format, ...) G_GNUC_PRINTF(2, 3); /* indented, with a line end */
void out_open(XmlOut *out, const char *format, ...) G_GNUC_PRINTF(2, 3); /* the same, and one level deeper */
void out_close(XmlOut *out, const char *name);
/** out_attribute: " name='value'", escaped; nothing for NULL. Appends to a GString. */
void attribute(GString *to, const char *name, const char *value);
void out_element(XmlOut *out, const char *name, const char *content); /* <name>content</name>, escaped */

/* --- lists of domains (cmd_list.c) --- */
typedef struct DomainList {
        virDomainPtr *domains;
        int n;
} DomainList;
DomainList *domain_list_get(Shell *shell, unsigned flags); /* NULL after keeping the error */
DomainList *domain_list_free(DomainList *list);

/* --- completers (virsh_complete.c) --- */
char **complete_domains(Shell *shell, const ShellArgs *args, unsigned flags); /* virConnectListAllDomainsFlags */
char **complete_disks(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_interfaces(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_networks(Shell *shell, const ShellArgs *args, unsigned flags);
char **complete_pools(Shell *shell, const ShellArgs *args, unsigned flags);
char **complete_volumes(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_snapshots(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_secrets(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_node_devices(Shell *shell, const ShellArgs *args, unsigned variant);
char **complete_events(Shell *shell, const ShellArgs *args, unsigned variant);

#define AUTO_POINTER(type, function) G_DEFINE_AUTOPTR_CLEANUP_FUNC(type, function)
AUTO_POINTER(virDomain, virDomainFree)
AUTO_POINTER(virNetwork, virNetworkFree)
AUTO_POINTER(virStoragePool, virStoragePoolFree)
AUTO_POINTER(virStorageVol, virStorageVolFree)
AUTO_POINTER(virStream, virStreamFree)
AUTO_POINTER(virNodeDevice, virNodeDeviceFree)
AUTO_POINTER(virDomainSnapshot, virDomainSnapshotFree)
AUTO_POINTER(virDomainCheckpoint, virDomainCheckpointFree)
AUTO_POINTER(virInterface, virInterfaceFree)
AUTO_POINTER(virNWFilter, virNWFilterFree)
AUTO_POINTER(virNWFilterBinding, virNWFilterBindingFree)
AUTO_POINTER(virNetworkPort, virNetworkPortFree)
AUTO_POINTER(virSecret, virSecretFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Xml, xml_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainList, domain_list_free)

/** Typed parameters with their count, freed together. */
typedef struct Params {
        virTypedParameterPtr list;
        int n;
        int max;
} Params;
static inline void params_done(Params *params)
{
        virTypedParamsFree(params->list, params->n);
}
#define AUTO_PARAMS __attribute__((cleanup(params_done))) Params
