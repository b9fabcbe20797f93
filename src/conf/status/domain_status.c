/* Domain status: the names and the rows. Row order is output order. */
#include "conf/domain_status.h"

#include "status/status_hooks.h"

ENUM_TABLE(StatusState, STATUS_MAX_) = {
        [STATUS_NOSTATE] = "nostate", [STATUS_RUNNING] = "running",         [STATUS_BLOCKED] = "blocked",
        [STATUS_PAUSED] = "paused",   [STATUS_SHUTDOWN] = "shutdown",       [STATUS_SHUTOFF] = "shutoff",
        [STATUS_CRASHED] = "crashed", [STATUS_PMSUSPENDED] = "pmsuspended",
};

/* A row is a line. */
/* clang-format off */

ROWS(StatusTaint,
     ROW_STRING("@flag", StatusTaint, flag, .flags = ROW_REQUIRED));

ROWS(StatusDeprecation,
     ROW_STRING(".", StatusDeprecation, text));

ROWS_HOOKED(DomainStatus, (.init = domain_status_init, .settle = domain_status_settle, .check = domain_status_check),
     ROW_ENUM("@state",      DomainStatus, state, StatusState, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_STRING("@reason",   DomainStatus, reason),
     ROW_INT64("@pid",       DomainStatus, pid, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_LIST("taint",       DomainStatus, taints, StatusTaint),
     ROW_LIST("deprecation", DomainStatus, deprecations, StatusDeprecation),
     ROW_IN("",              DomainStatus, qemu, QemuStatus),
     ROW_SUB("domain",       DomainStatus, domain, Domain, .flags = ROW_REQUIRED),
     ROW_REST("unknown",     DomainStatus, rest));

/* clang-format on */

static char *format(const void *s, unsigned flags, Error *err)
{
        DomainStatus status = *(const DomainStatus *)s;
        g_autoptr(Domain) shown = status.domain ? domain_shown(status.domain, true) : NULL;

        if (shown)
                status.domain = shown;
        return rows_document(&DomainStatus_rows, &status, "domstatus", flags);
}

DOCUMENT_DEFINE(DomainStatus, domain_status, "domain-status", "domstatus", .format = format);

void domain_status_init(void *s)
{
        rows_init(&QemuStatus_rows, &((DomainStatus *)s)->qemu);
}

int domain_status_settle(void *s, unsigned flags, Error *err)
{
        DomainStatus *status = s;

        if (status->domain)
                qemu_status_upgrade(status->domain);
        return 0;
}

int domain_status_check(const void *s, Error *err)
{
        if (((const DomainStatus *)s)->pid < 0) /* 0: its process was still to come */
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "invalid pid in a status file");
        return 0;
}
