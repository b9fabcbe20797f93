#include "security/domain_files.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "test_folder.h"

static const char machine[] =
        "<domain type='qemu'><name>a</name><memory>1</memory>"
        "<os><type arch='x86_64'>hvm</type><kernel>/boot/k</kernel><nvram>/var/n.fd</nvram></os><devices>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/i/top'/>"
        "<backingStore type='block'><format type='raw'/><source dev='/dev/base'/><backingStore/></backingStore>"
        "<target dev='vda' bus='virtio'/></disk>"
        "<disk type='file' device='cdrom'><source file='/i/cd'/><target dev='sda' bus='sata'/><readonly/></disk>"
        "<disk type='network' device='disk'><source protocol='nbd'><host transport='unix' socket='/s/nbd'/></source>"
        "<target dev='vdb' bus='virtio'/></disk>"
        "<disk type='block' device='lun'><source dev='/dev/lun'><reservations managed='yes'/></source>"
        "<target dev='sdb' bus='scsi'/></disk>"
        "<disk type='block' device='lun'><source dev='/dev/lun2'><reservations managed='no'>"
        "<source type='unix' path='/dev/pr.sock' mode='client'/></reservations></source>"
        "<target dev='sdc' bus='scsi'/></disk>"
        "<serial type='dev'><source path='/dev/ttyS9'/></serial>"
        "<serial type='pipe'><source path='/p/x'/></serial>"
        "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' slot='2' "
        "function='3'/></source></hostdev>"
        "<rng model='virtio'><backend model='random'>/dev/hwrng</backend></rng>"
        "<interface type='user'><backend type='passt' logFile='/l/passt'/><mac "
        "address='52:54:00:00:00:01'/></interface>"
        "<interface type='hostdev' managed='yes'><mac address='52:54:00:00:00:03'/><source><address type='pci' "
        "domain='0' "
        "bus='1' slot='2' function='4'/></source></interface>"
        "<interface type='user'><backend logFile='/l/none'/><mac address='52:54:00:00:00:02'/></interface>"
        "<video><driver name='vhostuser'/><model type='virtio'><acceleration rendernode='/dev/dri/r'/></model></video>"
        "</devices></domain>";

static char *listed(const DomainFiles *files)
{
        static const char letters[] = "wskomn";
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < files->len; i++) {
                const DomainFile *file = g_ptr_array_index(files, i);

                g_string_append(text, file->path);
                g_string_append_c(text, ' ');
                for (unsigned bit = 0; letters[bit]; bit++)
                        if (file->flags & 1U << bit)
                                g_string_append_c(text, letters[bit]);
                g_string_append_c(text, '\n');
        }
        return g_string_free(text, FALSE);
}

static void put_group(const char *root, const char *device, const char *number)
{
        g_autofree char *folder = g_build_filename(root, "sys/bus/pci/devices", device, NULL);
        g_autofree char *link = g_build_filename(folder, "iommu_group", NULL);
        g_autofree char *target = g_build_filename("../../../../kernel/iommu_groups", number, NULL);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        g_assert_cmpint(symlink(target, link), ==, 0);
}

static void test_all(void)
{
        g_autofree char *root = g_dir_make_tmp("vireo-files-XXXXXX", NULL);
        g_autoptr(DomainFiles) files = domain_files_new(), rest = domain_files_new();
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        Domain *domain = NULL;

        if (domain_parse(machine, strlen(machine), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        put_group(root, "0000:01:02.3", "31");
        put_group(root, "0000:01:02.4", "32");
        domain_files_all(files, domain, root);
        text = listed(files);
        g_assert_cmpstr(text, ==,
                        "/i/top w\n/dev/base s\n/s/nbd km\n/i/cd s\n/dev/lun w\n/dev/mapper/control wkm\n/dev/lun2 "
                        "w\n/dev/pr.sock km\n"
                        "/dev/vfio/31 w\n/dev/vfio/vfio wk\n/dev/hwrng k\n"
                        "/dev/dri/r wo\n/l/passt wm\n/dev/vfio/32 wm\n"
                        "/dev/ttyS9 wm\n/p/x.in wm\n/p/x.out wm\n/p/x wm\n/boot/k \n/var/n.fd wm\n");
        domain_files_disk(rest, &domain->disks[0]);
        domain_files_subtract(rest, files);
        g_assert_cmpuint(rest->len, ==, 0);
        domain_unref(domain);
        test_remove(root);
}

/* Whichever device is named first: who writes to it and needs it as its own says so for all. */
static void test_twice(void)
{
        static const unsigned some = DOMAIN_FILE_KEEP | DOMAIN_FILE_MAY_MISS | DOMAIN_FILE_IF_OURS;

        for (int order = 0; order < 2; order++) {
                g_autoptr(DomainFiles) files = domain_files_new();
                g_autofree char *text = NULL;

                domain_files_add(files, "/f", order ? some : DOMAIN_FILE_WRITE);
                domain_files_add(files, "/f", order ? DOMAIN_FILE_WRITE : some);
                text = listed(files);
                g_assert_cmpstr(text, ==, "/f w\n");
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/domain-files/all", test_all);
        g_test_add_func("/domain-files/twice", test_twice);
        return g_test_run();
}
