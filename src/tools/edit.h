/* Editing an object of the library as a text: fetch, edit, store, and what to do when it is refused. */
#pragma once

#include "shell.h"

enum { EDIT_FAILED = -1, EDIT_UNCHANGED, EDIT_DONE };

typedef struct EditObject {
        /** The current text (g_free), NULL on failure. Called again before storing: somebody else may edit too. */
        char *(*get)(void *opaque);
        /** Store @text; @relax: without optional checks. */
        bool (*put)(Shell *shell, const char *text, bool relax, void *opaque);
        void *opaque;
        bool can_relax;
} EditObject;

int edit_object(Shell *shell, const EditObject *object);
