/* See apparmor.h. */
#include "apparmor.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_OF_NAME "LIBVIRT_TEMPLATE"

/* For hosts that bring no template: what every QEMU needs, whatever its devices are. */
static const char standard_template[] =
        "#include <tunables/global>\n"
        "\n"
        "profile " PLACE_OF_NAME " flags=(attach_disconnected) {\n"
        "  #include <abstractions/base>\n"
        "  #include <abstractions/nameservice>\n"
        "\n"
        "  # Programs, modules, firmware, keyboard layouts.\n"
        "  /usr/{bin,lib,lib64,libexec,local}/** mr,\n"
        "  /usr/share/** r,\n"
        "  /etc/{ceph,gnutls,iscsi,pki,qemu,sasl2,ssl}/{,**} r,\n"
        "  /etc/gssapi/{,**} r,\n"
        "\n"
        "  # Devices that belong to nobody.\n"
        "  /dev/{kvm,ptmx,udmabuf,userfaultfd,vhost-net,vhost-vsock} rw,\n"
        "  /dev/net/tun rw,\n"
        "  /dev/pts/{,*} rw,\n"
        "  /dev/vfio/vfio rw,\n"
        "\n"
        "  # The machine and itself.\n"
        "  @{PROC}/@{pid}/{cmdline,fd/,mem,stat,status,task/,task/*/{comm,stat,status}} r,\n"
        "  owner @{PROC}/@{pid}/task/*/comm rw,\n"
        "  @{PROC}/sys/{kernel,vm,net,fs}/** r,\n"
        "  /sys/{block,bus,class,dev,devices,module}/{,**} r,\n"
        "  /sys/kernel/mm/transparent_hugepage/* r,\n"
        "\n"
        "  # Who runs as root anyhow keeps only what files and limits take.\n"
        "  capability dac_override,\n"
        "  capability dac_read_search,\n"
        "  capability chown,\n"
        "  capability fowner,\n"
        "  capability fsetid,\n"
        "  capability ipc_lock,\n"
        "  capability setgid,\n"
        "  capability setuid,\n"
        "  capability sys_resource,\n"
        "\n"
        "  network inet stream,\n"
        "  network inet dgram,\n"
        "  network inet6 stream,\n"
        "  network inet6 dgram,\n"
        "  network vsock,\n"
        "  unix,\n"
        "\n"
        "  # The daemon may stop it and look at it.\n"
        "  signal (receive),\n"
        "  signal (send, receive) peer=@{profile_name},\n"
        "  ptrace (readby, tracedby),\n"
        "\n"
        "  # A network without privilege takes rights that the guest does not have.\n"
        "  profile passt flags=(attach_disconnected) {\n"
        "    #include if exists <abstractions/passt>\n"
        "\n"
        "    /usr/bin/passt{,.avx2} mr,\n"
        "    owner /**/passt/*-passt.pid w,\n"
        "    owner /**/passt/*.socket rw,\n"
        "    owner @{PROC}/@{pid}/uid_map r,\n"
        "    signal (receive),\n"
        "    #include if exists <libvirt/" PLACE_OF_NAME ".passt>\n"
        "  }\n"
        "}\n";

char *apparmor_profile(const char *template, const char *name, Error *err)
{
        g_autoptr(GString) text = g_string_new(template ? template : standard_template);
        const char *end;
        g_autofree char *include = g_strdup_printf("  #include <libvirt/%s.files>\n", name);

        if (g_string_replace(text, PLACE_OF_NAME, name, 0) == 0)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "the AppArmor template has no profile %s",
                                  PLACE_OF_NAME);
        end = strrchr(text->str, '}');
        if (!end)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "the AppArmor template has no end");
        g_string_insert(text, end - text->str, include);
        return g_string_free(g_steal_pointer(&text), FALSE);
}

char *apparmor_path(const char *path)
{
        GString *text = g_string_new("\"");

        for (; *path; path++) {
                if (strchr("*?[]{}^\"\\", *path))
                        g_string_append_c(text, '\\');
                if ((unsigned char)*path < ' ' || *path == 0x7f)
                        g_string_append_printf(text, "\\%03o", (unsigned char)*path);
                else
                        g_string_append_c(text, *path);
        }
        g_string_append_c(text, '"');
        return g_string_free(text, FALSE);
}

