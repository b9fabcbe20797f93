#include "security/dac.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define XATTR "trusted.libvirt.security."

static void test_parse(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        DacUser user = { 1, 1 };

        g_assert_cmpint(dac_parse("+12:+34", &user, NULL), ==, 0);
        g_assert_true(user.uid == 12 && user.gid == 34);
        g_assert_cmpint(dac_parse("root:56", &user, NULL), ==, 0);
        g_assert_true(user.uid == 0 && user.gid == 56);
        g_assert_cmpint(dac_parse("12", &user, NULL), ==, -1);
        g_assert_cmpint(dac_parse("no-such-user:0", &user, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(dac_parse("+4294967295:+0", &user, NULL), ==, -1);
        g_assert_cmpint(dac_parse("+1x:+0", &user, NULL), ==, -1);
        g_assert_true(user.uid == 0 && user.gid == 56);
}

static Domain *domain_with(const char *seclabel)
{
        g_autofree char *xml =
                g_strdup_printf("<domain type='qemu'><name>a</name><memory>1</memory><os><type arch='x86_64'>hvm"
                                "</type></os>%s</domain>",
                                seclabel);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static void test_settle(void)
{
        static const struct {
                const char *xml, *label, *image;
                bool relabel;
        } cases[] = {
                { "", "+7:+8", "+7:+8", true },
                { "<seclabel type='none' model='dac'/>", NULL, NULL, false },
                { "<seclabel type='static' model='dac' relabel='no'><label>+1:+2</label></seclabel>", "+1:+2", NULL,
                  false },
                { "<seclabel type='static' model='dac' relabel='yes'><label>+1:+2</label></seclabel>", "+1:+2", "+1:+2",
                  true },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                Domain *domain = domain_with(cases[i].xml);
                DacUser user;
                Dac dac;

                g_assert_cmpint(dac_settle(domain, (DacUser){ 7, 8 }, NULL), ==, 0);
                g_assert_cmpint(domain->n_seclabels, ==, 1);
                g_assert_cmpstr(domain->seclabels[0].label, ==, cases[i].label);
                g_assert_cmpstr(domain->seclabels[0].imagelabel, ==, cases[i].image);
                g_assert_cmpint(dac_of(domain, (DacUser){ 7, 8 }, true, true, &dac, NULL), ==, 0);
                g_assert_true(dac.relabel == cases[i].relabel);
                g_assert_cmpint(dac_process(domain, (DacUser){ 7, 8 }, &user, NULL), ==, 0);
                g_assert_cmpint(user.uid, ==, cases[i].label && cases[i].label[1] == '1' ? 1 : 7);
                domain_unref(domain);
        }
}

/* Files with owners. */
typedef struct Ground {
        char *folder;
        char *image, *base, *other;
} Ground;

static Ground ground_new(void)
{
        Ground ground = { .folder = g_dir_make_tmp("vireo-dac-XXXXXX", NULL) };

        ground.image = g_build_filename(ground.folder, "image", NULL);
        ground.base = g_build_filename(ground.folder, "base", NULL);
        ground.other = g_build_filename(ground.folder, "other", NULL);
        for (char **file = (char *[]){ ground.image, ground.base, ground.other, NULL }; *file; file++) {
                g_assert_true(g_file_set_contents(*file, "x", 1, NULL));
                g_assert_cmpint(chown(*file, 100, 200), ==, 0);
        }
        return ground;
}

static void ground_done(Ground *ground)
{
        unlink(ground->image);
        unlink(ground->base);
        unlink(ground->other);
        g_assert_cmpint(rmdir(ground->folder), ==, 0);
        g_free(ground->image);
        g_free(ground->base);
        g_free(ground->other);
        g_free(ground->folder);
}

static void assert_owner(const char *path, uid_t uid, gid_t gid)
{
        struct stat info;

        g_assert_cmpint(stat(path, &info), ==, 0);
        g_assert_cmpint(info.st_uid, ==, uid);
        g_assert_cmpint(info.st_gid, ==, gid);
}

static void assert_attribute(const char *path, const char *name, const char *want)
{
        g_autofree char *full = g_strconcat(XATTR, name, NULL);
        char value[64] = "";
        ssize_t length = getxattr(path, full, value, sizeof(value) - 1);

        g_assert_cmpstr(length < 0 ? NULL : value, ==, want);
}

static bool can_remember(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-dac-XXXXXX", NULL);
        bool can = geteuid() == 0 && setxattr(folder, XATTR "dac", "x", 1, 0) == 0;

        rmdir(folder);
        if (!can)
                g_test_skip("needs root and a file system with trusted attributes");
        return can;
}

static DomainFiles *files_of(const char *path, unsigned flags)
{
        DomainFiles *files = domain_files_new();

        domain_files_add(files, path, flags);
        return files;
}

/* A guest, and a file that it has. */
typedef struct Given {
        Ground ground;
        DomainFiles *files;
        Dac dac;
} Given;

static void test_give_and_take_back(Given *given)
{
        domain_files_add(given->files, given->ground.base, DOMAIN_FILE_SHARED);
        domain_files_add(given->files, given->ground.other, DOMAIN_FILE_KEEP);
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        assert_owner(given->ground.image, 7, 8);
        assert_attribute(given->ground.image, "dac", "+100:+200");
        assert_attribute(given->ground.image, "ref_dac", "1");
        assert_owner(given->ground.base, 7, 8);
        assert_attribute(given->ground.base, "dac", NULL);
        assert_owner(given->ground.other, 100, 200);
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
        assert_attribute(given->ground.image, "dac", NULL);
        assert_attribute(given->ground.image, "ref_dac", NULL);
        assert_attribute(given->ground.image, "timestamp_dac", NULL);
        assert_owner(given->ground.base, 7, 8);
}

static void test_counts(Given *given)
{
        Dac other = { .image = { 9, 9 }, .relabel = true, .remember = true };
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        assert_attribute(given->ground.image, "ref_dac", "2");
        g_assert_cmpint(dac_set(&other, given->files, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_INVALID);
        assert_attribute(given->ground.image, "ref_dac", "2");
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 7, 8);
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
}

/* Counts of guests from before the host was booted. */
static void test_stale(Given *given)
{
        g_assert_cmpint(setxattr(given->ground.image, XATTR "dac", "+5:+5", 5, 0), ==, 0);
        g_assert_cmpint(setxattr(given->ground.image, XATTR "ref_dac", "3", 1, 0), ==, 0);
        g_assert_cmpint(setxattr(given->ground.image, XATTR "timestamp_dac", "1000", 4, 0), ==, 0);
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        assert_attribute(given->ground.image, "dac", "+100:+200");
        assert_attribute(given->ground.image, "ref_dac", "1");
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
}

/* Whatever stops it: what was done before is undone. */
static void test_all_or_none(Given *given)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *missing = NULL;

        missing = g_build_filename(given->ground.folder, "missing", NULL);
        domain_files_add(given->files, missing, DOMAIN_FILE_WRITE | DOMAIN_FILE_MAY_MISS);
        domain_files_add(given->files, missing, DOMAIN_FILE_WRITE);
        g_assert_cmpint(dac_set(&given->dac, given->files, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, missing));
        assert_owner(given->ground.image, 100, 200);
        assert_attribute(given->ground.image, "ref_dac", NULL);
}

/* A daemon that was killed had not given the file yet, or had given it back already: it is somebody's, not root's. */
static void test_nobody_has_it(Given *given)
{
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        /* Given back, but not forgotten yet. */
        g_assert_cmpint(chown(given->ground.image, 100, 200), ==, 0);
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
        assert_attribute(given->ground.image, "dac", NULL);
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 100, 200);
        /* Without a memory it is root's. */
        given->dac.remember = false;
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.image, 0, 0);
}

