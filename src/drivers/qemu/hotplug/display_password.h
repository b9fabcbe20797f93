/* The passwords of displays, for starts and for changes. */
#pragma once

#include "conf/domain.h"
#include "config/qemu_conf.h"
#include "monitor/talk.h"

/** talk_display_password: of the display that speaks @protocol ("vnc", "spice"), good until @valid_to (UTC; NULL:
 * always). */
int talk_display_password(Talk *talk, const char *protocol, const char *password, PasswordAction connected,
                          const char *valid_to, Error *err);
/** talk_display_passwords: those of a guest that has just been started; a display without one gets the host's. */
int talk_display_passwords(Talk *talk, const Domain *live, const QemuConf *conf, Error *err);
