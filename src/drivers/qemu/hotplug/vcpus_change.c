/* See vcpus_change.h. */
#include "hotplug/vcpus_change.h"

#include <string.h>

#include "hotplug/vcpus.h"

static Vcpu *vcpu_row(Domain *domain, unsigned id)
{
        for (size_t i = 0; i < domain->n_vcpus; i++)
                if (domain->vcpus[i].id == id)
                        return &domain->vcpus[i];
        return NULL;
}

/* Each processor by itself, where only their number was told. */
static void spell_out(Domain *domain)
{
        unsigned current = domain->vcpu_current ? domain->vcpu_current : domain->vcpu_max;

        for (unsigned id = 0; id < domain->vcpu_max; id++) {
                Vcpu *row = vcpu_row(domain, id);

                if (row)
                        continue;
                row = rows_list_insert(&Vcpu_rows, &domain->vcpus, &domain->n_vcpus, MIN(id, domain->n_vcpus));
                row->id = id;
                row->enabled = id < current ? YESNO_YES : YESNO_NO;
                row->hotpluggable = id < current ? YESNO_NO : YESNO_YES;
        }
}

static void count_enabled(Domain *domain)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_vcpus; i++)
                n += domain->vcpus[i].enabled == YESNO_YES;
        domain->vcpu_current = n == domain->vcpu_max ? 0 : n;
}

static void take_over(Domain *live, const GArray *vcpus)
{
        spell_out(live);
        for (guint i = 0; i < vcpus->len; i++) {
                const QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, i);
                Vcpu *row = vcpu_row(live, i);

                row->enabled = vcpu->online ? YESNO_YES : YESNO_NO;
                row->hotpluggable = vcpu->hotpluggable ? YESNO_YES : YESNO_NO;
                row->order = vcpu->online ? g_array_index(vcpus, QemuVcpu, vcpu->entity).order : 0;
        }
        count_enabled(live);
}

int vcpus_refresh(Hotplug *hotplug, GArray **ret_vcpus, Error *err)
{
        g_autoptr(Json) places = NULL;
        g_autoptr(Json) cpus = NULL;
        g_autoptr(GArray) vcpus = NULL;
        const QemuMachine *machine = qemu_caps_machine(hotplug->caps, hotplug->live->os.machine);

        if (!machine || !machine->hotplug_cpus)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "cpu hotplug is not supported: machine '%s' has fixed processors",
                                 hotplug->live->os.machine);
        if (talk_call(hotplug->talk, "query-hotpluggable-cpus", NULL, &places, err) < 0 ||
            talk_call(hotplug->talk, "query-cpus-fast", NULL, &cpus, err) < 0)
                return -1;
        vcpus = qemu_vcpus_read(cpus, places, hotplug->live->vcpu_max, err);
        if (!vcpus)
                return -1;
        take_over(hotplug->live, vcpus);
        if (ret_vcpus)
                *ret_vcpus = g_steal_pointer(&vcpus);
        return 0;
}

static int plug(Hotplug *hotplug, const GArray *vcpus, unsigned first, Error *err)
{
        const QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, first);
        g_autofree char *id = g_strdup_printf("vcpu%u", first);
        Json *arguments = json_object();

        json_set(arguments, "driver", json_string(vcpu->type));
        json_set(arguments, "id", json_string(id));
        for (size_t i = 0; i < VCPU_PROPS; i++)
                if (vcpu->props[i] >= 0)
                        json_set(arguments, vcpu_prop_names[i], json_int(vcpu->props[i]));
        return talk_call(hotplug->talk, "device_add", arguments, NULL, err);
}

static int unplug(Hotplug *hotplug, const GArray *vcpus, unsigned first, Error *err)
{
        const QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, first);
        g_autofree char *words = NULL;
        int r;

        if (!vcpu->alias)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "vcpu '%u' can't be unplugged", first);
        if (hotplug_ask(hotplug, vcpu->alias, true, err) < 0)
                return -1;
        r = hotplug->talk->wait(hotplug->talk, vcpu->alias, err);
        if (r != TALK_STILL_THERE)
                return r;
        words = hotplug->talk->pending ? hotplug->talk->pending(hotplug->talk, vcpu->alias) : NULL;
        return error_set(err, VIR_ERR_OPERATION_TIMEOUT,
                         "vcpu unplug request timed out. Unplug result must be manually inspected in the domain%s%s",
                         words ? ": " : "", words ? words : "");
}

