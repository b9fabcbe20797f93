/* Clock and order statistics for the benchmark programs. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double now_us(void)
{
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static inline int times_order(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static inline double times_median(double *times, size_t n)
{
        qsort(times, n, sizeof(*times), times_order);
        return times[n / 2];
}

/* median, p99, mean */
static inline void times_print(double *times, size_t n)
{
        double sum = 0;

        for (size_t i = 0; i < n; i++)
                sum += times[i];
        qsort(times, n, sizeof(*times), times_order);
        printf("%.2f %.2f %.2f\n", times[n / 2], times[n * 99 / 100], sum / n);
}
