/* A tool of the tests, never installed: vireo-convert with everything random fixed, and single functions of the
 * libraries on the command line, under circumstances that the caller fixes. Ours alone: it changes nothing in the
 * product. */
#pragma once

#include "convert.h"

typedef struct XlateCommand {
        const char *name;
        const char *usage; /* the arguments */
        /* As a main(): argv[0] is the command's name. Exit status as convert_main(). */
        int (*run)(int argc, char **argv);
} XlateCommand;

/** xlate_fail: "error: MESSAGE" on standard error; returns @status. */
int xlate_fail(const Error *err, int status);
/** xlate_read_document: exit status, 0 with the document in @path in *@ret. */
int xlate_read_document(const DocumentKind *kind, const char *path, void **ret);

/* xlate_bhyve.c */
extern const XlateCommand xlate_bhyve_argv, xlate_bhyve_xml;

/* xlate_cpu.c */
extern const XlateCommand xlate_cpu_decode, xlate_cpu_expansion, xlate_cpu_signature, xlate_cpu_compare,
        xlate_cpu_update, xlate_cpu_guest, xlate_cpu_baseline, xlate_cpu_has_feature, xlate_cpu_words;

/* xlate_domain_caps.c */
extern const XlateCommand xlate_domain_caps, xlate_firmware, xlate_firmware_select;

/* xlate_host.c */
extern const XlateCommand xlate_host_caps, xlate_host_cpu, xlate_host_cpu_signature, xlate_host_cpu_stats, xlate_iort,
        xlate_resctrl_unused, xlate_sysinfo;

/* xlate_migration.c */
extern const XlateCommand xlate_migration_params, xlate_migration_cookie;
/* xlate_network.c */
extern const XlateCommand xlate_network_update;
/* xlate_vmx.c */
extern const XlateCommand xlate_vmx, xlate_vmware_version;
/* xlate_status.c */
extern const XlateCommand xlate_qemu_status;

/* xlate_xen.c */
extern const XlateCommand xlate_xen_capabilities;
/* xlate_snapshot.c */
extern const XlateCommand xlate_snapshot, xlate_checkpoint, xlate_backup;

/* xlate_small.c */
extern const XlateCommand xlate_json, xlate_json_unflatten, xlate_mac_map, xlate_openvz, xlate_settings;
/* xlate_storage_commands.c */
extern const XlateCommand xlate_gluster_sources, xlate_mdevctl, xlate_mdevctl_list, xlate_pool_command,
        xlate_volume_commands;
/* xlate_storage.c */
extern const XlateCommand xlate_storage_backing, xlate_storage_chain, xlate_storage_capabilities, xlate_storage_volume;

/* xlate_qemu.c */
extern const XlateCommand xlate_qemu_xml;
/* xlate_qemu_argv.c */
extern const XlateCommand xlate_qemu_argv, xlate_qemu_memlock;
/* xlate_qemu_bitmap.c */
extern const XlateCommand xlate_block_bitmap;
/* xlate_qemu_block.c */
extern const XlateCommand xlate_block_create, xlate_block_nbdkit, xlate_block_nodes, xlate_block_sources,
        xlate_block_text;
/* xlate_qemu_caps.c */
extern const XlateCommand xlate_qemu_caps, xlate_qemu_guest;
/* xlate_qemu_hotplug.c */
extern const XlateCommand xlate_qemu_hotplug, xlate_qemu_hotplug_cpu, xlate_qemu_vcpus;
