/* bench_upload.c - CSV to series, without network and disk: megabytes a second for the forms that
 * people upload; the time is that of the processor, of one core. make bench-upload ARGS='MEGABYTES
 * RUNS' */
#include "server/formats/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS_MAX = 21, SERIES = 1000 };

static const struct data_limits limits = {
    .max_series = 100000, .max_series_length = 100000000, .max_json_depth = 5};

/* Each writes the row of number i. */
static void panel(struct buf *b, long i)
{
    long day = i / SERIES % 3650;

    buf_printf(b, "store_%04ld,%04ld-%02ld-%02ld,%ld.%02ld\n", i % SERIES, 2010 + day / 336,
               day % 336 / 28 + 1, day % 28 + 1, i * 7919 % 10000, i % 100);
}

static void minutes(struct buf *b, long i)
{
    buf_printf(b, "%04ld-%02ld-%02ld %02ld:%02ld:00,%ld.%ld\n", 2000 + i / 483840,
               i / 40320 % 12 + 1, i / 1440 % 28 + 1, i / 60 % 24, i % 60, i * 7919 % 1000, i % 10);
}

static void columns(struct buf *b, long i)
{
    buf_printf(b, "%ld", 1500000000 + 3600 * i);
    for (int k = 0; k < 20; k++)
        buf_printf(b, ",%ld.%03ld", (i + k) * 7919 % 1000, i * 31 % 1000);
    buf_puts(b, "\n");
}

static void german(struct buf *b, long i)
{
    buf_printf(b, "%02ld.%02ld.%04ld %02ld:%02ld;%ld.%03ld,%02ld\n", i / 1440 % 28 + 1,
               i / 40320 % 12 + 1, 2000 + i / 483840, i / 60 % 24, i % 60, i % 9 + 1, i * 7 % 1000,
               i % 100);
}

static void quoted(struct buf *b, long i)
{
    buf_printf(b, "\"%04ld-%02ld-%02ldT%02ld:%02ld:00Z\",\"%ld.%ld\"\n", 2000 + i / 483840,
               i / 40320 % 12 + 1, i / 1440 % 28 + 1, i / 60 % 24, i % 60, i * 7919 % 1000, i % 10);
}

static const struct {
    const char *name, *header, *frequency;
    void (*row)(struct buf *b, long i);
} forms[] = {
    {"1,000 series of days", "unique_id,ds,y\n", "D", panel},
    {"a series of minutes", "ds,y\n", "min", minutes},
    {"20 columns of hours", "ds,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t\n", "H", columns},
    {"31.01.2020 12:00;1.234,50", "Datum;Wert\n", "min", german},
    {"every cell in quotes", "\"ds\",\"y\"\n", "min", quoted},
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double processor_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool run(const char *name, const struct buf *text, const char *frequency, int runs)
{
    const struct table_options o = {.default_id = "x", .frequency = frequency, .limits = limits};
    double seconds[RUNS_MAX];
    long rows = 0;

    for (int i = 0; i < runs; i++) {
        double from = processor_seconds();
        struct series_set set;
        struct err e = {0};

        if (csv_read_series(&set, text->data, text->len, CSV_HEADER_AUTO, &o, &e)) {
            fprintf(stderr, "%s: %s\n", name, e.message);
            return false;
        }
        seconds[i] = processor_seconds() - from;
        rows = 0;
        for (int k = 0; k < set.count; k++)
            rows += set.items[k].length;
        series_set_release(&set);
    }
    qsort(seconds, (size_t)runs, sizeof(seconds[0]), by_value);
    printf("%-28s %8.1f MB %10ld rows %8.3f s %8.1f MB/s\n", name, (double)text->len / 1e6, rows,
           seconds[runs / 2], (double)text->len / 1e6 / seconds[runs / 2]);
    return true;
}

int main(int argc, char **argv)
{
    size_t bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 100) * 1000000;
    int runs = argc > 2 ? atoi(argv[2]) : 3;
    bool fine = true;

    runs = runs < 1 ? 1 : runs > RUNS_MAX ? RUNS_MAX : runs;
    for (size_t f = 0; fine && f < sizeof(forms) / sizeof(forms[0]); f++) {
        struct buf text;

        buf_init(&text, bytes + 1000);
        buf_want(&text, bytes + 1000);
        buf_puts(&text, forms[f].header);
        for (long i = 0; text.len < bytes && !text.st; i++)
            forms[f].row(&text, i);
        fine = !text.st && run(forms[f].name, &text, forms[f].frequency, runs);
        buf_release(&text);
    }
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
