/* Xen names each kind of guest with a word: KIND-MAJOR.MINOR-ARCHITECTURE, behind it 'p' for PAE. */
#include "xen/xen_capabilities.h"

#include <string.h>

static const struct {
        const char *xen, *ours;
        unsigned bits;
} archs[] = {
        { "aarch64", "aarch64", 64 }, { "armv7l", "armv7l", 32 }, { "ia64", "ia64", 64 },
        { "powerpc64", "ppc64", 64 }, { "x86_32", "i686", 32 },   { "x86_64", "x86_64", 64 },
};

typedef struct GuestWord {
        bool hvm, pae;
        const char *arch;
        unsigned bits;
} GuestWord;

/* "hvm-3.0-x86_32p" */
static bool read_word(const char *text, GuestWord *ret)
{
        g_auto(GStrv) parts = g_strsplit(text, "-", 4);
        const char *rest = "";

        if (g_strv_length(parts) != 3 || (strcmp(parts[0], "xen") != 0 && strcmp(parts[0], "hvm") != 0))
                return false;
        *ret = (GuestWord){ .hvm = *parts[0] == 'h' };
        for (size_t i = 0; i < G_N_ELEMENTS(archs); i++)
                if (g_str_has_prefix(parts[2], archs[i].xen)) {
                        ret->arch = archs[i].ours;
                        ret->bits = archs[i].bits;
                        rest = parts[2] + strlen(archs[i].xen);
                }
        ret->pae = strcmp(rest, "p") == 0;
        return ret->arch && (!*rest || ret->pae);
}

static GuestToggle *on_unless_said(void)
{
        GuestToggle *toggle = g_new0(GuestToggle, 1);

        toggle->default_state = SWITCH_ON;
        toggle->toggle = YESNO_YES;
        return toggle;
}

static GuestCapabilities *add_guest(Capabilities *all, const GuestWord *word, const char *arch)
{
        GuestCapabilities *guest =
                rows_list_insert(&GuestCapabilities_rows, &all->guests, &all->n_guests, all->n_guests);
        GuestMachine *machine = rows_list_insert(&GuestMachine_rows, &guest->machines, &guest->n_machines, 0);
        GuestDomain *domain = rows_list_insert(&GuestDomain_rows, &guest->domains, &guest->n_domains, 0);

        guest->os_type = g_strdup(word->hvm ? "hvm" : "xen");
        guest->arch = g_strdup(word->arch);
        guest->wordsize = word->bits;
        guest->emulator = g_strdup_printf("/usr/%s/xen/bin/qemu-dm", strcmp(arch, "x86_64") == 0 ? "lib64" : "lib");
        machine->name = g_strdup(word->hvm ? "xenfv" : "xenpv");
        domain->type = VIRT_XEN;
        if (word->hvm) {
                guest->loader = g_strdup("/usr/lib/xen/boot/hvmloader");
                guest->acpi = on_unless_said();
                guest->apic = on_unless_said();
        }
        return guest;
}

/* A kind with and one without PAE are one. */
static GuestCapabilities *find_guest(Capabilities *all, const GuestWord *word)
{
        for (size_t i = 0; i < all->n_guests; i++)
                if (strcmp(all->guests[i].arch, word->arch) == 0 && (*all->guests[i].os_type == 'h') == word->hvm)
                        return &all->guests[i];
        return NULL;
}

static void add_word(Capabilities *all, const GuestWord *word, const char *arch)
{
        GuestCapabilities *guest = find_guest(all, word);

        if (!guest)
                guest = add_guest(all, word, arch);
        if (strcmp(word->arch, "i686") != 0)
                return;
        if (word->pae)
                guest->pae = true;
        else
                guest->nonpae = true;
}

/* Extensions for guests imply PAE: it is told where they are missing. */
static void read_flags(HostProcessor *cpu, const char *cpuinfo)
{
        g_auto(GStrv) lines = g_strsplit(cpuinfo, "\n", -1);

        for (char **line = lines; *line; line++) {
                g_auto(GStrv) flags = NULL;

                if (!g_str_has_prefix(*line, "flags") || !strchr(*line, ':'))
                        continue;
                flags = g_strsplit_set(strchr(*line, ':') + 1, " \t", -1);
                cpu->vmx = g_strv_contains((const char *const *)flags, "vmx");
                cpu->svm = g_strv_contains((const char *const *)flags, "svm");
                cpu->pae = !cpu->vmx && !cpu->svm && g_strv_contains((const char *const *)flags, "pae");
                return;
        }
}

Capabilities *xen_capabilities(const char *words, const char *cpuinfo, const char *arch)
{
        Capabilities *all = capabilities_new();
        g_auto(GStrv) list = g_strsplit_set(words, " \t\n", -1);
        UriTransport *transport;

        all->host.cpu.arch = g_strdup(arch);
        read_flags(&all->host.cpu, cpuinfo);
        all->host.migration = true;
        all->host.live_migration = true;
        transport = rows_list_insert(&UriTransport_rows, &all->host.uri_transports, &all->host.n_uri_transports, 0);
        transport->name = g_strdup("xenmigr");
        for (char **text = list; *text; text++) {
                GuestWord word;

                if (read_word(*text, &word))
                        add_word(all, &word, arch);
        }
        return all;
}
