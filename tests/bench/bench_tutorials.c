/* bench_tutorials.c - the accuracy of the examples: the first table of docs/forecasting.md.
 *
 * usage: bench_tutorials [FOLDER [SEEDS]]
 *   FOLDER  gets bench_tutorials.csv (the table) and the figures behind its medians: bench_sine.csv
 *           (seed,k10,k5: loss of the last step) and bench_flights.csv (seed,mape); default build
 *   SEEDS   of the sine, 0, 1, ...; default 400
 * The flights by the tutorial's recipe are the median of the seeds 0 to 9, and the best and the
 * worst of them: they differ much. Nothing here depends on how busy the machine is. */
#include "tests/bench/tutorials.h"

#include <lstm/cpu.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEEDS_MAX = 2000, FLIGHTS_SEEDS = 10 };

static void check(enum status st, const struct err *e)
{
    if (!st)
        return;
    fprintf(stderr, "bench_tutorials: %s\n", e->message);
    exit(1);
}

static FILE *make(const char *folder, const char *name)
{
    char path[512];
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    FILE *f;

    snprintf(path, sizeof(path), "%s/bench_%s.csv", folder, name);
    f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    arithmetic_name(arithmetic);
    fprintf(f, "# arithmetic: %s\n", arithmetic);
    return f;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts v. */
static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), by_size);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* A line of the table, to the file and to the screen. */
static void __attribute__((format(printf, 2, 3))) put(FILE *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(f, format, args);
    va_end(args);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

static void put_flights(FILE *table, const char *folder)
{
    FILE *each = make(folder, "flights");
    double mape, naive, v[FLIGHTS_SEEDS];
    struct err e = {0};

    check(tutorials_flights(&mape, &naive, "default", 0, &e), &e);
    put(table,
        "\"AirPassengers, MAPE of the last 12 months, `default`\",%.2f,seasonal naive %.2f\n", mape,
        naive);
    fprintf(each, "seed,mape\n");
    for (int seed = 0; seed < FLIGHTS_SEEDS; seed++) {
        check(tutorials_flights(&v[seed], &naive, "tutorial-flights", seed, &e), &e);
        fprintf(each, "%d,%.4f\n", seed, v[seed]);
    }
    fclose(each);
    mape = median(v, FLIGHTS_SEEDS);
    put(table,
        "\"the same, `tutorial-flights` (poor, and different with every seed): median of seeds 0 "
        "to 9, best, worst\",\"%.1f, %.1f, %.1f\",seasonal naive %.2f\n",
        mape, v[0], v[FLIGHTS_SEEDS - 1], naive);
}

static void put_sine(FILE *table, const char *folder, int seeds)
{
    static double v[2][SEEDS_MAX];
    FILE *each = make(folder, "sine");
    struct err e = {0};

    fprintf(each, "seed,k10,k5\n");
    for (int seed = 0; seed < seeds; seed++) {
        check(tutorials_sine(&v[0][seed], 10, seed, &e), &e);
        check(tutorials_sine(&v[1][seed], 5, seed, &e), &e);
        fprintf(each, "%d,%.6f,%.6f\n", seed, v[0][seed], v[1][seed]);
    }
    fclose(each);
    put(table,
        "\"`tutorial-sine`, loss of the last step, median of seeds 0 to %d\",\"%.4f (k = 10), %.4f "
        "(k = 5)\",\"PyTorch, seeds 0 to 8: median 0.0088, 0.0100\"\n",
        seeds - 1, median(v[0], seeds), median(v[1], seeds));
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "build";
    int seeds = argc > 2 ? atoi(argv[2]) : 400;
    char tags[TUTORIALS_TAGS_MAX];
    struct err e = {0};
    FILE *table;

    if (seeds < 1 || seeds > SEEDS_MAX) {
        fprintf(stderr, "SEEDS must be from 1 to %d\n", SEEDS_MAX);
        return 2;
    }
    check(kernels_select(getenv("LSTMD_CPU"), &e), &e);
    table = make(folder, "tutorials");
    put(table, ",lstmd,beside it\n");
    put_flights(table, folder);
    put_sine(table, folder, seeds);
    check(tutorials_tags(tags, 0, &e), &e);
    put(table, "\"`tutorial-tagger`, first sentence\",%s,the same in PyTorch\n", tags);
    return fclose(table) ? 1 : 0;
}
