/* The list of all documents, and what holds for each of them. */
#include "conf/document.h"

#include <string.h>

#include "conf/capabilities.h"
#include "conf/cpu_data.h"
#include "conf/domain.h"
#include "conf/domain_capabilities.h"
#include "conf/driver_namespaces.h"
#include "conf/host_interface.h"
#include "conf/migration_cookie.h"
#include "conf/network.h"
#include "conf/network_port.h"
#include "conf/domain_status.h"
#include "conf/snapshot.h"
#include "conf/node_device.h"
#include "conf/nwfilter.h"
#include "conf/nwfilter_binding.h"
#include "conf/qemu_summary.h"
#include "conf/secret.h"
#include "conf/storage_capabilities.h"
#include "conf/storage_volume.h"
#include "conf/sysinfo.h"

/* One a line. */
/* clang-format off */
const DocumentKind *const document_kinds[] = {
        &domain_kind,
        &capabilities_kind,
        &domain_capabilities_kind,
        &network_kind,
        &network_port_kind,
        &nwfilter_kind,
        &nwfilter_binding_kind,
        &host_interface_kind,
        &secret_kind,
        &domain_status_kind,
        &migration_cookie_kind,
        &save_cookie_kind,
        &snapshot_kind,
        &checkpoint_kind,
        &backup_kind,
        &storage_pool_kind,
        &storage_volume_kind,
        &storage_capabilities_kind,
        &node_device_kind,
        &host_sysinfo_kind,
        &host_processor_kind, /* before the one that it can be told from */
        &cpu_kind,
        &cpu_data_kind,
        &qemu_summary_kind,
        NULL,
};
/* clang-format on */

void documents_register(void)
{
        domain_register_namespaces();
        storage_register_namespaces();
        rows_register(&dnsmasq_namespace);
}

const DocumentKind *document_kind(const char *name)
{
        for (size_t i = 0; document_kinds[i]; i++)
                if (strcmp(document_kinds[i]->name, name) == 0)
                        return document_kinds[i];
        return NULL;
}

const DocumentKind *document_kind_of(const char *xml, size_t length, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        const XmlNode *root;

        if (xml_read(xml, length, "(document)", NULL, &document, err) < 0)
                return NULL;
        root = xml_root(document);
        for (size_t i = 0; document_kinds[i]; i++) {
                const DocumentKind *kind = document_kinds[i];

                if (strcmp(kind->element, root->name) == 0 && (!kind->mark || xml_child(root, NULL, kind->mark, NULL)))
                        return kind;
        }
        error_set(err, VIR_ERR_XML_ERROR, "no document has the root element <%s>", root->name);
        return NULL;
}

int document_read(const DocumentKind *kind, const char *xml, size_t length, const char *name, unsigned flags,
                  void **ret, Error *err)
{
        g_autofree char *title = name ? g_strdup(name) : g_strdup_printf("(%s_definition)", kind->name);
        g_autoptr(XmlDocument) document = NULL;
        void *s;

        if (xml_read(xml, length, title, kind->element, &document, err) < 0)
                return -1;
        s = document_new(kind);
        if (rows_parse(kind->rows, s, xml_root(document), flags, err) < 0) {
                document_free(kind, s);
                return -1;
        }
        *ret = s;
        return 0;
}

GPtrArray *document_mistakes(const DocumentKind *kind, const char *xml, size_t length, const char *name, unsigned flags)
{
        g_autoptr(XmlDocument) document = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (xml_read(xml, length, name, kind->element, &document, &err) < 0)
                return rows_mistake_alone(&err);
        return rows_mistakes(kind->rows, xml_root(document), flags);
}

char *document_write(const DocumentKind *kind, const void *s, unsigned flags, Error *err)
{
        return kind->format ? kind->format(s, flags, err) : rows_document(kind->rows, s, kind->element, flags);
}

void *document_new(const DocumentKind *kind)
{
        void *s = g_malloc0(kind->rows->size);

        rows_init(kind->rows, s);
        return s;
}

void *document_free(const DocumentKind *kind, void *s)
{
        if (s) {
                rows_drop(kind->rows, s);
                g_free(s);
        }
        return NULL;
}

void *document_copy(const DocumentKind *kind, const void *s)
{
        void *copy = g_malloc(kind->rows->size);

        rows_copy(kind->rows, copy, s);
        return copy;
}
