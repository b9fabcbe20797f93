/* The text of a guest's AppArmor profile. */
#pragma once

#include "security/mac.h"

/** apparmor_profile: the profile @name made from @template, in which LIBVIRT_TEMPLATE stands for the name; NULL: one of
 * our own. It includes the guest's list of files. VIR_ERR_INTERNAL_ERROR: @template is none. The caller frees. */
char *apparmor_profile(const char *template, const char *name, Error *err);
/** apparmor_files: the rules that are the guest's alone. The caller frees. */
char *apparmor_files(const MacGuest *guest);
/** apparmor_passt: the rules of the part for passt that are the guest's alone: logs. The caller frees. */
char *apparmor_passt(const DomainFiles *files);
/** apparmor_program: what @program (its file) beside QEMU takes when a guest has @profile: the part of the profile that
 * has the program's name; NULL: nothing, it has a profile of its own, which comes with it; else the guest's. @loaded: the
 * kernel's list. The caller frees. */
char *apparmor_program(const char *loaded, const char *profile, const char *program);
/** apparmor_path: @path between quotes, as a rule has it: nothing in it means anything. The caller frees. */
char *apparmor_path(const char *path);
