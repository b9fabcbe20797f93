/* Mandatory access control: what the kernel lets a guest's process do, whoever it runs as. One interface, a driver for
 * AppArmor and one for SELinux; a host has at most one of them in force. It comes on top of owners (dac.h), which hold
 * everywhere. */
#pragma once

#include "security/domain_files.h"
#include "util/error.h"

/* One guest. Everything is borrowed. */
typedef struct MacGuest {
        const char *root; /* stands for "/" where rules are kept; "" normally */
        const Domain *live;
        const DomainFiles *files;   /* all that its devices have */
        const char *const *folders; /* NULL-terminated: folders and files that are its own; NULL: none */
        bool remember;              /* labels from before are kept, for who comes after us */
        Holder holder;              /* who is counted for that */
        bool private_dev;           /* device nodes are made again elsewhere: the host's are left alone */
} MacGuest;

typedef struct MacDriver MacDriver;

/**
 * mac_find: what the running kernel enforces, among @names (qemu.conf's security_driver; NULL: whatever there is).
 * *@ret is NULL without an error when there is none, and nobody insists on one. VIR_ERR_CONFIG_UNSUPPORTED names what
 * is wanted and not there.
 */
int mac_find(const char *const *names, const MacDriver **ret, Error *err);
const char *mac_model(const MacDriver *mac); /* "apparmor"; "none" of NULL */
/** mac_base_label: where the labels of guests are made from; NULL: it has none. The caller frees. */
char *mac_base_label(const MacDriver *mac, bool kvm);

/** mac_label: the label of @domain for @mac; NULL: it is not confined. */
const Seclabel *mac_label(const MacDriver *mac, const Domain *domain);

/* What qemu.conf says of those who say nothing. */
enum { MAC_CONFINE = 1, MAC_REQUIRE = 2 };

/**
 * mac_settle: @live says which label it runs with. @used: the labels of others (a set). @flags: MAC_*. @mac may be NULL:
 * then a label that is asked for is refused.
 */
int mac_settle(const MacDriver *mac, Domain *live, GHashTable *used, unsigned flags, Error *err);

/* For a guest that mac_label() has a label of; nothing happens to others. @mac may be NULL. */

/** mac_begin: before the process is there: it may have its files from here on. All or nothing. */
int mac_begin(const MacDriver *mac, const MacGuest *guest, Error *err);
/** mac_grant: @guest->files are those it has now, @fresh those that are new among them. */
int mac_grant(const MacDriver *mac, const MacGuest *guest, const DomainFiles *fresh, Error *err);
/** mac_withdraw: @guest->files are those that it keeps, @gone those that it loses. */
int mac_withdraw(const MacDriver *mac, const MacGuest *guest, const DomainFiles *gone, Error *err);
/** mac_end: the process is gone. Nothing is left; what fails is logged. @half: mac_begin() may not have been reached. */
void mac_end(const MacDriver *mac, const MacGuest *guest, bool half);

/** mac_claim: libvirt labelled its files, and it is ours from here on; as dac_claim(). */
void mac_claim(const MacDriver *mac, const MacGuest *guest);

/** mac_node_label: what a node that is made again for the guest has; NULL: nothing of its own. The caller frees. */
char *mac_node_label(const MacDriver *mac, const Domain *live, const DomainFile *file);

/** mac_file_label: what @path has now; NULL: nothing that could be given back. The caller frees. */
char *mac_file_label(const MacDriver *mac, const char *path);

/** mac_own: @path and all below it, made for @live while it starts or runs, have the label of its files. */
int mac_own(const MacDriver *mac, const Domain *live, const char *path, Error *err);

/** mac_sockets_begin: sockets that this thread makes are the guest's, until mac_sockets_end(): it may serve on them. */
int mac_sockets_begin(const MacDriver *mac, const Domain *live, Error *err);
void mac_sockets_end(const MacDriver *mac, const Domain *live);

/* What a child writes about itself for the program that it becomes. */
typedef struct MacExec {
        char path[64];
        char *text;
} MacExec;

/** mac_exec: for the program of @live. False: it is not confined. mac_exec_done() afterwards. */
bool mac_exec(const MacDriver *mac, const Domain *live, MacExec *ret);
/** mac_exec_program: for a program that works for @live and is not its hypervisor: what policy has for its file
 * @program, kept apart from other guests as @live is. False: nothing is to be written. */
bool mac_exec_program(const MacDriver *mac, const Domain *live, const char *program, MacExec *ret, Error *err);
void mac_exec_done(MacExec *exec);
/** mac_exec_write: a ProcessStep (@opaque: a MacExec). */
int mac_exec_write(void *opaque);

/** mac_of_process: the label that @pid has, as the kernel says; NULL: none. The caller frees. */
char *mac_of_process(pid_t pid, bool *ret_enforcing);
