/* See vcpus.h. */
#include "hotplug/vcpus.h"

#include <glib.h>
#include <string.h>

const char *const vcpu_prop_names[VCPU_PROPS] = {
        "socket-id", "die-id", "cluster-id", "core-id", "thread-id", "node-id"
};

/* A place where processors are plugged in. */
typedef struct Place {
        int props[VCPU_PROPS];
        unsigned together;
        const char *type;
        const char *qom_path; /* NULL: nothing is there */
        size_t heard;         /* its position in QEMU's list */
        unsigned seen;        /* processors found running in it */
} Place;

static void vcpu_clear(void *opaque)
{
        QemuVcpu *vcpu = opaque;

        g_free(vcpu->type);
        g_free(vcpu->alias);
        g_free(vcpu->qom_path);
}

static void read_props(const Json *json, int props[VCPU_PROPS])
{
        for (size_t i = 0; i < VCPU_PROPS; i++) {
                int64_t value;

                props[i] = json_get_int(json, vcpu_prop_names[i], &value) && value >= 0 && value <= G_MAXINT
                                   ? (int)value
                                   : -1;
        }
}

/* By topology; QEMU tells the last place first. */
static int compare_places(const void *one, const void *other)
{
        const Place *a = one;
        const Place *b = other;

        for (size_t i = 0; i < VCPU_PROPS - 1; i++)
                if (a->props[i] != b->props[i])
                        return a->props[i] < b->props[i] ? -1 : 1;
        return a->heard > b->heard ? -1 : 1;
}

static int read_places(const Json *json, unsigned max, GArray *places, Error *err)
{
        unsigned total = 0;

        for (size_t i = 0; i < json_length(json); i++) {
                const Json *entry = json_at(json, i);
                Place place = { .heard = i, .type = json_get_string(entry, "type") };
                uint64_t count = 0;

                if (!json_get_uint(entry, "vcpus-count", &count) || count == 0 || count > VCPUS_MAX || !place.type)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "QEMU tells of a place for vcpus without a type or a number");
                place.together = (unsigned)count;
                place.qom_path = json_get_string(entry, "qom-path");
                read_props(json_get(entry, "props"), place.props);
                g_array_append_val(places, place);
                total += place.together;
                if (total > VCPUS_MAX)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU tells of more than %d vcpus", VCPUS_MAX);
        }
        if (total < max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU has places for %u vcpus, the guest may have %u",
                                 total, max);
        g_array_sort(places, compare_places);
        return 0;
}

/* Whether the processor at @path is in the place at @place: itself, or a thread of it. */
static bool is_in(const char *path, const char *place)
{
        size_t length = place ? strlen(place) : 0;

        return place && path && strncmp(path, place, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static const char *const peripheral = "/machine/peripheral/";

static void fill_place(GArray *vcpus, unsigned first, const Place *place)
{
        unsigned end = MIN(first + place->together, vcpus->len);
        const char *alias = place->qom_path && g_str_has_prefix(place->qom_path, peripheral)
                                    ? place->qom_path + strlen(peripheral)
                                    : NULL;

        for (unsigned i = first; i < end; i++) {
                QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, i);

                vcpu->entity = first;
                vcpu->hotpluggable = !place->qom_path || alias;
                memcpy(vcpu->props, place->props, sizeof(vcpu->props));
                if (i > first)
                        continue;
                vcpu->together = place->together;
                vcpu->type = g_strdup(place->type);
                vcpu->alias = g_strdup(alias);
                vcpu->qom_path = g_strdup(place->qom_path);
        }
}

static bool is_halted(const Json *cpu)
{
        const char *state = json_get_string(cpu, "cpu-state");
        bool halted = false;

        json_get_bool(cpu, "halted", &halted);
        return halted || g_strcmp0(state, "stopped") == 0;
}

static void set_running(QemuVcpu *vcpu, const Json *cpu, size_t position)
{
        int64_t number = 0;

        vcpu->online = true;
        vcpu->halted = is_halted(cpu);
        if (json_get_int(cpu, "thread-id", &number) && number > 0 && number <= G_MAXINT)
                vcpu->tid = (pid_t)number;
        vcpu->cpu_index = json_get_int(cpu, "cpu-index", &number) && number >= 0 && number <= G_MAXINT ? (int)number
                                                                                                       : (int)position;
}

/* What runs, into the places; QEMU lists processors in the order in which they came. */
static void place_running(GArray *vcpus, const Json *cpus, GArray *places)
{
        unsigned order = 0;

        for (size_t i = 0; i < json_length(cpus); i++) {
                const char *path = json_get_string(json_at(cpus, i), "qom-path");
                unsigned first = 0;

                for (guint p = 0; p < places->len; p++) {
                        Place *place = &g_array_index(places, Place, p);
                        unsigned at = first + place->seen;

                        first += place->together;
                        if (!is_in(path, place->qom_path))
                                continue;
                        if (place->seen == 0 && at < vcpus->len)
                                g_array_index(vcpus, QemuVcpu, at).order = ++order;
                        if (place->seen++ < place->together && at < vcpus->len)
                                set_running(&g_array_index(vcpus, QemuVcpu, at), json_at(cpus, i), i);
                        break;
                }
        }
}

static GArray *vcpus_new(unsigned max)
{
        GArray *vcpus = g_array_sized_new(FALSE, TRUE, sizeof(QemuVcpu), max);

        g_array_set_clear_func(vcpus, vcpu_clear);
        g_array_set_size(vcpus, max);
        for (unsigned i = 0; i < max; i++) {
                QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, i);

                vcpu->cpu_index = -1;
                vcpu->entity = i;
                for (size_t prop = 0; prop < VCPU_PROPS; prop++)
                        vcpu->props[prop] = -1;
        }
        return vcpus;
}

GArray *qemu_vcpus_read(const Json *cpus, const Json *places, unsigned max, Error *err)
{
        g_autoptr(GArray) found = g_array_new(FALSE, TRUE, sizeof(Place));
        GArray *vcpus;
        unsigned first = 0;

        if (max == 0 || max > VCPUS_MAX)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "a guest has 1 to %d vcpus", VCPUS_MAX);
        if (places && read_places(places, max, found, err) < 0)
                return NULL;
        vcpus = vcpus_new(max);
        for (size_t i = 0; !places && i < json_length(cpus) && i < max; i++)
                set_running(&g_array_index(vcpus, QemuVcpu, i), json_at(cpus, i), i);
        for (guint i = 0; i < found->len && first < max; i++) {
                const Place *place = &g_array_index(found, Place, i);

                fill_place(vcpus, first, place);
                first += place->together;
        }
        place_running(vcpus, cpus, found);
        return vcpus;
}
