/* The label that the kernel confines a guest by (security/mac.h): of its process, of its files. */
#pragma once

#include "guest/instance.h"
#include "security/mac.h"

/** guest_mac: what this instance's guests are confined by; *@ret NULL: nothing. VIR_ERR_CONFIG_UNSUPPORTED: qemu.conf
 * insists on what the host does not have. */
int guest_mac(const QemuInstance *instance, const MacDriver **ret, Error *err);
/** guest_label_settle: @live says which label it runs with. */
int guest_label_settle(const QemuInstance *instance, Domain *live, Error *err);

/** guest_label_read: what the kernel says of @view's process; "" of one that is not confined. */
void guest_label_read(const DomainView *view, virSecurityLabelPtr ret);

/* One guest and what is its own. */
typedef struct GuestLabel {
        const MacDriver *mac; /* NULL: nothing is enforced */
        MacGuest guest;
        GPtrArray *folders;
} GuestLabel;

/** guest_label_of: @live runs, is to run, or ran, with @files. guest_label_done() afterwards. */
int guest_label_of(const QemuInstance *instance, const Domain *live, const DomainFiles *files, const GuestFacts *facts,
                   GuestLabel *ret, Error *err);
void guest_label_done(GuestLabel *label);