/* What is yet to be made is known by its folder. */
static char *real_path(const char *path)
{
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *name = g_path_get_basename(path);
        char *found = realpath(path, NULL);
        char *text = g_strdup(found);

        free(found);
        if (text)
                return text;
        found = realpath(folder, NULL);
        text = found ? g_build_filename(found, name, NULL) : g_strdup(path);
        free(found);
        return text;
}

/* The kernel asks for the path that a file really has; a link itself is never asked for. */
static void add_rule(GString *text, const char *path, const char *below, const char *access)
{
        g_autofree char *real = real_path(path);
        g_autofree char *quoted = apparmor_path(real);

        quoted[strlen(quoted) - 1] = '\0';
        g_string_append_printf(text, "  %s%s\" %s,\n", quoted, below, access);
}

static void add_tree(GString *text, const char *folder, bool write)
{
        add_rule(text, folder, "/", "r");
        add_rule(text, folder, "/**", write ? "rwkl" : "rk");
}

static void add_file(GString *text, const DomainFile *file)
{
        bool write = file->flags & DOMAIN_FILE_WRITE;

        /* QEMU opens a socket for writing to connect to it, whoever it belongs to. */
        if (g_strcmp0(file->what, "socket") == 0)
                write = true;
        if (g_file_test(file->path, G_FILE_TEST_IS_DIR))
                add_tree(text, file->path, write);
        else
                add_rule(text, file->path, "", write ? "rwk" : "rk");
}

char *apparmor_passt(const DomainFiles *files)
{
        GString *text = g_string_new("# Made anew at each start and change of the guest.\n");

        for (guint i = 0; i < files->len; i++) {
                const DomainFile *file = g_ptr_array_index(files, i);

                if (g_strcmp0(file->what, "interface") == 0)
                        add_rule(text, file->path, "", "rw");
        }
        return g_string_free(text, FALSE);
}

static void add_own(GString *text, const char *path)
{
        add_rule(text, path, "", "rw");
        add_tree(text, path, true);
}

/* What is not a file of the guest's to those who change owners. */
static void add_sockets(GString *text, const Domain *live)
{
        for (size_t i = 0; i < live->n_interfaces; i++) {
                const Interface *nic = &live->interfaces[i];

                if (nic->type == INTERFACE_VHOSTUSER && nic->vhostuser.path)
                        add_rule(text, nic->vhostuser.path, "", "rw");
        }
        for (size_t i = 0; i < live->n_graphics; i++) {
                const Graphics *graphics = &live->graphics[i];
                const GraphicsListen *listens = graphics->type == GRAPHICS_VNC     ? graphics->vnc.listens
                                                : graphics->type == GRAPHICS_SPICE ? graphics->spice.listens
                                                                                   : NULL;
                size_t n = graphics->type == GRAPHICS_VNC ? graphics->vnc.n_listens : graphics->spice.n_listens;

                for (size_t k = 0; listens && k < n; k++)
                        if (listens[k].type == LISTEN_SOCKET && listens[k].socket)
                                add_rule(text, listens[k].socket, "", "rw");
        }
}

char *apparmor_files(const MacGuest *guest)
{
        GString *text = g_string_new("# Made anew at each start and change of the guest.\n");
        const Domain *live = guest->live;

        if (live->emulator)
                add_rule(text, live->emulator, "", "rmix");
        for (guint i = 0; i < guest->files->len; i++)
                add_file(text, g_ptr_array_index(guest->files, i));
        for (const char *const *path = guest->folders; path && *path; path++)
                add_own(text, *path);
        for (size_t i = 0; i < live->n_filesystems; i++) {
                const Filesystem *fs = &live->filesystems[i];

                /* virtiofsd, which is not QEMU, opens its files. */
                if (fs->driver != FS_DRIVER_VIRTIOFS && fs->source)
                        add_tree(text, fs->source, !fs->readonly);
        }
        add_sockets(text, live);
        return g_string_free(text, FALSE);
}

/* A line is "NAME (MODE)". */
static bool is_loaded(const char *loaded, const char *name)
{
        size_t length = strlen(name);

        for (const char *at = loaded; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
                if (strncmp(at, name, length) == 0 && g_str_has_prefix(at + length, " ("))
                        return true;
        return false;
}

char *apparmor_program(const char *loaded, const char *profile, const char *program)
{
        g_autofree char *name = g_path_get_basename(program);
        g_autofree char *part = g_strconcat(profile, "//", name, NULL);

        if (is_loaded(loaded, part))
                return g_steal_pointer(&part);
        return is_loaded(loaded, name) || is_loaded(loaded, program) ? NULL : g_strdup(profile);
}
