/* A guest's console on the user's terminal. */
#pragma once

#include "virsh.h"

/**
 * console_run: connect the terminal with console @device (NULL: the first) of @domain until the escape character, or
 * until the guest's end closes it. @flags: virDomainConsoleFlags. @resume: resume the guest once it is connected.
 */
bool console_run(Shell *shell, virDomainPtr domain, const char *device, unsigned flags, bool resume);
