/* The two documents of capabilities: making, reading, writing. */
#include <string.h>

#include "conf/capabilities.h"
#include "conf/domain_capabilities.h"

Capabilities *capabilities_new(void)
{
        return g_new0(Capabilities, 1);
}

Capabilities *capabilities_free(Capabilities *capabilities)
{
        if (capabilities) {
                rows_drop(&Capabilities_rows, capabilities);
                g_free(capabilities);
        }
        return NULL;
}

char *capabilities_format(const Capabilities *capabilities)
{
        return rows_document(&Capabilities_rows, capabilities, "capabilities", 0);
}

int capabilities_parse(const char *xml, size_t length, Capabilities **ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autoptr(Capabilities) capabilities = capabilities_new();

        if (xml_read(xml, length, "(capabilities)", "capabilities", &document, err) < 0 ||
            rows_parse(&Capabilities_rows, capabilities, xml_root(document), 0, err) < 0)
                return -1;
        *ret = g_steal_pointer(&capabilities);
        return 0;
}

DomainCapabilities *domain_capabilities_new(void)
{
        return g_new0(DomainCapabilities, 1);
}

DomainCapabilities *domain_capabilities_free(DomainCapabilities *capabilities)
{
        if (capabilities) {
                rows_drop(&DomainCapabilities_rows, capabilities);
                g_free(capabilities);
        }
        return NULL;
}

char *domain_capabilities_format(const DomainCapabilities *capabilities)
{
        return rows_document(&DomainCapabilities_rows, capabilities, "domainCapabilities", 0);
}

int domain_capabilities_parse(const char *xml, size_t length, DomainCapabilities **ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autoptr(DomainCapabilities) capabilities = domain_capabilities_new();

        if (xml_read(xml, length, "(domainCapabilities)", "domainCapabilities", &document, err) < 0 ||
            rows_parse(&DomainCapabilities_rows, capabilities, xml_root(document), 0, err) < 0)
                return -1;
        *ret = g_steal_pointer(&capabilities);
        return 0;
}

CapabilityItem *capability_item_new(bool supported)
{
        CapabilityItem *item = g_new0(CapabilityItem, 1);

        item->supported = supported ? YESNO_YES : YESNO_NO;
        return item;
}

static CapabilityEnum *find_enum(CapabilityEnum **enums, size_t *n_enums, const char *name)
{
        CapabilityEnum *fresh;

        for (size_t i = 0; i < *n_enums; i++)
                if (strcmp((*enums)[i].name, name) == 0)
                        return &(*enums)[i];
        fresh = rows_list_insert(&CapabilityEnum_rows, enums, n_enums, *n_enums);
        fresh->name = g_strdup(name);
        return fresh;
}

void capability_enum_add(CapabilityEnum **enums, size_t *n_enums, const char *name, const char *value)
{
        CapabilityEnum *found = find_enum(enums, n_enums, name);
        CapabilityValue *fresh;

        if (!value)
                return;
        fresh = rows_list_insert(&CapabilityValue_rows, &found->values, &found->n_values, found->n_values);
        fresh->text = g_strdup(value);
}
