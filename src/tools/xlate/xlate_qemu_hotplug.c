/* Changes of running guests, against a monitor that follows a script. */
#include <stdio.h>
#include <string.h>

#include "hotplug/hotplug.h"
#include "hotplug/vcpus.h"
#include "hotplug/vcpus_change.h"
#include "util/file.h"
#include "xlate_qemu.h"

/* The value of "return" in a file with one answer of QEMU. */
static Json *read_answer(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(Json) json = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        json = json_parse(text, length, err);
        if (!json)
                return NULL;
        if (!json_get(json, "return"))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "%s: there is no answer in it", path);
        return json_ref(json_get(json, "return"));
}

static void print_place(const QemuVcpu *vcpu)
{
        printf("    topology:");
        for (size_t i = 0; i < VCPU_PROPS; i++)
                if (vcpu->props[i] >= 0)
                        printf(" %.*s='%d'", (int)strcspn(vcpu_prop_names[i], "-"), vcpu_prop_names[i], vcpu->props[i]);
        printf(" vcpus='%u'\n", vcpu->together);
}

static void print_vcpu(unsigned id, const QemuVcpu *vcpu)
{
        printf("[vcpu libvirt-id='%u']\n    online=%s\n    hotpluggable=%s\n", id, vcpu->online ? "yes" : "no",
               vcpu->hotpluggable ? "yes" : "no");
        if (vcpu->tid)
                printf("    thread-id='%d'\n", vcpu->tid);
        if (vcpu->order)
                printf("    enable-id='%u'\n", vcpu->order);
        if (vcpu->cpu_index >= 0)
                printf("    query-cpus-id='%d'\n", vcpu->cpu_index);
        if (vcpu->type)
                printf("    type='%s'\n", vcpu->type);
        if (vcpu->alias)
                printf("    alias='%s'\n", vcpu->alias);
        if (vcpu->qom_path)
                printf("    qom_path='%s'\n", vcpu->qom_path);
        if (vcpu->together)
                print_place(vcpu);
        if (vcpu->halted)
                printf("    halted\n");
}

static int vcpu_info(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) cpus = NULL;
        g_autoptr(Json) places = NULL;
        g_autoptr(GArray) vcpus = NULL;
        int max = 0;

        if (argc < 3 || argc > 4 || !text_to_int(argv[1], 10, &max) || max <= 0)
                return CONVERT_USAGE;
        cpus = read_answer(argv[2], &err);
        if (!cpus)
                return xlate_fail(&err, CONVERT_FAILED);
        if (argc == 4 && !(places = read_answer(argv[3], &err)))
                return xlate_fail(&err, CONVERT_FAILED);
        vcpus = qemu_vcpus_read(cpus, places, (unsigned)max, &err);
        if (!vcpus)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (guint i = 0; i < vcpus->len; i++)
                print_vcpu(i, &g_array_index(vcpus, QemuVcpu, i));
        return 0;
}

const XlateCommand xlate_qemu_vcpus = { "qemu-vcpus", "MAXIMUM CPUS.json [PLACES.json]", vcpu_info };

/* A monitor that follows a script: commands and replies in turn; events may stand before a reply. */
typedef struct Script {
        Talk talk; /* first: the engine gets it */
        const Json *lines;
        size_t next;
        GPtrArray *gone; /* names of devices that left */
        GString *commands;
} Script;

static void note_event(Script *script, const Json *message)
{
        const char *device = json_get_string(json_get(message, "data"), "device");

        if (g_strcmp0(json_get_string(message, "event"), "DEVICE_DELETED") == 0 && device)
                g_ptr_array_add(script->gone, g_strdup(device));
}

static int take_reply(Script *script, const char *text, Json **ret_reply, Error *err)
{
        g_auto(GStrv) messages = g_strsplit(text, "\r\n", -1);

        for (char **message = messages; *message; message++) {
                g_autoptr(Json) json = json_parse(*message, strlen(*message), err);

                if (!json)
                        return -1;
                if (json_get(json, "error"))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s",
                                         json_get_string(json_get(json, "error"), "desc"));
                if (!json_has(json, "return")) {
                        note_event(script, json);
                        continue;
                }
                if (ret_reply)
                        *ret_reply = json_ref(json_get(json, "return"));
                return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "there is no reply in the script");
}

static int script_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        Script *script = (Script *)talk;
        const Json *line = json_at(script->lines, script->next);

        json_unref(arguments);
        g_string_append_printf(script->commands, "%s\n", command);
        /* Which devices there are is asked after the script has ended. */
        if (!line && strcmp(command, "qom-list") == 0)
                return take_reply(script, "{\"return\":[]}", ret_reply, err);
        if (!line || g_strcmp0(json_text(json_at(line, 0)), command) != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' is not in the script, '%s' is", command,
                                 line ? json_text(json_at(line, 0)) : "nothing");
        script->next++;
        return take_reply(script, json_text(json_at(line, 1)), ret_reply, err);
}

