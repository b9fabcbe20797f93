/* Status files: what a daemon keeps about a running domain, so that the next daemon finds it again. The layout is
 * libvirt's: a host can switch either way. What QEMU's driver alone needs is in conf/qemu_status.h. */
#pragma once

#include "conf/domain.h"
#include "conf/qemu_status.h"

typedef enum COMPACT {
        STATUS_NOSTATE,
        STATUS_RUNNING,
        STATUS_BLOCKED,
        STATUS_PAUSED,
        STATUS_SHUTDOWN,
        STATUS_SHUTOFF,
        STATUS_CRASHED,
        STATUS_PMSUSPENDED,
        STATUS_MAX_
} StatusState; /* the numbers of virDomainState */
extern const char *const StatusState_names[];

/* What nobody supports: "host-cpu". */
typedef struct StatusTaint {
        char *flag;
} StatusTaint;
extern const Rows StatusTaint_rows;

typedef struct StatusDeprecation {
        char *text;
} StatusDeprecation;
extern const Rows StatusDeprecation_rows;

typedef struct DomainStatus {
        StatusState state;
        char *reason;
        int64_t pid;
        StatusTaint *taints;
        size_t n_taints;
        StatusDeprecation *deprecations;
        size_t n_deprecations;
        QemuStatus qemu;
        struct Domain *domain;
        char *rest; /* what a daemon of another version keeps and we do not know */
} DomainStatus;
extern const Rows DomainStatus_rows;

DOCUMENT_DECLARE(DomainStatus, domain_status);
