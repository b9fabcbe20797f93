/* CpuDefinition: to and from XML, and its parts. */
#include "arch.h"

#include <string.h>

CpuDefinition *cpu_definition_new(bool host, const char *arch)
{
        CpuDefinition *definition = g_new0(CpuDefinition, 1);

        definition->host = host;
        definition->arch = g_strdup(arch);
        definition->cpu = cpu_new();
        return definition;
}

CpuDefinition *cpu_definition_free(CpuDefinition *definition)
{
        if (definition) {
                g_free(definition->arch);
                cpu_free(definition->cpu);
                g_free(definition);
        }
        return NULL;
}

static CpuDefinition *from_host(const HostProcessor *host)
{
        CpuDefinition *definition = cpu_definition_new(true, host->arch);
        Cpu *cpu = definition->cpu;

        cpu->model = g_strdup(host->model);
        cpu->vendor = g_strdup(host->vendor);
        cpu->sockets = host->sockets;
        cpu->dies = host->dies;
        cpu->cores = host->cores;
        cpu->threads = host->threads;
        cpu->phys_mode = host->phys_mode;
        cpu->phys_bits = host->phys_bits;
        for (size_t i = 0; i < host->n_cpu_features; i++)
                cpu_set_feature(cpu, host->cpu_features[i].name, CPU_POLICY_DEFAULT);
        definition->family = host->family;
        definition->model = host->model_number;
        definition->stepping = host->stepping;
        definition->microcode = host->microcode;
        return definition;
}

int cpu_definition_read(const char *xml, size_t length, unsigned flags, CpuDefinition **ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autoptr(HostProcessor) host = host_processor_new();
        CpuDefinition *guest;

        if (xml_read(xml, length, "(CPU_definition)", "cpu", &document, err) < 0)
                return -1;
        if (xml_child(xml_root(document), NULL, "arch", NULL)) {
                if (rows_parse(&HostProcessor_rows, host, xml_root(document), flags, err) < 0)
                        return -1;
                *ret = from_host(host);
                return 0;
        }
        guest = cpu_definition_new(false, NULL);
        if (rows_parse(&Cpu_rows, guest->cpu, xml_root(document), flags, err) < 0) {
                cpu_definition_free(guest);
                return -1;
        }
        *ret = guest;
        return 0;
}

int cpu_definition_parse(const char *xml, size_t length, CpuDefinition **ret, Error *err)
{
        return cpu_definition_read(xml, length, 0, ret, err);
}

void cpu_definition_fill(const CpuDefinition *definition, HostProcessor *host)
{
        const Cpu *cpu = definition->cpu;

        host->arch = g_strdup(definition->arch);
        host->model = g_strdup(cpu->model);
        host->vendor = g_strdup(cpu->vendor);
        host->family = definition->family;
        host->model_number = definition->model;
        host->stepping = definition->stepping;
        host->microcode = definition->microcode;
        host->sockets = cpu->sockets;
        host->dies = cpu->dies;
        host->cores = cpu->cores;
        host->threads = cpu->threads;
        host->phys_mode = cpu->phys_mode;
        host->phys_bits = cpu->phys_bits;
        for (size_t i = 0; i < cpu->n_features; i++) {
                HostFeature *feature =
                        rows_list_insert(&HostFeature_rows, &host->cpu_features, &host->n_cpu_features, i);

                feature->name = g_strdup(cpu->features[i].name);
        }
}

static char *format_host(const CpuDefinition *definition)
{
        g_autoptr(HostProcessor) host = host_processor_new();

        cpu_definition_fill(definition, host);
        return host_processor_format(host, 0);
}

char *cpu_definition_format(const CpuDefinition *definition)
{
        return definition->host ? format_host(definition) : cpu_format(definition->cpu, 0);
}

CpuFeature *cpu_find_feature(const Cpu *cpu, const char *name)
{
        for (size_t i = 0; i < cpu->n_features; i++)
                if (strcmp(cpu->features[i].name, name) == 0)
                        return &cpu->features[i];
        return NULL;
}

void cpu_set_feature(Cpu *cpu, const char *name, CpuPolicy policy)
{
        CpuFeature *feature = cpu_find_feature(cpu, name);

        if (!feature) {
                feature = rows_list_insert(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features);
                feature->name = g_strdup(name);
        }
        feature->policy = policy;
}

/* Forget model, vendor and features, keep the rest. */
static void cpu_drop_model(Cpu *cpu)
{
        g_clear_pointer(&cpu->model, g_free);
        g_clear_pointer(&cpu->vendor, g_free);
        while (cpu->n_features > 0)
                rows_list_remove(&CpuFeature_rows, &cpu->features, &cpu->n_features, cpu->n_features - 1);
}

void cpu_take_model(Cpu *cpu, const Cpu *from)
{
        cpu_drop_model(cpu);
        cpu->model = g_strdup(from->model);
        cpu->vendor = g_strdup(from->vendor);
        for (size_t i = 0; i < from->n_features; i++)
                cpu_set_feature(cpu, from->features[i].name, from->features[i].policy);
}

bool cpu_arch_fits(const CpuDefinition *cpu, const char *const *names)
{
        return !cpu->arch || g_strv_contains(names, cpu->arch);
}

int cpu_incompatible(virCPUCompareResult *ret, char **ret_why, const char *format, ...)
{
        va_list args;

        *ret = VIR_CPU_COMPARE_INCOMPATIBLE;
        if (ret_why) {
                va_start(args, format);
                *ret_why = g_strdup_vprintf(format, args);
                va_end(args);
        }
        return 0;
}