static void script_expect(Talk *talk, const char *alias)
{
}

static int script_wait(Talk *talk, const char *alias, Error *err)
{
        Script *script = (Script *)talk;

        for (guint i = 0; i < script->gone->len; i++)
                if (strcmp(g_ptr_array_index(script->gone, i), alias) == 0)
                        return TALK_GONE;
        return TALK_STILL_THERE;
}

static int script_wait_tray(Talk *talk, const char *alias, Error *err)
{
        return 0;
}

static int write_out(const char *folder, unsigned step, const char *suffix, const char *text, Error *err)
{
        g_autofree char *name = g_strdup_printf("step-%u.%s", step, suffix);
        g_autofree char *path = g_build_filename(folder, name, NULL);

        return file_replace(path, text, strlen(text), 0600, err);
}

static Domain *read_device(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        Domain *device = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0 ||
            domain_parse_device_for(&qemu_rules, NULL, text, length, DOMAIN_PARSE_NO_SETTLE, &device, err) < 0)
                return NULL;
        return device;
}

static int do_step(Hotplug *hotplug, const Json *step, Error *err)
{
        const char *action = json_get_string(step, "action");
        const char *path = json_get_string(step, "device");
        g_autoptr(Domain) device = path ? read_device(path, err) : NULL;
        int r = 0;

        if (!device)
                return -1;
        if (g_strcmp0(action, "attach") == 0)
                r = hotplug_attach(hotplug, device, err);
        else if (g_strcmp0(action, "detach") == 0)
                r = hotplug_detach(hotplug, device, err);
        else
                r = hotplug_update(hotplug, device, false, err);
        if (r == HOTPLUG_PENDING)
                return error_set(err, VIR_ERR_OPERATION_TIMEOUT, "the guest keeps the device");
        return r;
}

/* One step on a copy, which counts when it went well. */
static int run_step(XlateQemu *now, Hotplug *hotplug, unsigned number, const Json *step, const char *folder, Error *err)
{
        Script script = {
                .talk = { script_call, script_expect, script_wait, script_wait_tray },
                .lines = json_get(step, "monitor"),
                .gone = g_ptr_array_new_with_free_func(g_free),
                .commands = g_string_new(NULL),
        };
        ERROR_AUTO Error why = ERROR_INIT;
        g_autofree char *text = NULL;
        int r;

        hotplug->talk = &script.talk;
        hotplug->live = domain_copy(now->domain);
        r = do_step(hotplug, step, &why);
        if (r < 0) {
                domain_unref(hotplug->live);
                fprintf(stderr, "step %u: %s\n", number, why.message);
                r = write_out(folder, number, "refused", why.message, err);
        } else {
                domain_unref(now->domain);
                now->domain = hotplug->live;
                text = domain_format(now->domain, now->format, err);
                r = text ? write_out(folder, number, "xml", text, err) : -1;
                if (r == 0)
                        r = write_out(folder, number, "cmds", script.commands->str, err);
        }
        g_ptr_array_unref(script.gone);
        g_string_free(script.commands, TRUE);
        return r;
}

/* No image is there: each ends its chain. */
static int look_at_image(QemuHost *host, Disk *disk, Error *err)
{
        disk->backing = g_new0(BackingStore, 1);
        rows_init(&BackingStore_rows, disk->backing);
        return 0;
}

static int run_steps(XlateQemu *now, const char *folder, Error *err)
{
        XlateHost host = {};
        Hotplug hotplug = { .caps = now->caps, .context = &now->context, .host = &host.host };
        const Json *steps = json_get(now->json, "steps");
        int r = xlate_host_init(&host, now->domain, now->json, err);

        host.host.look_at_image = look_at_image;
        for (size_t i = 0; r == 0 && i < json_length(steps); i++)
                r = run_step(now, &hotplug, (unsigned)i + 1, json_at(steps, i), folder, err);
        json_unref(hotplug.present);
        g_free(hotplug.alias);
        xlate_host_done(&host);
        return r;
}