/* Whether @set is exactly one place, and can be changed: the number of its first processor. */
static int find_place(const GArray *vcpus, const Bitmap *set, bool enable, unsigned *ret_first, Error *err)
{
        long id = bitmap_next(set, -1);
        unsigned first, end;

        if (id < 0 || id >= (long)vcpus->len)
                return error_set(err, VIR_ERR_INVALID_ARG, "vcpu '%ld' is not present in the domain", id);
        first = g_array_index(vcpus, QemuVcpu, id).entity;
        end = first + g_array_index(vcpus, QemuVcpu, first).together;
        for (long i = id; i >= 0; i = bitmap_next(set, i)) {
                const QemuVcpu *vcpu = i < (long)vcpus->len ? &g_array_index(vcpus, QemuVcpu, i) : NULL;

                if (!vcpu)
                        return error_set(err, VIR_ERR_INVALID_ARG, "vcpu '%ld' is not present in the domain", i);
                if (vcpu->online == enable)
                        return error_set(err, VIR_ERR_INVALID_ARG, "vcpu '%ld' is already in requested state", i);
                if (!enable && !vcpu->hotpluggable)
                        return error_set(err, VIR_ERR_INVALID_ARG, "vcpu '%ld' can't be hotunplugged", i);
                if (vcpu->entity != first)
                        return error_set(err, VIR_ERR_INVALID_ARG, "only one hotpluggable entity can be selected");
        }
        for (unsigned i = first; i < end; i++)
                if (!bitmap_get(set, i))
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "vcpu '%u' was not selected but it belongs to hotpluggable entity '%u-%u' "
                                         "which was partially selected",
                                         i, first, end - 1);
        *ret_first = first;
        return 0;
}

int vcpus_set(Hotplug *hotplug, const Bitmap *set, bool enable, GArray **ret_vcpus, Error *err)
{
        g_autoptr(GArray) vcpus = NULL;
        unsigned first = 0;

        if (vcpus_refresh(hotplug, &vcpus, err) < 0 || find_place(vcpus, set, enable, &first, err) < 0)
                return -1;
        if ((enable ? plug(hotplug, vcpus, first, err) : unplug(hotplug, vcpus, first, err)) < 0)
                return -1;
        return vcpus_refresh(hotplug, ret_vcpus, err);
}

static unsigned count_online(const GArray *vcpus)
{
        unsigned n = 0;

        for (guint i = 0; i < vcpus->len; i++)
                n += g_array_index(vcpus, QemuVcpu, i).online;
        return n;
}

/* The next place to fill (the first that is empty) or to empty (the last that can be); -1: none. */
static long next_place(const GArray *vcpus, bool enable)
{
        for (guint n = 0; n < vcpus->len; n++) {
                guint i = enable ? n : vcpus->len - 1 - n;
                const QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, i);

                if (vcpu->together > 0 && vcpu->online != enable && vcpu->hotpluggable)
                        return (long)i;
        }
        return -1;
}

/* One step towards @count; 0: it is reached. */
static int step(Hotplug *hotplug, const GArray *vcpus, unsigned count, Error *err)
{
        unsigned online = count_online(vcpus);
        bool enable = count > online;
        long place = next_place(vcpus, enable);
        unsigned together;

        if (online == count)
                return 0;
        if (place < 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "failed to find appropriate hotpluggable vcpus to reach the desired target vcpu "
                                 "count");
        together = g_array_index(vcpus, QemuVcpu, place).together;
        if (enable ? online + together > count : online < count + together)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "target vm vcpu granularity does not allow the desired vcpu count");
        if ((enable ? plug(hotplug, vcpus, (unsigned)place, err) : unplug(hotplug, vcpus, (unsigned)place, err)) < 0)
                return -1;
        return 1;
}

int vcpus_set_count(Hotplug *hotplug, unsigned count, GArray **ret_vcpus, Error *err)
{
        g_autoptr(GArray) vcpus = NULL;
        int r = vcpus_refresh(hotplug, &vcpus, err);

        while (r == 0 && (r = step(hotplug, vcpus, count, err)) > 0) {
                g_clear_pointer(&vcpus, g_array_unref);
                r = vcpus_refresh(hotplug, &vcpus, err);
                if (r == 0 && count_online(vcpus) == count)
                        break;
        }
        if (ret_vcpus)
                *ret_vcpus = g_steal_pointer(&vcpus);
        return r;
}

/* The start */

static bool is_wanted_later(const Vcpu *row)
{
        return row->enabled == YESNO_YES && row->hotpluggable == YESNO_YES;
}

int vcpus_check_start(const Domain *domain, Error *err)
{
        g_autoptr(Bitmap) orders = bitmap_new(domain->vcpu_max + 1);

        for (size_t i = 0; i < domain->n_vcpus; i++) {
                const Vcpu *row = &domain->vcpus[i];

                if (row->id >= domain->vcpu_max)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "vcpu '%u' is not one of the %u of the domain", row->id, domain->vcpu_max);
                if (row->id == 0 && (row->enabled != YESNO_YES || row->hotpluggable == YESNO_YES))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "vcpu '0' must be enabled and cannot be hotpluggable");
                if (row->order == 0 || row->enabled != YESNO_YES)
                        continue;
                if (row->order > domain->vcpu_max)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vcpu order '%u' exceeds vcpu count",
                                         row->order);
                if (bitmap_get(orders, row->order))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "duplicate vcpu order '%u'", row->order);
                bitmap_set(orders, row->order, true);
        }
        return 0;
}

