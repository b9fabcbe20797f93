/* Groups in resctrl whose threads are only counted: <monitor>. For resctrl.c. */
#pragma once

#include <sys/types.h>

#include "conf/domain.h"

#define RESCTRL_FOLDER "/sys/fs/resctrl"

/** resctrl_group_folder: of the group that has something for itself for just @vcpus; NULL: none. The caller frees. */
char *resctrl_group_folder(const char *root, const char *machine, const Domain *live, const Bitmap *vcpus);
/** resctrl_append: to one of the kernel's files, which are there as soon as the folder is. */
int resctrl_append(const char *folder, const char *name, const char *text, Error *err);

/* As the functions of resctrl.h, of which they are a part. */
int resctrl_monitors_check(const char *root, const Domain *live, Error *err);
int resctrl_monitors_make(const char *root, const char *machine, const Domain *live, Error *err);
int resctrl_monitors_join(const char *root, const char *machine, const Domain *live, unsigned vcpu, pid_t tid,
                          Error *err);
void resctrl_monitors_end(const char *root, const char *machine, const Domain *live);
