/* A daemon as a process: options, configuration, logging, the background, the pid file. */
#pragma once

#include "daemon.h"

/** daemon_main: all of main(); returns the exit status. */
int daemon_main(const DaemonProgram *program, int argc, char **argv);
