/* What Xen adds to the rules of the domain document: the parts every guest of it has, its defaults. A driver, or a tool
 * that speaks for it, hands the table to the functions of conf/domain_rules.h; there is no context. */
#pragma once

#include "conf/domain_rules.h"

extern const DomainRules xen_rules;
