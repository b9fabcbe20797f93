/* The commands `metadata` and `net-metadata`: what others keep in a document. */
#pragma once

#include "shell.h"

/* Of a kind of object. */
typedef struct MetadataCalls {
        char *(*get)(void *object, const char *uri, unsigned flags);
        int (*set)(void *object, const char *text, const char *key, const char *uri, unsigned flags);
        int none; /* the error's code when there is nothing of that namespace */
} MetadataCalls;

/** metadata_asked: of --edit, --set and --remove there is at most one; false after a complaint. */
bool metadata_asked(Shell *shell, const ShellArgs *args);
/** metadata_command: does with @object what the options say. */
bool metadata_command(Shell *shell, const ShellArgs *args, const MetadataCalls *calls, void *object, unsigned flags);
