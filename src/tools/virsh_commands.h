/* The handlers of virsh's commands, one per row of the tables. */
#pragma once

#include "shell.h"

bool cmd_connect(Shell *shell, const ShellArgs *args);