/* The calls that change a file: the process ends in place of the one with this number. 0: none does. */
static int die_at, changes;
/* What happens meanwhile, once, before a file is written to; before its owner is changed. */
static void (*before_writing)(Given *given), (*before_owning)(Given *given);
static Given *meanwhile;
static int refuse_owning; /* an errno; 0: it is done */

static void one_change(void (**func)(Given *given))
{
        void (*once)(Given * given) = *func;

        *func = NULL;
        if (once)
                once(meanwhile);
        if (++changes == die_at)
                _exit(77);
}

int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
        one_change(&before_writing);
        return (int)syscall(SYS_setxattr, path, name, value, size, flags);
}

int removexattr(const char *path, const char *name)
{
        one_change(&before_writing);
        return (int)syscall(SYS_removexattr, path, name);
}

int chown(const char *path, uid_t uid, gid_t gid)
{
        one_change(&before_owning);
        errno = refuse_owning;
        return refuse_owning ? -1 : (int)syscall(SYS_chown, path, uid, gid);
}

/* Whoever may write to the folder puts something else in the file's place. */
static void swap(Given *given)
{
        g_assert_cmpint(rename(given->ground.image, given->ground.base), ==, 0);
        g_assert_cmpint(symlink(given->ground.other, given->ground.image), ==, 0);
}

