/* Defaults of the parts of a domain that are no devices, and of those devices that every hypervisor sees alike. */
#include <string.h>

#include "domain/hooks.h"
#include "util/text.h"

int features_settle(void *s, unsigned flags, Error *err)
{
        Features *features = s;

        if (features->hyperv && features->hyperv->mode == HYPERV_MODE_NONE)
                features->hyperv->mode = HYPERV_MODE_CUSTOM;
        /* Memory for a mode that there is not. */
        if (features->smm == SWITCH_OFF)
                features->tseg_bytes = 0;
        if (features->async_teardown_said && features->async_teardown == YESNO_ABSENT)
                features->async_teardown = YESNO_YES;
        return 0;
}

/* On these machines a guest is kept secret by the machine alone. */
int launch_security_settle(void *s, unsigned flags, Error *err)
{
        LaunchSecurity *secrecy = s;
        LaunchSecurity bare = { .type = secrecy->type };

        if (secrecy->type != LAUNCH_SECURITY_S390_PV)
                return 0;
        rows_drop(&LaunchSecurity_rows, secrecy);
        *secrecy = bare;
        return 0;
}

int os_settle(void *s, unsigned flags, Error *err)
{
        Os *os = s;

        if (os->bootmenu != YESNO_YES)
                os->bootmenu_timeout = (OptUint){ 0 };
        return 0;
}

/* A fixed clock that is so many seconds off is a variable one; what a number cannot be read from is none. */
int clock_settle(void *s, unsigned flags, Error *err)
{
        Clock *clock = s;
        bool fixed = clock->offset == CLOCK_UTC || clock->offset == CLOCK_LOCALTIME;
        int64_t seconds;
        bool number = clock->adjustment && text_to_int64(clock->adjustment, 10, &seconds);

        if (fixed && number) {
                clock->basis = clock->offset == CLOCK_UTC ? CLOCK_BASIS_UTC : CLOCK_BASIS_LOCALTIME;
                clock->offset = CLOCK_VARIABLE;
        } else if (!fixed && (clock->offset != CLOCK_VARIABLE || !number)) {
                g_free(clock->adjustment);
                clock->adjustment = clock->offset == CLOCK_VARIABLE ? g_strdup("0") : NULL;
        }
        if (clock->adjustment && !*clock->adjustment)
                g_clear_pointer(&clock->adjustment, g_free);
        if (clock->timezone && !*clock->timezone)
                g_clear_pointer(&clock->timezone, g_free);
        return 0;
}

int clock_check(const void *s, Error *err)
{
        const Clock *clock = s;
        bool fixed = clock->offset == CLOCK_UTC || clock->offset == CLOCK_LOCALTIME;
        uint64_t start;

        if (fixed && clock->adjustment && strcmp(clock->adjustment, "reset") != 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "unknown clock adjustment '%s'; it is 'reset' or a number of seconds",
                                 clock->adjustment);
        if (clock->offset == CLOCK_ABSOLUTE && clock->start && !text_to_uint64(clock->start, 10, &start))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing 'start' attribute for clock with offset='absolute': '%s' is no number of "
                                 "seconds since 1970",
                                 clock->start);
        return 0;
}

/* What was written before mirrors had an element of their own, and what still is for those who look there. */
int mirror_settle(void *s, unsigned flags, Error *err)
{
        DiskMirror *mirror = s;

        if (mirror->job == MIRROR_JOB_NONE)
                mirror->job = MIRROR_JOB_COPY;
        if (!mirror->legacy_file || mirror->source.type != SOURCE_NONE)
                return 0;
        if (mirror->legacy_format == IMAGE_FORMAT_NONE)
                mirror->legacy_format = IMAGE_FORMAT_RAW;
        mirror->source.type = SOURCE_FILE;
        mirror->source.format = mirror->legacy_format;
        mirror->source.file.path = g_strdup(mirror->legacy_file);
        return 0;
}

/* Any version, and two digits behind the point. */
int redir_rule_settle(void *s, unsigned flags, Error *err)
{
        RedirRule *rule = s;
        const char *point = rule->version ? strchr(rule->version, '.') : NULL;

        if (g_strcmp0(rule->version, "-1") == 0) {
                g_clear_pointer(&rule->version, g_free);
        } else if (point && g_ascii_isdigit(point[1]) && !point[2]) {
                char *longer = g_strconcat(rule->version, "0", NULL);

                g_free(rule->version);
                rule->version = longer;
        }
        return 0;
}

int rng_settle(void *s, unsigned flags, Error *err)
{
        Rng *rng = s;

        /* How long it takes for no bytes. */
        if (rng->rate_bytes == 0)
                rng->rate_period = 0;
        if (rng->backend == RNG_BACKEND_RANDOM && !rng->random)
                rng->random = g_strdup("/dev/random");
        return 0;
}

static bool is_zero(const void *p, size_t size)
{
        const unsigned char *bytes = p;

        for (size_t i = 0; i < size; i++)
                if (bytes[i])
                        return false;
        return true;
}

/* Limits that were all the same as none, a processor of which nothing is said. */
void domain_settle_empty(Domain *d)
{
        if (d->memtune && is_zero(d->memtune, sizeof(*d->memtune)))
                g_clear_pointer(&d->memtune, g_free);
        if (d->cpu && is_zero(d->cpu, sizeof(*d->cpu)))
                g_clear_pointer(&d->cpu, g_free);
        if (d->features && is_zero(d->features, sizeof(*d->features)))
                g_clear_pointer(&d->features, g_free);
}

