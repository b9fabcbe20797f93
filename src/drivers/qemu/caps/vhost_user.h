/* Programs that are a device of a guest from outside of QEMU, by their descriptors (QEMU's docs/interop/vhost-user.json). */
#pragma once

/** vhost_user_program: the preferred one that is a device of @type ("fs", "gpu", ...) and is there; @root and
 * @user_config as in descriptors.h. The caller frees; NULL: there is none. */
char *vhost_user_program(const char *root, const char *user_config, const char *type);
