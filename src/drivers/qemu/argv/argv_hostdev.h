/* SCSI devices of the host: a node for the device (-blockdev) and the device in front. */
#pragma once

#include "argv/argv.h"

int argv_hostdev_scsi(QemuArgv *argv, const Hostdev *hostdev, Error *err);