static void test_swapped(Given *given)
{
        before_writing = swap;
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        g_assert_null(before_writing);
        assert_owner(given->ground.other, 100, 200);
        assert_attribute(given->ground.other, "ref_dac", NULL);
        assert_owner(given->ground.base, 7, 8);
        /* It is given back by the name that it was given under; the other one was never the guest's. */
        dac_restore(&given->dac, given->files, false);
        assert_owner(given->ground.other, 100, 200);
        before_owning = swap;
        g_assert_cmpint(rename(given->ground.base, given->ground.image), ==, 0);
        dac_restore(&given->dac, given->files, false);
        g_assert_null(before_owning);
        assert_owner(given->ground.other, 100, 200);
        assert_owner(given->ground.base, 100, 200);
}

/* As a file system of another host does that does not believe in our root. */
static void test_not_permitted(Given *given)
{
        static const int errors[] = { EPERM, EROFS, ENOTSUP };

        for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
                refuse_owning = errors[i];
                g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
                dac_restore(&given->dac, given->files, false);
                assert_attribute(given->ground.image, "ref_dac", NULL);
        }
        refuse_owning = EIO;
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, -1);
        assert_attribute(given->ground.image, "ref_dac", NULL);
        refuse_owning = 0;
        assert_owner(given->ground.image, 100, 200);
}

static pid_t second;

static char state_of(pid_t pid)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
        g_autofree char *text = NULL;
        const char *after;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        after = strrchr(text, ')');
        return after && after[1] ? after[2] : '?';
}

/* Another guest gets the file: it has come to its end, or waits for us, before we go on. */
static void start_second(Given *given)
{
        second = fork();
        if (second == 0) {
                Dac dac = given->dac;

                g_strlcpy(dac.holder.name, "second", sizeof(dac.holder.name));
                _exit(dac_set(&dac, given->files, NULL) < 0);
        }
        while (!strchr("SZ", state_of(second)))
                sched_yield();
}

static void test_two_at_once(Given *given)
{
        int status;

        before_owning = start_second;
        g_assert_cmpint(dac_set(&given->dac, given->files, NULL), ==, 0);
        g_assert_cmpint(waitpid(second, &status, 0), ==, second);
        g_assert_cmpint(status, ==, 0);
        assert_attribute(given->ground.image, "ref_dac", "2");
        assert_attribute(given->ground.image, "dac", "+100:+200");
        assert_owner(given->ground.image, 7, 8);
}

