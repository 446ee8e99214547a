/* bench_upload.c - CSV and JSON to series, without network and disk: megabytes a second for the
 * forms that people upload; the time is that of the processor, of one core. make bench-upload
 * ARGS='MEGABYTES RUNS WORD' measures the forms whose name contains WORD. */
#include "server/data/calendar.h"
#include "server/formats/csv.h"
#include "server/formats/json_body.h"
#include "server/formats/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS_MAX = 21, SERIES = 1000, WIDE = 800 };

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

/* The days and hours of the calendar, without a gap. */
static void put_day(struct buf *b, long day, const char *behind)
{
    int64_t y;
    int m, d;

    date_from_days(day, &y, &m, &d);
    buf_printf(b, "%04d-%02d-%02d%s", (int)y, m, d, behind);
}

static void put_hour(struct buf *b, long hour, const char *between, const char *behind)
{
    put_day(b, hour / 24, between);
    buf_printf(b, "%02ld:00:00%s", hour % 24, behind);
}

/* The rows of a series lie together, with two values. */
static void hours(struct buf *b, long i)
{
    buf_printf(b, "meter_%05ld,", i / 8760);
    put_hour(b, 400000 + i % 8760, " ", "");
    buf_printf(b, ",%ld.%01ld,%ld\n", i * 7919 % 1000, i % 10, i * 31 % 100);
}

static void decimal_comma(struct buf *b, long i)
{
    buf_printf(b, "Filiale %ld;", i / 3000);
    put_day(b, 10957 + i % 3000, "");
    buf_printf(b, ";%ld,%02ld;%ld\n", i * 7919 % 10000, i % 100, i % 2);
}

static void zoned(struct buf *b, long i)
{
    put_hour(b, i, "T", "Z");
    buf_printf(b, ",%ld.%02ld\n", i * 7919 % 1000, i % 100);
}

/* As the files of the M4 competition: all in quotes, and nothing behind the last value. */
static void wide(struct buf *b, long i)
{
    long length = WIDE / 8 + i * 7919 % (WIDE * 7 / 8);

    buf_printf(b, "\"M%ld\"", i + 1);
    for (long k = 0; k < WIDE; k++) {
        if (k < length)
            buf_printf(b, ",\"%ld.%ld\"", 1000 + (i + k) * 7919 % 9000, k % 10);
        else
            buf_puts(b, ",");
    }
    buf_puts(b, "\n");
}

static void wide_header(struct buf *b)
{
    for (int k = 0; k <= WIDE; k++)
        buf_printf(b, "%s\"V%d\"", k ? "," : "", k + 1);
    buf_puts(b, "\n");
}

static void records(struct buf *b, long i)
{
    buf_printf(b, "%c{\"unique_id\":\"store_%04ld\",\"ds\":\"", i ? ',' : '[', i / 3000);
    put_day(b, 10957 + i % 3000, "\"");
    buf_printf(b, ",\"y\":%ld.%02ld}", i * 7919 % 10000, i % 100);
}

static void lists(struct buf *b, long i)
{
    if (i % 3000 == 0)
        buf_printf(
            b,
            "%s{\"id\":\"store_%04ld\",\"start\":\"2000-01-01\",\"frequency\":\"D\",\"values\":[",
            i ? "]}," : "", i / 3000);
    buf_printf(b, "%s%ld.%02ld", i % 3000 ? "," : "", i * 7919 % 10000, i % 100);
}

/* ---- the forms ---- */

enum kind { CSV, RECORDS, LISTS };

static const struct {
    const char *name, *header, *footer, *frequency;
    void (*row)(struct buf *b, long i);
    void (*head)(struct buf *b);
    enum kind kind;
} forms[] = {
    {"1,000 series of days", "unique_id,ds,y\n", "", "D", panel, NULL, CSV},
    {"series of hours, two values", "id,time,load,wind\n", "", NULL, hours, NULL, CSV},
    {"a series of minutes", "ds,y\n", "", "min", minutes, NULL, CSV},
    {"2020-01-31T12:00:00Z", "timestamp,load\n", "", NULL, zoned, NULL, CSV},
    {"20 columns of hours", "ds,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t\n", "", "H", columns, NULL,
     CSV},
    {"31.01.2020 12:00;1.234,50", "Datum;Wert\n", "", "min", german, NULL, CSV},
    {"2020-01-31;1234,50", "Filiale;Datum;Umsatz;Aktion\n", "", NULL, decimal_comma, NULL, CSV},
    {"every cell in quotes", "\"ds\",\"y\"\n", "", "min", quoted, NULL, CSV},
    {"a row a series, as of M4", "", "", NULL, wide, wide_header, CSV},
    {"JSON, records", "", "]", NULL, records, NULL, RECORDS},
    {"JSON, lists of values", "{\"series\":[", "]}]}", NULL, lists, NULL, LISTS},
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

static enum status read_text(struct series_set *out, const struct buf *text, size_t form,
                             struct err *e)
{
    const struct table_options o = {
        .default_id = "x", .frequency = forms[form].frequency, .limits = limits};
    const struct json_body_options json = {.default_id = "x", .limits = &limits};
    struct json_body body;
    enum status st;

    if (forms[form].kind == CSV)
        return csv_read_series(out, text->data, text->len, CSV_HEADER_AUTO, &o, e);
    if (forms[form].kind == RECORDS)
        return records_read_series(out, text->data, text->len, &o, e);
    st = json_body_read(&body, &json, text->data, text->len, e);
    if (st)
        return st;
    st = json_body_series(out, &body, e);
    json_body_release(&body);
    return st;
}

static bool run(size_t form, const struct buf *text, int runs)
{
    double seconds[RUNS_MAX];
    long rows = 0;

    for (int i = 0; i < runs; i++) {
        double from = processor_seconds();
        struct series_set set;
        struct err e = {0};

        if (read_text(&set, text, form, &e)) {
            fprintf(stderr, "%s: %s\n", forms[form].name, e.message);
            return false;
        }
        seconds[i] = processor_seconds() - from;
        rows = 0;
        for (int k = 0; k < set.count; k++)
            rows += set.items[k].length;
        series_set_release(&set);
    }
    qsort(seconds, (size_t)runs, sizeof(seconds[0]), by_value);
    printf("%-28s %8.1f MB %10ld rows %8.3f s %8.1f MB/s\n", forms[form].name,
           (double)text->len / 1e6, rows, seconds[runs / 2],
           (double)text->len / 1e6 / seconds[runs / 2]);
    fflush(stdout);
    return true;
}

static bool run_form(size_t form, size_t bytes, int runs)
{
    struct buf text;
    bool fine;

    buf_init(&text, bytes + 20000);
    buf_want(&text, bytes + 20000);
    buf_puts(&text, forms[form].header);
    if (forms[form].head)
        forms[form].head(&text);
    for (long i = 0; text.len < bytes && !text.st; i++)
        forms[form].row(&text, i);
    buf_puts(&text, forms[form].footer);
    fine = !text.st && run(form, &text, runs);
    buf_release(&text);
    return fine;
}

int main(int argc, char **argv)
{
    size_t bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 100) * 1000000;
    int runs = argc > 2 ? atoi(argv[2]) : 3;
    bool fine = true;

    runs = runs < 1 ? 1 : runs > RUNS_MAX ? RUNS_MAX : runs;
    for (size_t f = 0; fine && f < sizeof(forms) / sizeof(forms[0]); f++)
        if (argc <= 3 || strstr(forms[f].name, argv[3]))
            fine = run_form(f, bytes, runs);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
