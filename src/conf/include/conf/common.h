/* The small types that documents are made of. What is zero was not said. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/bitmap.h"
#include "util/text.h"

/* Enumerations take one byte: a host has tens of thousands of them in memory. */
#define COMPACT __attribute__((packed))

/* The table of a struct's fields: conf/rows.h. */
typedef struct Rows Rows;

typedef enum COMPACT { SWITCH_ABSENT, SWITCH_ON, SWITCH_OFF, SWITCH_MAX_ } Switch;
typedef enum COMPACT { YESNO_ABSENT, YESNO_YES, YESNO_NO, YESNO_MAX_ } YesNo;
extern const char *const Switch_names[];
extern const char *const YesNo_names[];

/* Numbers whose zero means something. */
typedef struct OptUint {
        unsigned value;
        bool set;
} OptUint;

typedef struct OptInt {
        int value;
        bool set;
} OptInt;

typedef struct OptUint64 {
        uint64_t value;
        bool set;
} OptUint64;

typedef unsigned char Uuid[UUID_LENGTH]; /* all zero: none */

typedef struct Mac {
        unsigned char bytes[6]; /* all zero: none */
} Mac;
/** mac_parse: false when @text is no address. */
bool mac_parse(const char *text, Mac *ret);
enum { MAC_TEXT_LENGTH = 18 };
void mac_format(const Mac *mac, char text[MAC_TEXT_LENGTH]);
bool mac_is_set(const Mac *mac);
bool mac_same(const Mac *a, const Mac *b);

/* What a driver adds to a document in a namespace of its own (`<qemu:commandline>`): see conf/rows.h. */
typedef struct Extra {
        const struct RowNamespace *space; /* NULL: the document has none */
        void *content;                    /* the struct that space->rows describe */
} Extra;

/* The spelling of an enumeration's value, "" for its unset value: enum_text(DiskBus, disk->bus). */
#define enum_text(E, value) (E##_names[value] ? E##_names[value] : "")
/* The value of a spelling, -1 if there is none: enum_value(DiskBus, DISK_BUS, "virtio"). */
#define enum_value(E, PREFIX, text) enum_value_of(E##_names, PREFIX##_MAX_, (text))
int enum_value_of(const char *const *names, size_t n, const char *text);