static const struct GivenTest {
        const char *path;
        void (*run)(Given *given);
} given_tests[] = {
        { "/dac/root/give-and-take-back", test_give_and_take_back },
        { "/dac/root/counts", test_counts },
        { "/dac/root/stale", test_stale },
        { "/dac/root/all-or-none", test_all_or_none },
        { "/dac/root/nobody-has-it", test_nobody_has_it },
        { "/dac/root/swapped", test_swapped },
        { "/dac/root/not-permitted", test_not_permitted },
        { "/dac/root/two-at-once", test_two_at_once },
};

static void run_given(const void *test)
{
        Given given = { .dac = { .image = { 7, 8 }, .relabel = true, .remember = true } };

        if (!can_remember())
                return;
        given.ground = ground_new();
        given.files = files_of(given.ground.image, DOMAIN_FILE_WRITE);
        meanwhile = &given;
        ((const struct GivenTest *)test)->run(&given);
        domain_files_free(given.files);
        ground_done(&given.ground);
}

/* A daemon that is killed at step @step of giving the files to @dac's guest (@take: taking them back). False: it came to
 * its end. */
static bool killed_at(int step, const Dac *dac, const DomainFiles *files, bool take)
{
        pid_t pid = fork();
        int status;

        if (pid == 0) {
                die_at = step;
                changes = 0;
                if (take)
                        dac_restore(dac, files, false);
                else
                        dac_set(dac, files, NULL);
                _exit(0);
        }
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_assert_true(WIFEXITED(status));
        return WEXITSTATUS(status) == 77;
}

/* A file that several guests have, as a kernel: however often one of them lets go of it, it is once. */
typedef struct Shared {
        Ground ground;
        DomainFiles *files;
        Dac one, two, three;
} Shared;

static Dac dac_for(const char *who)
{
        Dac dac = { .image = { 7, 8 }, .relabel = true, .remember = true };
        Uuid uuid = { 0 };

        memcpy(&uuid, who, strlen(who));
        holder_name(&dac.holder, "/run/some", &uuid);
        return dac;
}

static Shared shared_new(void)
{
        Shared shared = {
                .ground = ground_new(), .one = dac_for("one"), .two = dac_for("two"), .three = dac_for("three")
        };

        shared.files = files_of(shared.ground.image, DOMAIN_FILE_WRITE);
        domain_files_add(shared.files, shared.ground.other, DOMAIN_FILE_WRITE);
        g_assert_cmpint(dac_set(&shared.one, shared.files, NULL), ==, 0);
        g_assert_cmpint(dac_set(&shared.two, shared.files, NULL), ==, 0);
        return shared;
}

static void shared_have(const Shared *shared, const char *count)
{
        for (guint i = 0; i < shared->files->len; i++) {
                const char *path = ((DomainFile *)g_ptr_array_index(shared->files, i))->path;

                assert_owner(path, 7, 8);
                assert_attribute(path, "ref_dac", count);
                assert_attribute(path, "dac", "+100:+200");
        }
}

static void shared_done(Shared *shared)
{
        for (guint i = 0; i < shared->files->len; i++) {
                const char *path = ((DomainFile *)g_ptr_array_index(shared->files, i))->path;

                assert_owner(path, 100, 200);
                assert_attribute(path, "ref_dac", NULL);
                assert_attribute(path, "timestamp_dac", NULL);
                g_assert_cmpint(listxattr(path, NULL, 0), ==, 0);
        }
        domain_files_free(shared->files);
        ground_done(&shared->ground);
}

static void test_killed_while_letting_go(void)
{
        bool killed = true;
        int step;

        if (!can_remember())
                return;
        for (step = 1; killed; step++) {
                Shared shared = shared_new();

                killed = killed_at(step, &shared.one, shared.files, true);
                /* The next daemon starts another guest before it has dealt with the one that ended. */
                if (step % 2 == 0) {
                        g_assert_cmpint(dac_set(&shared.three, shared.files, NULL), ==, 0);
                        dac_restore(&shared.one, shared.files, false);
                        shared_have(&shared, "2");
                        dac_restore(&shared.three, shared.files, false);
                }
                dac_restore(&shared.one, shared.files, false);
                shared_have(&shared, "1");
                killed |= killed_at(step, &shared.two, shared.files, true);
                dac_restore(&shared.two, shared.files, false);
                dac_restore(&shared.two, shared.files, false);
                shared_done(&shared);
        }
        g_assert_cmpint(step, >, 10);
}

