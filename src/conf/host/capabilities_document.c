/* The two documents of capabilities: making, reading, writing. */
#include <string.h>

#include "conf/capabilities.h"
#include "conf/domain_capabilities.h"

/* Host and guests stand between empty lines, for people who read it in a terminal. */
static char *format_capabilities(const void *s, unsigned flags, Error *err)
{
        g_autofree char *xml = rows_document(&Capabilities_rows, s, "capabilities", flags);
        g_auto(GStrv) lines = g_strsplit(xml, "\n", -1);
        GString *text = g_string_new(NULL);

        for (char **line = lines; *line && line[1]; line++) {
                g_string_append_printf(text, "%s\n", *line);
                if (strcmp(*line, "<capabilities>") == 0 || strcmp(*line, "  </host>") == 0 ||
                    strcmp(*line, "  </guest>") == 0)
                        g_string_append_c(text, '\n');
        }
        return g_string_free(text, FALSE);
}

DOCUMENT_DEFINE(Capabilities, capabilities, "capabilities", "capabilities", .format = format_capabilities);
DOCUMENT_DEFINE(DomainCapabilities, domain_capabilities, "domain-capabilities", "domainCapabilities");

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
