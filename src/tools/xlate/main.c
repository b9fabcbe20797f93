/* The table of commands. */
#include "xlate.h"

#include <stdio.h>
#include <string.h>

static const XlateCommand convert_command = { "convert", "(see vireo-convert --help)", convert_main };

static const XlateCommand *const commands[] = {
        &convert_command,
        /* xlate_bhyve.c */
        &xlate_bhyve_argv,
        &xlate_bhyve_xml,
        /* xlate_cpu.c */
        &xlate_cpu_decode,
        &xlate_cpu_expansion,
        &xlate_cpu_signature,
        &xlate_cpu_compare,
        &xlate_cpu_update,
        &xlate_cpu_guest,
        &xlate_cpu_baseline,
        &xlate_cpu_has_feature,
        &xlate_cpu_words,
        /* xlate_host.c */
        &xlate_host_caps,
        &xlate_host_cpu,
        &xlate_host_cpu_signature,
        &xlate_host_cpu_stats,
        &xlate_iort,
        &xlate_resctrl_unused,
        &xlate_sysinfo,
        /* xlate_migration.c */
        &xlate_migration_params,
        &xlate_migration_cookie,
        /* xlate_network.c */
        &xlate_network_update,
        /* xlate_status.c */
        &xlate_qemu_status,
        /* xlate_snapshot.c */
        &xlate_snapshot,
        &xlate_checkpoint,
        &xlate_backup,
        /* xlate_small.c */
        &xlate_json,
        &xlate_json_unflatten,
        &xlate_mac_map,
        &xlate_openvz,
        &xlate_settings,
        /* xlate_qemu_argv.c */
        &xlate_qemu_argv,
        &xlate_qemu_memlock,
        /* xlate_qemu.c */
        &xlate_qemu_xml,
        /* xlate_domain_caps.c */
        &xlate_domain_caps,
        &xlate_firmware,
        &xlate_firmware_select,
        /* xlate_qemu_caps.c */
        &xlate_qemu_caps,
        &xlate_qemu_guest,
        /* xlate_qemu_block.c */
        &xlate_block_bitmap,
        &xlate_block_create,
        &xlate_block_nbdkit,
        &xlate_block_nodes,
        &xlate_block_sources,
        &xlate_block_text,
        /* xlate_qemu_hotplug.c */
        &xlate_qemu_hotplug,
        &xlate_qemu_hotplug_cpu,
        &xlate_qemu_vcpus,
        /* xlate_storage_commands.c */
        &xlate_gluster_sources,
        &xlate_mdevctl,
        &xlate_mdevctl_list,
        &xlate_pool_command,
        &xlate_volume_commands,
        /* xlate_storage.c */
        &xlate_storage_backing,
        &xlate_storage_chain,
        &xlate_storage_capabilities,
        &xlate_storage_volume,
        /* xlate_vmx.c */
        &xlate_vmx,
        &xlate_vmware_version,
        /* xlate_xen.c */
        &xlate_xen_capabilities,
};

int main(int argc, char **argv)
{
        for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++)
                if (strcmp(argv[1], commands[i]->name) == 0)
                        return commands[i]->run(argc - 1, argv + 1);
        fprintf(stderr, "usage: xlate COMMAND [ARGUMENT]...\n");
        for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
                fprintf(stderr, "  %s %s\n", commands[i]->name, commands[i]->usage);
        return CONVERT_USAGE;
}
