/* What generated events hold behind their head: copies of their arguments. */
#include "vireo/event_values.h"

#include <string.h>

static virTypedParameterPtr params_copy(virTypedParameterPtr params, int n)
{
        virTypedParameterPtr copy = g_new0(virTypedParameter, MAX(n, 0));

        for (int i = 0; i < n; i++) {
                copy[i] = params[i];
                if (params[i].type == VIR_TYPED_PARAM_STRING)
                        copy[i].value.s = g_strdup(params[i].value.s);
        }
        return copy;
}

static void params_free(virTypedParameterPtr params, int n)
{
        for (int i = 0; i < n; i++) {
                if (params[i].type == VIR_TYPED_PARAM_STRING)
                        g_free(params[i].value.s);
        }
        g_free(params);
}

static void *address_copy(const virDomainEventGraphicsAddress *address)
{
        virDomainEventGraphicsAddressPtr copy = g_new0(virDomainEventGraphicsAddress, 1);

        copy->family = address->family;
        copy->node = g_strdup(address->node);
        copy->service = g_strdup(address->service);
        return copy;
}

static void address_free(virDomainEventGraphicsAddressPtr address)
{
        g_free(address->node);
        g_free(address->service);
        g_free(address);
}

static void *subject_copy(const virDomainEventGraphicsSubject *subject)
{
        virDomainEventGraphicsSubjectPtr copy = g_new0(virDomainEventGraphicsSubject, 1);

        copy->nidentity = subject->nidentity;
        copy->identities = g_new0(virDomainEventGraphicsSubjectIdentity, MAX(subject->nidentity, 0));
        for (int i = 0; i < subject->nidentity; i++) {
                copy->identities[i].type = g_strdup(subject->identities[i].type);
                copy->identities[i].name = g_strdup(subject->identities[i].name);
        }
        return copy;
}

static void subject_free(virDomainEventGraphicsSubjectPtr subject)
{
        for (int i = 0; i < subject->nidentity; i++) {
                g_free(subject->identities[i].type);
                g_free(subject->identities[i].name);
        }
        g_free(subject->identities);
        g_free(subject);
}

Event *event_values_new(const EventDesc *desc, const CallArg *args)
{
        Event *event = event_new(&desc->type);
        CallArg *copy = ((EventValues *)event)->args;

        for (int i = 0; i < desc->n_args; i++) {
                copy[i] = args[i];
                if (desc->args[i] == EVENT_ARG_PLAIN || !args[i].p)
                        continue;
                if (desc->args[i] == EVENT_ARG_STRING)
                        copy[i].p = g_strdup(args[i].p);
                else if (desc->args[i] == EVENT_ARG_PARAMS)
                        copy[i].p = params_copy(args[i].p, args[i + 1].i);
                else if (desc->args[i] == EVENT_ARG_ADDRESS)
                        copy[i].p = address_copy(args[i].p);
                else
                        copy[i].p = subject_copy(args[i].p);
        }
        return event;
}

void event_values_clear(Event *event)
{
        const EventDesc *desc = (const EventDesc *)event->type;
        CallArg *args = ((EventValues *)event)->args;

        for (int i = 0; i < desc->n_args; i++) {
                if (desc->args[i] == EVENT_ARG_PLAIN || !args[i].p)
                        continue;
                if (desc->args[i] == EVENT_ARG_STRING)
                        g_free(args[i].p);
                else if (desc->args[i] == EVENT_ARG_PARAMS)
                        params_free(args[i].p, args[i + 1].i);
                else if (desc->args[i] == EVENT_ARG_ADDRESS)
                        address_free(args[i].p);
                else
                        subject_free(args[i].p);
        }
}