static int check_group(const Domain *live, const GArray *vcpus, unsigned first, Error *err)
{
        unsigned end = first + g_array_index(vcpus, QemuVcpu, first).together;
        const Vcpu *one = vcpu_row((Domain *)live, first);

        for (unsigned i = first + 1; i < end && i < vcpus->len; i++) {
                const Vcpu *other = vcpu_row((Domain *)live, i);

                if (one->enabled != other->enabled || is_wanted_later(one) != is_wanted_later(other))
                        return error_set(
                                err, VIR_ERR_CONFIG_UNSUPPORTED,
                                "vcpus '%u' and '%u' are in the same hotplug group but differ in configuration", first,
                                i);
        }
        return 0;
}

typedef struct Wanted {
        unsigned first, order;
} Wanted;

/* Those with an order come first. */
static int compare_wanted(const void *one, const void *other)
{
        const Wanted *a = one;
        const Wanted *b = other;
        unsigned order_a = a->order ? a->order : G_MAXUINT;
        unsigned order_b = b->order ? b->order : G_MAXUINT;

        if (order_a != order_b)
                return order_a < order_b ? -1 : 1;
        return a->first < b->first ? -1 : a->first > b->first;
}

static GArray *list_wanted(const Domain *live, const GArray *vcpus, Error *err)
{
        g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(Wanted));

        for (unsigned i = 0; i < vcpus->len; i++) {
                const QemuVcpu *vcpu = &g_array_index(vcpus, QemuVcpu, i);
                const Vcpu *row = vcpu_row((Domain *)live, i);
                Wanted entry = { .first = i, .order = row ? row->order : 0 };

                if (vcpu->together == 0 || !row)
                        continue;
                if (check_group(live, vcpus, i, err) < 0)
                        return NULL;
                if (is_wanted_later(row) && !vcpu->online)
                        g_array_append_val(wanted, entry);
        }
        g_array_sort(wanted, compare_wanted);
        return g_steal_pointer(&wanted);
}

int vcpus_plug_wanted(Hotplug *hotplug, GArray **ret_vcpus, Error *err)
{
        g_autoptr(Domain) document = domain_copy(hotplug->live);
        g_autoptr(GArray) vcpus = NULL;
        g_autoptr(GArray) wanted = NULL;

        spell_out(document);
        if (vcpus_refresh(hotplug, &vcpus, err) < 0)
                return -1;
        wanted = list_wanted(document, vcpus, err);
        if (!wanted)
                return -1;
        for (guint i = 0; i < wanted->len; i++)
                if (plug(hotplug, vcpus, g_array_index(wanted, Wanted, i).first, err) < 0)
                        return -1;
        return vcpus_refresh(hotplug, ret_vcpus, err);
}

/* The definition */

int vcpus_config_set(Domain *config, const Bitmap *set, bool enable, Error *err)
{
        long last = -1;

        if (bitmap_get(set, 0))
                return error_set(err, VIR_ERR_INVALID_ARG, "vCPU '0' can't be modified");
        spell_out(config);
        for (long i = bitmap_next(set, -1); i >= 0; i = bitmap_next(set, i)) {
                Vcpu *row = vcpu_row(config, (unsigned)i);

                if (!row)
                        return error_set(err, VIR_ERR_INVALID_ARG, "vcpu %ld is not present in persistent config", i);
                row->enabled = enable ? YESNO_YES : YESNO_NO;
                row->hotpluggable = YESNO_YES;
                last = i;
        }
        for (size_t i = 0; i < config->n_vcpus; i++) {
                Vcpu *row = &config->vcpus[i];

                row->order = 0;
                if ((long)row->id > last && row->enabled == YESNO_YES && row->hotpluggable == YESNO_NO)
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "vcpu '%ld' can't be modified as it is followed by non-hotpluggable online "
                                         "vcpus",
                                         last);
        }
        count_enabled(config);
        return 0;
}

void vcpus_config_set_count(Domain *config, unsigned count)
{
        unsigned enabled = 0;

        if (config->n_vcpus == 0) {
                config->vcpu_current = count == config->vcpu_max ? 0 : count;
                return;
        }
        spell_out(config);
        for (size_t i = 0; i < config->n_vcpus; i++) {
                config->vcpus[i].order = 0;
                enabled += config->vcpus[i].enabled == YESNO_YES;
        }
        for (size_t i = 0; i < config->n_vcpus && enabled < count; i++) {
                if (config->vcpus[i].enabled == YESNO_YES)
                        continue;
                config->vcpus[i].enabled = YESNO_YES;
                enabled++;
        }
        for (size_t i = config->n_vcpus; i > 1 && enabled > count; i--) {
                if (config->vcpus[i - 1].enabled != YESNO_YES)
                        continue;
                config->vcpus[i - 1].enabled = YESNO_NO;
                config->vcpus[i - 1].hotpluggable = YESNO_YES;
                enabled--;
        }
        count_enabled(config);
}
