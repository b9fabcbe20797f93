/* XML in and out: a bounded reader that knows where everything stands, and a writer in libvirt's style. The only
 * files that see libxml2 are behind this header. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

typedef struct XmlDocument XmlDocument;
typedef struct XmlNode XmlNode;

enum { XML_SIZE_MAX = 16 * 1024 * 1024, XML_DEPTH_MAX = 200, XML_NODES_MAX = 100 * 1000, XML_ATTRIBUTES_MAX = 1000 };

typedef struct XmlAttribute {
        const char *name;
        const char *value;
        uint32_t offset; /* of the value in the text; 0: unknown */
        bool seen;       /* somebody asked for it: the rest is unknown to us */
} XmlAttribute;

typedef struct XmlSpace {
        const char *prefix, *uri;
} XmlSpace;

struct XmlNode {
        const char *name;  /* without prefix */
        const char *space; /* namespace URI; NULL: none */
        XmlDocument *document;
        XmlNode *parent, *next, *first, *last;
        XmlAttribute *attributes;
        XmlSpace *spaces; /* declared here, with a prefix */
        const char *text; /* of an element without children; NULL: empty */
        uint16_t n_attributes, n_spaces;
        bool seen;
        bool apart;  /* what is in it belongs to a struct of its own */
        bool broken; /* something in it could not be read: what is unknown there may be known otherwise */
        uint32_t line, offset, end; /* of '<' and behind '>' in the text; end 0: unknown */
};

/**
 * xml_read: parse @length bytes of text, which must outlive the document. @name stands for it in messages. No DTD, no
 * network, no entities of its own. @root: the name the root element must have (NULL: any).
 * VIR_ERR_XML_DETAIL "NAME:LINE: ..." when not well formed, VIR_ERR_XML_ERROR for another root element.
 */
int xml_read(const char *text, size_t length, const char *name, const char *root, XmlDocument **ret, Error *err);
XmlDocument *xml_free(XmlDocument *document); /* returns NULL; accepts NULL */
XmlNode *xml_root(const XmlDocument *document);

/** xml_attribute: NULL if there is none. */
XmlAttribute *xml_attribute(const XmlNode *node, const char *name);
/** xml_child: the first child called @name in namespace @space (NULL: none), or the next one behind @after. */
XmlNode *xml_child(const XmlNode *node, const char *space, const char *name, const XmlNode *after);
/** xml_see_all: mark @node and all below it as known. */
void xml_see_all(XmlNode *node);
/** xml_forget: nobody has seen anything of @node and what is below it. */
void xml_forget(XmlNode *node);
/** xml_path: "/domain/devices/disk[2]/target/@bus"; @attribute may be NULL. The caller frees. */
char *xml_path(const XmlNode *node, const XmlAttribute *attribute);
/** xml_place: line and column of @node, or of @attribute in it if not NULL; the column is 0 when not known. */
void xml_place(const XmlNode *node, const XmlAttribute *attribute, unsigned *ret_line, unsigned *ret_column);
/** xml_slice: the element as it was written, with the namespaces it needs from around it. The caller frees; NULL when
 * the text was not UTF-8. */
char *xml_slice(const XmlNode *node);
/** xml_where: "NAME:LINE:COLUMN" of @node, or of @attribute in it if not NULL. The caller frees. */
char *xml_where(const XmlNode *node, const XmlAttribute *attribute);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlDocument, xml_free)

/** xml_banned: how many bytes the character at @text has that no XML document can hold, not even escaped (a control
 * character, U+FFFE, U+FFFF); 0: it can be written. */
size_t xml_banned(const char *text);

/* The writer. An element that gets no attribute, text or child disappears, unless xml_keep() was called. Attributes
 * may come after children. */
typedef struct XmlWriter XmlWriter;

XmlWriter *xml_writer_new(void);
/** xml_writer_finish: the text (the caller frees); frees the writer. */
char *xml_writer_finish(XmlWriter *writer);
void xml_open(XmlWriter *writer, const char *name);
/** xml_open_selected: the element appears with @attribute='@value' as its first attribute, when it appears. */
void xml_open_selected(XmlWriter *writer, const char *name, const char *attribute, const char *value);
void xml_keep(XmlWriter *writer);
void xml_keep_open(XmlWriter *writer); /* with an end tag of its own */
void xml_put_attribute(XmlWriter *writer, const char *name, const char *value);
void xml_put_text(XmlWriter *writer, const char *text);
/** xml_put_raw: a complete element, as it is, on lines of its own. */
void xml_put_raw(XmlWriter *writer, const char *xml);
void xml_close(XmlWriter *writer);
/** xml_set_prefix: of the elements opened from now on; NULL: none. */
void xml_set_prefix(XmlWriter *writer, const char *prefix);
