/* Changes of running guests, against a monitor that follows a script. */
#include <stdio.h>
#include <string.h>

#include "hotplug/vcpus.h"
#include "util/file.h"
#include "xlate.h"

/* The value of "return" in a file with one answer of QEMU. */
static Json *read_answer(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(Json) json = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        json = json_parse(text, length, err);
        if (!json)
                return NULL;
        if (!json_get(json, "return"))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "%s: there is no answer in it", path);
        return json_ref(json_get(json, "return"));
}

static void print_place(const QemuVcpu *vcpu)
{
        printf("    topology:");
        for (size_t i = 0; i < VCPU_PROPS; i++)
                if (vcpu->props[i] >= 0)
                        printf(" %.*s='%d'", (int)strcspn(vcpu_prop_names[i], "-"), vcpu_prop_names[i], vcpu->props[i]);
        printf(" vcpus='%u'\n", vcpu->together);
}

static void print_vcpu(unsigned id, const QemuVcpu *vcpu)
{
        printf("[vcpu libvirt-id='%u']\n    online=%s\n    hotpluggable=%s\n", id, vcpu->online ? "yes" : "no",
               vcpu->hotpluggable ? "yes" : "no");
        if (vcpu->tid)
                printf("    thread-id='%d'\n", vcpu->tid);
        if (vcpu->order)
                printf("    enable-id='%u'\n", vcpu->order);
        if (vcpu->cpu_index >= 0)
                printf("    query-cpus-id='%d'\n", vcpu->cpu_index);
        if (vcpu->type)
                printf("    type='%s'\n", vcpu->type);
        if (vcpu->alias)
                printf("    alias='%s'\n", vcpu->alias);
        if (vcpu->qom_path)
                printf("    qom_path='%s'\n", vcpu->qom_path);
        if (vcpu->together)
                print_place(vcpu);
        if (vcpu->halted)
                printf("    halted\n");
}

static int vcpu_info(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) cpus = NULL;
        g_autoptr(Json) places = NULL;
        g_autoptr(GArray) vcpus = NULL;
        int max = 0;

        if (argc < 3 || argc > 4 || !text_to_int(argv[1], 10, &max) || max <= 0)
                return CONVERT_USAGE;
        cpus = read_answer(argv[2], &err);
        if (!cpus)
                return xlate_fail(&err, CONVERT_FAILED);
        if (argc == 4 && !(places = read_answer(argv[3], &err)))
                return xlate_fail(&err, CONVERT_FAILED);
        vcpus = qemu_vcpus_read(cpus, places, (unsigned)max, &err);
        if (!vcpus)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (guint i = 0; i < vcpus->len; i++)
                print_vcpu(i, &g_array_index(vcpus, QemuVcpu, i));
        return 0;
}

const XlateCommand xlate_qemu_vcpus = { "qemu-vcpus", "MAXIMUM CPUS.json [PLACES.json]", vcpu_info };