static int qemu_hotplug(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(XlateQemu) now = {};
        int64_t id = -1;
        int r;

        if (argc != 5)
                return CONVERT_USAGE;
        r = xlate_qemu_read(argv, &now, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        if (json_get_int(now.json, "domain_id", &id))
                now.domain->id = (int)id;
        qemu_assign_aliases(now.domain);
        return run_steps(&now, argv[4], &err) < 0 ? xlate_fail(&err, CONVERT_FAILED) : 0;
}

const XlateCommand xlate_qemu_hotplug = { "qemu-hotplug", "CIRCUMSTANCES.json RECORDING FILE FOLDER", qemu_hotplug };

/* Processors: a recorded conversation, commands with their arguments and replies in turn. */

static void add_line(Json *lines, Json *command, const char *reply)
{
        Json *line = json_array();

        json_append(line, command);
        json_append(line, json_string(reply));
        json_append(lines, line);
}

static Json *read_conversation(const char *path, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(Json) lines = json_array();
        g_autoptr(Json) command = NULL;
        g_auto(GStrv) parts = NULL;
        size_t length = 0;

        if (file_read(path, CONVERT_INPUT_MAX, &text, &length, err) < 0)
                return NULL;
        parts = g_strsplit(text, "\n\n", -1);
        for (char **part = parts; *part; part++) {
                if (!*g_strstrip(*part))
                        continue;
                if (command) {
                        add_line(lines, g_steal_pointer(&command), *part);
                        continue;
                }
                command = json_parse(*part, strlen(*part), err);
                if (!command)
                        return NULL;
        }
        return g_steal_pointer(&lines);
}

typedef struct Members {
        const Json *other;
        bool same;
} Members;

static void compare_member(const char *key, Json *value, void *opaque)
{
        Members *members = opaque;
        const Json *other = json_get(members->other, key);
        g_autofree char *one = json_format(value, false);
        g_autofree char *two = other ? json_format(other, false) : NULL;

        members->same &= g_strcmp0(one, two) == 0;
}

/* Arguments, in any order. */
static bool same_arguments(const Json *wanted, const Json *given)
{
        Members members = { .other = given, .same = json_members(wanted) == json_members(given) };

        if (wanted)
                json_each(wanted, compare_member, &members);
        return members.same;
}

static int conversation_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        Script *script = (Script *)talk;
        const Json *line = json_at(script->lines, script->next);
        const Json *wanted = json_at(line, 0);
        bool same = g_strcmp0(json_get_string(wanted, "execute"), command) == 0 &&
                    same_arguments(json_get(wanted, "arguments"), arguments);

        json_unref(arguments);
        if (!same)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' is not what comes next in the script", command);
        script->next++;
        return take_reply(script, json_text(json_at(line, 1)), ret_reply, err);
}

static int change_vcpus(XlateQemu *now, Hotplug *hotplug, Error *err)
{
        const char *map = json_get_string(now->json, "cpumap");
        g_autoptr(Bitmap) set = map ? bitmap_parse(map, VCPUS_MAX, err) : NULL;
        bool enable = false;
        int64_t count = 0;

        if (json_get_int(now->json, "vcpus", &count)) {
                if (vcpus_set_count(hotplug, (unsigned)count, NULL, err) < 0)
                        return -1;
                vcpus_config_set_count(now->domain, (unsigned)count);
                return 0;
        }
        json_get_bool(now->json, "enable", &enable);
        if (!set || vcpus_set(hotplug, set, enable, NULL, err) < 0)
                return -1;
        return vcpus_config_set(now->domain, set, enable, err);
}

static int write_domain(const Domain *domain, unsigned flags, const char *folder, const char *name, Error *err)
{
        g_autofree char *text = domain_format(domain, flags, err);
        g_autofree char *path = g_build_filename(folder, name, NULL);

        return text ? file_replace(path, text, strlen(text), 0600, err) : -1;
}

static int run_vcpus(XlateQemu *now, const char *folder, Error *err)
{
        const char *path = json_get_string(now->json, "monitor");
        g_autoptr(Json) lines = path ? read_conversation(path, err) : NULL;
        Script script = { .talk = { conversation_call, script_expect, script_wait, script_wait_tray },
                          .lines = lines,
                          .gone = g_ptr_array_new_with_free_func(g_free) };
        XlateHost host = {};
        Hotplug hotplug = { .talk = &script.talk, .caps = now->caps, .context = &now->context, .host = &host.host };
        int r = lines ? xlate_host_init(&host, now->domain, now->json, err) : -1;

        hotplug.live = domain_copy(now->domain);
        hotplug.live->id = 7;
        qemu_assign_aliases(hotplug.live);
        if (r == 0)
                r = change_vcpus(now, &hotplug, err);
        if (r == 0)
                r = write_domain(hotplug.live, DOMAIN_FORMAT_SECURE, folder, "live.xml", err);
        if (r == 0)
                r = write_domain(now->domain, DOMAIN_FORMAT_SECURE | DOMAIN_FORMAT_INACTIVE, folder, "config.xml", err);
        domain_unref(hotplug.live);
        g_ptr_array_unref(script.gone);
        if (lines)
                xlate_host_done(&host);
        return r;
}

static int qemu_hotplug_cpu(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_auto(XlateQemu) now = {};
        int r;

        if (argc != 5)
                return CONVERT_USAGE;
        r = xlate_qemu_read(argv, &now, &err);
        if (r != 0)
                return xlate_fail(&err, r);
        return run_vcpus(&now, argv[4], &err) < 0 ? xlate_fail(&err, CONVERT_REFUSED) : 0;
}

const XlateCommand xlate_qemu_hotplug_cpu = { "qemu-hotplug-cpu", "CIRCUMSTANCES.json RECORDING FILE FOLDER",
                                              qemu_hotplug_cpu };
