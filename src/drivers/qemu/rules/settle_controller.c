/* See settle.h: the list of controllers: finding, adding, numbering, order. */
#include "rules/settle.h"

#include <string.h>

Controller *controller_find(const Domain *domain, ControllerType type, unsigned index)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == type && domain->controllers[i].index.set &&
                    domain->controllers[i].index.value == index)
                        return &domain->controllers[i];
        return NULL;
}

Controller *controller_add(Domain *domain, ControllerType type, unsigned index, ControllerModel model)
{
        Controller *controller =
                rows_list_insert(&Controller_rows, &domain->controllers, &domain->n_controllers, domain->n_controllers);

        controller->type = type;
        controller->index = (OptUint){ .value = index, .set = true };
        controller->model = model;
        return controller;
}

void controller_need(Domain *domain, ControllerType type, unsigned index)
{
        /* A document can ask for a far one: bounded. */
        enum { INDEX_MAX = 255 };

        for (unsigned i = 0; i <= MIN(index, INDEX_MAX); i++)
                if (!controller_find(domain, type, i))
                        controller_add(domain, type, i, CONTROLLER_MODEL_NONE);
}

/* The highest number of a controller of @type. */
static unsigned highest_index(const Domain *domain, ControllerType type)
{
        unsigned highest = 0;

        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == type && domain->controllers[i].index.set)
                        highest = MAX(highest, domain->controllers[i].index.value);
        return highest;
}

bool controller_is_companion(const Controller *controller)
{
        return controller->type == CONTROLLER_USB &&
               (controller->model == CONTROLLER_MODEL_ICH9_EHCI1 || controller->model == CONTROLLER_MODEL_ICH9_UHCI1 ||
                controller->model == CONTROLLER_MODEL_ICH9_UHCI2 || controller->model == CONTROLLER_MODEL_ICH9_UHCI3);
}

/* The four functions of ICH9's USB have one number: the last group, when it lacks this one. */
static bool joins_group(const Domain *domain, const Controller *fresh, unsigned *ret_index)
{
        unsigned index = highest_index(domain, CONTROLLER_USB);
        bool found = false;

        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *other = &domain->controllers[i];

                if (other->type != CONTROLLER_USB || !other->index.set || other->index.value != index)
                        continue;
                if (!controller_is_companion(other) || other->model == fresh->model)
                        return false;
                found = true;
        }
        *ret_index = index;
        return found;
}

/* Those that the document does not number take the lowest free numbers. */
static void number_controllers(Domain *domain)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                Controller *controller = &domain->controllers[i];
                unsigned index = 0;

                if (controller->index.set)
                        continue;
                if (!controller_is_companion(controller) || !joins_group(domain, controller, &index))
                        while (controller_find(domain, controller->type, index))
                                index++;
                controller->index = (OptUint){ .value = index, .set = true };
        }
}

/* Whether @later stands before @earlier, which it follows in the document. */
static bool goes_before(const Controller *later, const Controller *earlier)
{
        if (later->type != earlier->type || !later->index.set || !earlier->index.set)
                return false;
        if (later->index.value != earlier->index.value)
                return later->index.value < earlier->index.value;
        return !later->info.master_port.set && earlier->info.master_port.set;
}

/* By number within each type, masters before companions, else as written. */
static void order_controllers(Domain *domain)
{
        for (size_t i = 1; i < domain->n_controllers; i++) {
                Controller moved = domain->controllers[i];
                size_t place = i;

                for (size_t k = i; k > 0; k--)
                        if (goes_before(&moved, &domain->controllers[k - 1]))
                                place = k - 1;
                memmove(&domain->controllers[place + 1], &domain->controllers[place], (i - place) * sizeof(Controller));
                domain->controllers[place] = moved;
        }
}

/* The older functions of ICH9's USB serve the ports of the newer one, two each. */
static void name_companions(Domain *domain)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                Controller *controller = &domain->controllers[i];

                if (!controller_is_companion(controller) || controller->model == CONTROLLER_MODEL_ICH9_EHCI1 ||
                    controller->info.master_port.set)
                        continue;
                controller->info.master_port.set = true;
                controller->info.master_port.value = controller->model == CONTROLLER_MODEL_ICH9_UHCI1   ? 0
                                                     : controller->model == CONTROLLER_MODEL_ICH9_UHCI2 ? 2
                                                                                                        : 4;
        }
}

void controllers_arrange(Domain *domain)
{
        name_companions(domain);
        order_controllers(domain);
        number_controllers(domain);
}