static int compare_cells(const void *a, const void *b)
{
        unsigned x = ((const NumaCell *)a)->id.value, y = ((const NumaCell *)b)->id.value;

        return (x > y) - (x < y);
}

static int compare_distances(const void *a, const void *b)
{
        unsigned x = ((const NumaDistance *)a)->id, y = ((const NumaDistance *)b)->id;

        return (x > y) - (x < y);
}

static void need_distance(NumaCell *cell, unsigned id, unsigned value)
{
        NumaDistance *distance;

        for (size_t i = 0; i < cell->n_distances; i++)
                if (cell->distances[i].id == id)
                        return;
        distance = rows_list_insert(&NumaDistance_rows, &cell->distances, &cell->n_distances, cell->n_distances);
        *distance = (NumaDistance){ .id = id, .value = value };
}

/* A distance that is said one way holds the other way as well; to itself it is 10. */
static void mirror_distances(Cpu *cpu)
{
        enum { LOCAL = 10 };

        for (size_t i = 0; i < cpu->n_cells; i++) {
                NumaCell *from = &cpu->cells[i];

                for (size_t k = 0; k < from->n_distances; k++) {
                        unsigned to = from->distances[k].id;

                        if (to < cpu->n_cells && to != i && cpu->cells[to].n_distances < cpu->n_cells)
                                need_distance(&cpu->cells[to], (unsigned)i, from->distances[k].value);
                }
        }
        for (size_t i = 0; i < cpu->n_cells; i++) {
                NumaCell *cell = &cpu->cells[i];

                if (cell->n_distances == 0)
                        continue;
                need_distance(cell, (unsigned)i, LOCAL);
                qsort(cell->distances, cell->n_distances, sizeof(NumaDistance), compare_distances);
        }
}

/* A guest without cells has one, which is all of it. */
static void settle_hugepages(Domain *d)
{
        for (size_t i = 0; d->memory_backing && i < d->memory_backing->n_pages; i++) {
                Bitmap *nodes = d->memory_backing->pages[i].nodeset;

                if (nodes && bitmap_next(nodes, -1) == 0 && bitmap_next(nodes, 0) < 0)
                        g_clear_pointer(&d->memory_backing->pages[i].nodeset, bitmap_free);
        }
}

void domain_settle_numa(Domain *d)
{
        Numatune *tune = d->numatune;

        if (d->cpu && d->cpu->n_cells > 1)
                qsort(d->cpu->cells, d->cpu->n_cells, sizeof(NumaCell), compare_cells);
        if (d->cpu)
                mirror_distances(d->cpu);
        if (!d->cpu || d->cpu->n_cells == 0)
                settle_hugepages(d);
        if (tune && tune->mode != NUMA_MODE_DEFAULT && tune->placement == PLACEMENT_DEFAULT && !tune->nodeset &&
            d->vcpu_placement == PLACEMENT_AUTO)
                tune->placement = PLACEMENT_AUTO;
        if (tune && tune->placement == PLACEMENT_AUTO)
                g_clear_pointer(&tune->nodeset, bitmap_free);
}

/* The card that a display needs, where the hypervisor has one that everybody knows. */
static VideoType usual_video(const Domain *d)
{
        bool paravirtual = g_strcmp0(d->os.type, "xen") == 0 || g_strcmp0(d->os.type, "linux") == 0;

        switch (d->type) {
        case VIRT_TEST:
        case VIRT_XEN: return paravirtual ? VIDEO_XEN : VIDEO_CIRRUS;
        case VIRT_VBOX: return VIDEO_VBOX;
        case VIRT_VMWARE: return VIDEO_VMVGA;
        case VIRT_PARALLELS:
        case VIRT_VZ: return g_strcmp0(d->os.type, "hvm") == 0 ? VIDEO_VGA : VIDEO_PARALLELS;
        case VIRT_BHYVE: return VIDEO_GOP;
        default: return VIDEO_DEFAULT;
        }
}

void domain_settle_implied_video(Domain *d)
{
        VideoType usual = usual_video(d);

        if (usual == VIDEO_DEFAULT)
                return;
        if (d->n_graphics > 0 && d->n_videos == 0)
                video_settle(rows_list_insert(&Video_rows, &d->videos, &d->n_videos, 0), 0, NULL);
        for (size_t i = 0; i < d->n_videos; i++)
                if (d->videos[i].type == VIDEO_DEFAULT)
                        d->videos[i].type = usual;
}

/* On a bus the disks stand by their names, wherever the document has them. */
static size_t disk_place(const Disk *list, size_t n, const Disk *fresh)
{
        int number = disk_target_number(fresh->target);
        size_t place = n;
        bool found = false;

        for (size_t i = n; i-- > 0;) {
                if (list[i].bus != fresh->bus)
                        continue;
                if (disk_target_number(list[i].target) <= number)
                        return i + 1;
                place = i;
                found = true;
        }
        return found ? place : n;
}

void domain_settle_disk_order(Domain *d)
{
        for (size_t i = 1; i < d->n_disks; i++) {
                Disk disk = d->disks[i];
                size_t place = disk_place(d->disks, i, &disk);

                memmove(d->disks + place + 1, d->disks + place, (i - place) * sizeof(Disk));
                d->disks[place] = disk;
        }
}
