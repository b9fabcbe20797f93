#include "security/mac.h"

#include <string.h>
#include <unistd.h>

#include "mac_driver.h"

static int choose(const Domain *live, Seclabel *label, GHashTable *used, Error *err)
{
        label->label = g_strdup_printf("label-of-%s", live->name);
        return 0;
}

static char *exec_text(const Seclabel *label)
{
        return g_strdup(label->label);
}

/* Policy that knows one program, and has nothing to say of another. */
static int program_text(const Seclabel *label, const char *program, char **ret, Error *err)
{
        if (strcmp(program, "/bad") == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "policy is broken");
        *ret = strcmp(program, "/known") == 0 ? g_strconcat(label->label, "-known", NULL) : NULL;
        return 0;
}

static int own(const Seclabel *label, const char *path, Error *err)
{
        return error_set(err, VIR_ERR_OPERATION_FAILED, "%s: %s", path, label->label);
}

/* A model that no kernel has. */
static const MacDriver toy = {
        .model = "toy", .choose = choose, .exec_text = exec_text, .program_text = program_text, .own = own
};

static Domain *parse(const char *labels)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>a</name><memory>1</memory>"
                                               "<os><type arch='x86_64'>hvm</type></os>%s</domain>",
                                               labels);
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static void settle(const MacDriver *mac, const char *labels, unsigned flags, const char *want)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
        Domain *live = parse(labels);
        const Seclabel *label;

        if (mac_settle(mac, live, used, flags, &err) < 0)
                g_error("%s: %s", labels, err.message);
        label = mac_label(mac, live);
        g_assert_cmpstr(label ? label->label : NULL, ==, want);
        domain_unref(live);
}

static void test_settle(void)
{
        settle(&toy, "", MAC_CONFINE, "label-of-a");
        settle(&toy, "", 0, NULL);
        settle(&toy, "<seclabel type='none'/>", MAC_CONFINE, NULL);
        settle(&toy, "<seclabel type='none' model='toy'/>", MAC_CONFINE, NULL);
        settle(&toy, "<seclabel type='dynamic'/>", 0, "label-of-a");
        settle(&toy, "<seclabel type='dynamic' model='dac'/>", MAC_CONFINE, "label-of-a");
        settle(&toy, "<seclabel type='static' model='toy'><label>mine</label></seclabel>", 0, "mine");
        settle(NULL, "<seclabel type='dynamic' model='dac'/>", MAC_CONFINE, NULL);
        settle(NULL, "<seclabel type='none' model='selinux'/>", MAC_CONFINE, NULL);
}

static void refuse(const MacDriver *mac, const char *labels, unsigned flags, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
        Domain *live = parse(labels);

        g_assert_cmpint(mac_settle(mac, live, used, flags, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
        domain_unref(live);
}

static void test_refused(void)
{
        refuse(NULL, "", MAC_REQUIRE, "Unconfined guests are not allowed on this host");
        refuse(&toy, "<seclabel type='none'/>", MAC_CONFINE | MAC_REQUIRE, "Unconfined guests are not allowed");
        refuse(&toy, "<seclabel type='dynamic' model='selinux'/>", MAC_CONFINE, "model 'selinux' is not available");
        refuse(NULL, "<seclabel type='dynamic' model='apparmor'/>", 0, "model 'apparmor' is not available");
        refuse(&toy, "<seclabel type='static' model='toy'/>", 0, "needs a <label>");
}

static void test_find(void)
{
        static const char *const none[] = { "none", NULL }, *const dac[] = { "dac", NULL },
                                 *const other[] = { "magic", NULL };
        ERROR_AUTO Error err = ERROR_INIT;
        const MacDriver *found = &toy;

        g_assert_cmpint(mac_find(none, &found, NULL), ==, 0);
        g_assert_null(found);
        g_assert_cmpint(mac_find(dac, &found, NULL), ==, 0);
        g_assert_null(found);
        g_assert_cmpstr(mac_model(NULL), ==, "none");
        g_assert_cmpint(mac_find(other, &found, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "Security driver magic not found"));
}

static void test_exec(void)
{
        Domain *live = parse("<seclabel type='static' model='toy'><label>mine</label></seclabel>");
        MacExec exec;

        g_assert_true(mac_exec(&toy, live, &exec));
        g_assert_cmpstr(exec.text, ==, "mine");
        g_assert_true(g_str_has_prefix(exec.path, "/proc/self/attr/"));
        /* A kernel that enforces nothing takes no label: then nothing may be started. */
        g_strlcpy(exec.path, "/proc/self/no-such-file", sizeof(exec.path));
        g_assert_cmpint(mac_exec_write(&exec), ==, -1);
        mac_exec_done(&exec);
        g_assert_false(mac_exec(NULL, live, &exec));
        domain_unref(live);
}

static void test_program(void)
{
        Domain *live = parse("<seclabel type='static' model='toy'><label>mine</label></seclabel>");
        ERROR_AUTO Error err = ERROR_INIT;
        MacDriver plain = toy;
        MacExec exec;

        g_assert_true(mac_exec_program(&toy, live, "/known", &exec, &err));
        g_assert_cmpstr(exec.text, ==, "mine-known");
        g_assert_true(g_str_has_prefix(exec.path, "/proc/self/attr/"));
        mac_exec_done(&exec);
        g_assert_false(mac_exec_program(&toy, live, "/other", &exec, &err));
        g_assert_false(error_is_set(&err));
        g_assert_false(mac_exec_program(&toy, live, "/bad", &exec, &err));
        g_assert_true(error_is_set(&err));
        plain.program_text = NULL;
        g_assert_true(mac_exec_program(&plain, live, "/bad", &exec, NULL));
        g_assert_cmpstr(exec.text, ==, "mine");
        mac_exec_done(&exec);
        g_assert_false(mac_exec_program(NULL, live, "/known", &exec, NULL));
        domain_unref(live);
}

static void test_own(void)
{
        Domain *live = parse("<seclabel type='static' model='toy'><label>mine</label></seclabel>");
        Domain *free_one = parse("<seclabel type='none'/>");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(mac_own(&toy, live, "/a", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "/a: mine"));
        g_assert_cmpint(mac_own(&toy, free_one, "/a", NULL), ==, 0);
        g_assert_cmpint(mac_own(NULL, live, "/a", NULL), ==, 0);
        domain_unref(live);
        domain_unref(free_one);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/mac/settle", test_settle);
        g_test_add_func("/mac/refused", test_refused);
        g_test_add_func("/mac/find", test_find);
        g_test_add_func("/mac/exec", test_exec);
        g_test_add_func("/mac/program", test_program);
        g_test_add_func("/mac/own", test_own);
        return g_test_run();
}
