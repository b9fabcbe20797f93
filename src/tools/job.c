#include "job.h"

enum { PROGRESS_MS = 500 };

typedef struct Job {
        virDomainPtr domain;
        JobCall call;
        void *opaque;
        ShellWait *wait;
        int result;
        virErrorPtr error;
} Job;

static gpointer job_main(gpointer data)
{
        Job *job = (Job *)data;

        job->result = job->call(job->domain, job->opaque);
        if (job->result < 0) {
                shell_save_error();
                job->error = shell_steal_error();
        }
        wait_wake(job->wait);
        return NULL;
}

static void show_progress(Shell *shell, virDomainPtr domain, const char *label, int *shown)
{
        virDomainJobInfo info;
        int percent = 0;

        if (virDomainGetJobInfo(domain, &info) < 0 || info.dataTotal == 0) {
                shell_forget_error();
                return;
        }
        percent = (int)(100 - info.dataRemaining * 100 / info.dataTotal);
        /* 100 is for the end: until then something may still go wrong. */
        percent = MIN(percent, 99);
        if (percent == *shown)
                return;
        *shown = percent;
        fflush(stdout);
        fprintf(stderr, "\r%s: [%3d %%]", label, percent);
        fflush(stderr);
        (void)shell;
}

static void watch(Shell *shell, Job *job, const char *label, bool verbose)
{
        int shown = -1;
        bool aborted = false;

        for (;;) {
                int r = wait_for(job->wait, aborted ? -1 : verbose ? PROGRESS_MS : -1);

                if (r == WAIT_DONE)
                        break;
                if (r == WAIT_INTERRUPTED && !aborted) {
                        virDomainAbortJob(job->domain);
                        shell_forget_error();
                        wait_rearm(job->wait);
                        aborted = true;
                } else if (verbose) {
                        show_progress(shell, job->domain, label, &shown);
                }
        }
        if (verbose && job->result == 0)
                fprintf(stderr, "\r%s: [100 %%]", label);
        else if (shown >= 0)
                fprintf(stderr, "\n");
}

int job_run(Shell *shell, virDomainPtr domain, JobCall call, void *opaque, const char *label, bool verbose)
{
        Job job = { .domain = domain, .call = call, .opaque = opaque, .wait = wait_begin() };
        GThread *thread = g_thread_new("job", job_main, &job);

        watch(shell, &job, label, verbose);
        g_thread_join(thread);
        wait_end(job.wait);
        if (job.result < 0)
                shell_adopt_error(job.error);
        return job.result;
}
