/* Every document that vireo knows, by name: what tools, schemas, tests and the reference go through. A document of its
 * own is a struct, its rows, a DocumentKind beside them and a line in documents.c. */
#pragma once

#include "conf/rows.h"

typedef struct DocumentKind {
        const char *name;    /* of the schema, the reference page, `--kind`: "network", "storage-volume" */
        const char *element; /* the root element */
        const char *mark;    /* of documents with the same root: the child that this one has; NULL: all others */
        const Rows *rows;
        /* NULL: by the rows alone. @flags: ROWS_*. The caller frees the text. */
        char *(*format)(const void *s, unsigned flags, Error *err);
} DocumentKind;

/* All of them; NULL behind the last. */
extern const DocumentKind *const document_kinds[];

/** documents_register: make the namespaces of all drivers known: for tools that speak for every driver. */
void documents_register(void);

/** document_kind: by name; NULL if there is none. */
const DocumentKind *document_kind(const char *name);
/** document_kind_of: by what the root element of @xml is called and has: the first that fits. VIR_ERR_XML_ERROR. */
const DocumentKind *document_kind_of(const char *xml, size_t length, Error *err);

/**
 * document_read: a new struct from @length bytes of XML. @name stands for it in messages (NULL: "(KIND_definition)").
 * @flags: ROWS_*. VIR_ERR_XML_DETAIL (not well formed, validation), VIR_ERR_XML_ERROR, VIR_ERR_CONFIG_UNSUPPORTED.
 */
int document_read(const DocumentKind *kind, const char *xml, size_t length, const char *name, unsigned flags,
                  void **ret, Error *err);
/** document_mistakes: all that is wrong with it, as rows_mistakes(): none, or what document_read() would refuse, the
 * other root element and the XML itself included. To be freed with g_ptr_array_unref(). */
GPtrArray *document_mistakes(const DocumentKind *kind, const char *xml, size_t length, const char *name,
                             unsigned flags);
/** document_write: the XML; the caller frees. NULL only where kind->format refuses. */
char *document_write(const DocumentKind *kind, const void *s, unsigned flags, Error *err);
void *document_new(const DocumentKind *kind);
/** document_free: returns NULL; accepts NULL. */
void *document_free(const DocumentKind *kind, void *s);
/** document_copy: a deep copy. */
void *document_copy(const DocumentKind *kind, const void *s);

/* The typed functions of document struct T, prefix p: p_parse(), p_format(), p_free(), p_copy(). */
#define DOCUMENT_DECLARE(T, p)                                                                                         \
        extern const DocumentKind p##_kind;                                                                            \
        int p##_parse(const char *xml, size_t length, unsigned flags, T **ret, Error *err);                            \
        char *p##_format(const T *s, unsigned flags);                                                                  \
        T *p##_new(void);                                                                                              \
        T *p##_free(T *s);                                                                                             \
        T *p##_copy(const T *s);                                                                                       \
        G_DEFINE_AUTOPTR_CLEANUP_FUNC(T, p##_free)

/* Behind ELEMENT: other members of the DocumentKind (.format = ...). */
#define DOCUMENT_DEFINE(T, p, NAME, ELEMENT, ...)                                                                      \
        const DocumentKind p##_kind = { .name = NAME, .element = ELEMENT, .rows = &T##_rows, ##__VA_ARGS__ };          \
        int p##_parse(const char *xml, size_t length, unsigned flags, T **ret, Error *err)                             \
        {                                                                                                              \
                void *s;                                                                                               \
                                                                                                                       \
                if (document_read(&p##_kind, xml, length, NULL, flags, &s, err) < 0)                                   \
                        return -1;                                                                                     \
                *ret = s;                                                                                              \
                return 0;                                                                                              \
        }                                                                                                              \
        char *p##_format(const T *s, unsigned flags)                                                                   \
        {                                                                                                              \
                return document_write(&p##_kind, s, flags, NULL);                                                      \
        }                                                                                                              \
        T *p##_new(void)                                                                                               \
        {                                                                                                              \
                return document_new(&p##_kind);                                                                        \
        }                                                                                                              \
        T *p##_free(T *s)                                                                                              \
        {                                                                                                              \
                return document_free(&p##_kind, s);                                                                    \
        }                                                                                                              \
        T *p##_copy(const T *s)                                                                                        \
        {                                                                                                              \
                return document_copy(&p##_kind, s);                                                                    \
        }                                                                                                              \
        _Static_assert(1, "takes the semicolon")
