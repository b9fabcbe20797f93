/* For tests: a host's cards. Its sysfs is a folder, and who stands for the kernel outlives the process that talks to it, so
 * that one can be killed between any two steps. */
#pragma once

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/card.h"

enum { DOUBLE_VFS = 3, DOUBLE_LINKS = 3 };

typedef struct CardDouble {
        LinkVf vfs[DOUBLE_VFS]; /* of pf0 */
        struct {
                char name[16];
                uint8_t mac[6];
        } links[DOUBLE_LINKS];
        bool down;       /* pf0 */
        bool needs_mac;  /* no address is taken back */
        bool no_vlan;    /* tags cannot be set */
        unsigned budget; /* how many steps are left to whoever talks; 0: no end */
} CardDouble;

static CardDouble *double_kernel;

/* Another one is done, or this process is killed there. */
static inline void double_step(void)
{
        if (double_kernel->budget && --double_kernel->budget == 0)
                raise(SIGKILL);
}

static inline int double_vf(const char *pf, unsigned vf, LinkVf *ret_state, Error *err)
{
        if (strcmp(pf, "pf0") != 0 || vf >= DOUBLE_VFS)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no function %u of %s", vf, pf);
        *ret_state = double_kernel->vfs[vf];
        return 0;
}

static inline int double_vf_set_mac(const char *pf, unsigned vf, const uint8_t mac[6], Error *err)
{
        static const uint8_t zero[6];
        LinkVf was;

        double_step();
        if (double_vf(pf, vf, &was, err) < 0)
                return -1;
        if (double_kernel->needs_mac && memcmp(mac, zero, 6) == 0)
                return error_errno(err, EINVAL, "no address for %s vf %u", pf, vf);
        memcpy(double_kernel->vfs[vf].mac, mac, 6);
        double_step();
        return 0;
}

static inline int double_vf_set_vlan(const char *pf, unsigned vf, const LinkVlan *vlan, Error *err)
{
        LinkVf was;

        double_step();
        if (double_vf(pf, vf, &was, err) < 0)
                return -1;
        if (double_kernel->no_vlan)
                return error_errno(err, EOPNOTSUPP, "no tag for %s vf %u", pf, vf);
        double_kernel->vfs[vf].vlan = *vlan;
        double_step();
        return 0;
}

static inline uint8_t *double_link(const char *name)
{
        for (size_t i = 0; i < DOUBLE_LINKS; i++)
                if (strcmp(double_kernel->links[i].name, name) == 0)
                        return double_kernel->links[i].mac;
        return NULL;
}

static inline bool double_mac(const char *name, uint8_t ret_mac[6])
{
        const uint8_t *mac = double_link(name);

        if (mac)
                memcpy(ret_mac, mac, 6);
        return mac;
}

static inline int double_set_mac(const char *name, const uint8_t mac[6], Error *err)
{
        double_step();
        if (!double_link(name))
                return error_errno(err, ENODEV, "no interface %s", name);
        memcpy(double_link(name), mac, 6);
        double_step();
        return 0;
}

static inline bool double_is_up(const char *name)
{
        return !double_kernel->down;
}

static const CardTalk card_double = {
        .vf = double_vf,
        .vf_set_mac = double_vf_set_mac,
        .vf_set_vlan = double_vf_set_vlan,
        .mac = double_mac,
        .set_mac = double_set_mac,
        .is_up = double_is_up,
};

/* Functions with and without an address and a tag of their own, and a card that is none. */
static inline void double_reset(void)
{
        static const CardDouble fresh = {
                .vfs = { { .mac = { 0 } },
                         { .mac = { 2, 0, 0, 0, 0, 0xa1 }, .vlan = { .tag = 7, .priority = 2 } },
                         { .mac = { 2, 0, 0, 0, 0, 0xa2 } } },
                .links = { { "vf0", { 2, 0, 0, 0, 0, 0xb0 } },
                           { "vf1", { 2, 0, 0, 0, 0, 0xa1 } },
                           { "eth0", { 2, 0, 0, 0, 0, 0xc0 } } },
        };

        if (!double_kernel)
                double_kernel =
                        mmap(NULL, sizeof(*double_kernel), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        g_assert_true(double_kernel != MAP_FAILED);
        *double_kernel = fresh;
}

/* A path below @root, printf style; its folder is made. */
static inline char *double_path(const char *root, const char *format, ...) G_GNUC_PRINTF(2, 3);

static inline char *double_path(const char *root, const char *format, ...)
{
        g_autofree char *name = NULL;
        g_autofree char *parent = NULL;
        char *path;
        va_list ap;

        va_start(ap, format);
        name = g_strdup_vprintf(format, ap);
        va_end(ap);
        path = g_build_filename(root, name, NULL);
        parent = g_path_get_dirname(path);
        g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
        return path;
}

static inline void double_sysfs_link(const char *root, const char *path, const char *target)
{
        g_autofree char *full = double_path(root, "%s", path);

        g_assert_cmpint(symlink(target, full), ==, 0);
}

/* The card @pci with interface @pf, and its functions 0000:02:00.N on a bus of their own, as /sys has them; the first two
 * are the host's (vf0, vf1). */
static inline void double_sysfs(const char *root, const char *pci, const char *pf)
{
        g_autofree char *net = double_path(root, "sys/bus/pci/devices/%s/net/%s/address", pci, pf);
        g_autofree char *device = g_strdup_printf("sys/class/net/%s/device", pf);
        g_autofree char *target = g_strdup_printf("../../../bus/pci/devices/%s", pci);

        double_sysfs_link(root, device, target);
        g_assert_true(g_file_set_contents(net, "\n", -1, NULL));
        for (unsigned i = 0; i < DOUBLE_VFS; i++) {
                g_autofree char *down = g_strdup_printf("sys/bus/pci/devices/%s/virtfn%u", pci, i);
                g_autofree char *up = g_strdup_printf("sys/bus/pci/devices/0000:02:00.%u/physfn", i);
                g_autofree char *function = g_strdup_printf("../0000:02:00.%u", i);
                g_autofree char *card = g_strdup_printf("../%s", pci);

                double_sysfs_link(root, down, function);
                double_sysfs_link(root, up, card);
        }
        for (unsigned i = 0; i < 2; i++) {
                g_autofree char *own = double_path(root, "sys/bus/pci/devices/0000:02:00.%u/net/vf%u/address", i, i);
                g_autofree char *link = g_strdup_printf("sys/class/net/vf%u/device", i);
                g_autofree char *function = g_strdup_printf("../../../bus/pci/devices/0000:02:00.%u", i);

                g_assert_true(g_file_set_contents(own, "\n", -1, NULL));
                double_sysfs_link(root, link, function);
        }
}

/* @act is killed before its @step-th step. false: it has fewer. */
static inline bool double_killed(unsigned step, void (*act)(void *opaque), void *opaque)
{
        pid_t child;
        int status = 0;

        double_kernel->budget = step;
        child = fork();
        g_assert_cmpint(child, >=, 0);
        if (child == 0) {
                act(opaque);
                _exit(0);
        }
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        double_kernel->budget = 0;
        g_assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
        return WIFSIGNALED(status);
}