static void test_killed_while_giving(void)
{
        bool killed = true;
        int step;

        if (!can_remember())
                return;
        for (step = 1; killed; step++) {
                Shared shared = shared_new();

                killed = killed_at(step, &shared.three, shared.files, false);
                dac_restore(&shared.three, shared.files, true);
                shared_have(&shared, "2");
                dac_restore(&shared.one, shared.files, false);
                dac_restore(&shared.two, shared.files, false);
                /* The first that has it, as well. */
                killed |= killed_at(step, &shared.one, shared.files, false);
                dac_restore(&shared.one, shared.files, true);
                shared_done(&shared);
        }
        g_assert_cmpint(step, >, 12);
}

/* libvirtd counts and says not for whom. */
static void test_claimed(void)
{
        const Dac somebody = { .image = { 7, 8 }, .relabel = true, .remember = true };
        Shared shared;

        if (!can_remember())
                return;
        shared = shared_new();
        /* It starts the third, ends the first, and goes. */
        dac_claim(&somebody, shared.files);
        dac_claim(&shared.two, shared.files);
        dac_claim(&shared.three, shared.files);
        dac_restore(&shared.three, shared.files, false);
        dac_restore(&shared.three, shared.files, false);
        assert_attribute(shared.ground.image, "ref_dac", "1");
        assert_owner(shared.ground.image, 7, 8);
        dac_restore(&shared.two, shared.files, false);
        assert_owner(shared.ground.image, 100, 200);
        /* One that was counted before anybody was named. */
        domain_files_free(shared.files);
        shared.files = files_of(shared.ground.base, DOMAIN_FILE_WRITE);
        g_assert_cmpint(dac_set(&somebody, shared.files, NULL), ==, 0);
        g_assert_cmpint(dac_set(&shared.one, shared.files, NULL), ==, 0);
        dac_restore(&shared.two, shared.files, false);
        dac_restore(&shared.two, shared.files, false);
        shared_have(&shared, "1");
        dac_restore(&shared.one, shared.files, false);
        shared_done(&shared);
}

static void test_device_label(void)
{
        SourceSeclabel skip = { .model = (char *)"dac", .relabel = YESNO_NO };
        SourceSeclabel own = { .model = (char *)"dac", .label = (char *)"+3:+4" };
        SourceSeclabel foreign = { .model = (char *)"selinux", .relabel = YESNO_NO };
        DomainFile file = { .path = (char *)"/x", .labels = &skip, .n_labels = 1 };
        Dac dac = { .image = { 7, 8 }, .relabel = true };
        DacUser user = { 0, 0 };

        g_assert_false(dac_owner(&dac, &file, &user, NULL));
        file.labels = &own;
        g_assert_true(dac_owner(&dac, &file, &user, NULL));
        g_assert_true(user.uid == 3 && user.gid == 4);
        file.labels = &foreign;
        g_assert_true(dac_owner(&dac, &file, &user, NULL));
        g_assert_true(user.uid == 7 && user.gid == 8);
        dac.relabel = false;
        g_assert_false(dac_owner(&dac, &file, &user, NULL));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/dac/parse", test_parse);
        g_test_add_func("/dac/settle", test_settle);
        g_test_add_func("/dac/device-label", test_device_label);
        g_test_add_func("/dac/root/killed-while-letting-go", test_killed_while_letting_go);
        g_test_add_func("/dac/root/killed-while-giving", test_killed_while_giving);
        g_test_add_func("/dac/root/claimed", test_claimed);
        for (size_t i = 0; i < G_N_ELEMENTS(given_tests); i++)
                g_test_add_data_func(given_tests[i].path, &given_tests[i], run_given);
        return g_test_run();
}
