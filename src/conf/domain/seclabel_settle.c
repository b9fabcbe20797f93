/* Rules of security labels: of a domain, and of one disk or character device. */
#include <string.h>

#include "domain/hooks.h"

int seclabel_settle(void *s, unsigned flags, Error *err)
{
        Seclabel *label = s;

        if (label->type == SECLABEL_DEFAULT)
                label->type = SECLABEL_DYNAMIC;
        if (label->relabel == YESNO_ABSENT && label->type != SECLABEL_NONE)
                label->relabel = label->type == SECLABEL_DYNAMIC ? YESNO_YES : YESNO_NO;
        if (label->type == SECLABEL_NONE)
                label->relabel = YESNO_ABSENT;
        return 0;
}

int source_seclabel_settle(void *s, unsigned flags, Error *err)
{
        SourceSeclabel *label = s;

        if (label->label && label->relabel == YESNO_ABSENT)
                label->relabel = YESNO_YES;
        return 0;
}

int source_seclabel_check(const void *s, Error *err)
{
        const SourceSeclabel *label = s;

        if (label->label && label->relabel == YESNO_NO)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Cannot specify a label if relabelling is turned off. model=%s",
                                 label->model ? label->model : "default");
        return 0;
}

static int check_models(const SourceSeclabel *list, size_t n, Error *err)
{
        enum { LABELS_MAX = 256 }; /* each is compared with each */

        if (n > LABELS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d security labels of one device",
                                 LABELS_MAX);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < i && list[i].model; k++)
                        if (g_strcmp0(list[i].model, list[k].model) == 0)
                                return error_set(err, VIR_ERR_XML_DETAIL, "seclabel for model %s is already provided",
                                                 list[i].model);
        return 0;
}

/* The labels of one device. What was left out while the guest ran says nothing about the next run. */
int source_seclabels_settle(SourceSeclabel *list, size_t *n, unsigned flags, Error *err)
{
        if (check_models(list, *n, err) < 0)
                return -1;
        for (size_t i = 0; flags & ROWS_INACTIVE && i < *n; i++)
                if (!list[i].label && list[i].relabel == YESNO_YES)
                        return error_set(err, VIR_ERR_XML_ERROR, "Cannot specify relabel if label is missing. model=%s",
                                         list[i].model ? list[i].model : "default");
        for (size_t i = flags & ROWS_INACTIVE ? *n : 0; i-- > 0;)
                if (!list[i].label && list[i].relabel != YESNO_NO)
                        rows_list_remove(&SourceSeclabel_rows, &list, n, i);
        return 0;
}
