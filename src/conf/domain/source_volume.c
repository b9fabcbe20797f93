/* Volumes of storage pools in running guests: found to be a file, a device or something on the network, and shown as what
 * the user wrote. */
#include <string.h>

#include "domain/hooks.h"

/* The place of the bytes. */
enum { PLACE = offsetof(Source, file), PLACE_SIZE = offsetof(Source, seclabels) - offsetof(Source, file) };

G_STATIC_ASSERT(sizeof(((FoundSource *)0)->net) <= PLACE_SIZE &&
                offsetof(FoundSource, file) == offsetof(FoundSource, net));

bool source_never(const void *s)
{
        return false;
}

void source_leave_volume(Source *s, SourceType type)
{
        s->of_volume = g_memdup2(&s->volume, sizeof(s->volume));
        memset((char *)s + PLACE, 0, PLACE_SIZE);
        s->type = type;
}

/* A status file says both. */
int source_settle(void *s, unsigned flags, Error *err)
{
        Source *source = s;
        FoundSource *found = source->status ? source->status->found : NULL;

        if (!found || source->type != SOURCE_VOLUME || found->type == SOURCE_NONE || found->type >= SOURCE_VOLUME)
                return 0;
        source->status->found = NULL;
        source_leave_volume(source, found->type);
        memcpy(&source->net, &found->net, sizeof(found->net));
        g_free(found);
        return 0;
}

void source_show_volume(Source *source, bool status)
{
        g_autofree VolumeSource *volume = g_steal_pointer(&source->of_volume);
        g_autofree FoundSource *found = NULL;

        if (!volume)
                return;
        found = g_new0(FoundSource, 1);
        found->type = source->type;
        memcpy(&found->net, &source->net, sizeof(found->net));
        memset((char *)source + PLACE, 0, PLACE_SIZE);
        source->type = SOURCE_VOLUME;
        source->volume = *volume;
        if (!status) {
                rows_drop(&FoundSource_rows, found);
                return;
        }
        if (!source->status)
                source->status = g_new0(SourceStatus, 1);
        source->status->found = g_steal_pointer(&found);
}
