/* big_sets.c - see big_sets.h. */
#include "tests/bench/big_sets.h"

#include "server/store/store.h"
#include <lstm/buf.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SETS = 4,
    ROWS = 55000,
    COLUMNS = 200,
    MANY_SERIES = 10000,
    REPEATS = 15,
    BODY_MAX = 4 << 20
};

const char *const big_sets_names[BIG_SETS_ROWS] = {
    "GET data of 3 values", "POST rows, one", "PUT of 3 values", "PUT of 10000 one-value series"};

/* ---- large data sets ---- */

static void fill_columns(char *columns[COLUMNS], char names[COLUMNS][8])
{
    for (int i = 0; i < COLUMNS; i++) {
        snprintf(names[i], sizeof(names[i]), "c%d", i);
        columns[i] = names[i];
    }
}

void big_sets_fill(const char *path)
{
    const struct store_config c = {.path = path, .busy_timeout_ms = 5000};
    char names[COLUMNS][8], *columns[COLUMNS], name[16];
    double *values = malloc((size_t)ROWS * COLUMNS * sizeof(*values));
    struct series one = {.id = (char *)"a", .length = ROWS, .values = values};
    struct series_set set = {.count = 1, .items = &one, .num_columns = COLUMNS, .columns = columns};
    struct store *s = NULL;
    struct err e = {0};
    bool created;

    if (!values)
        give_up("no memory");
    fill_columns(columns, names);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = 100 + 50 * sin(i * 0.37);
    if (store_open(&s, &c, &e))
        give_up("%s", e.message);
    for (int i = 0; i < SETS; i++) {
        snprintf(name, sizeof(name), "big-%d", i);
        if (store_dataset_put_series(s, name, &set, NULL, &created, &e))
            give_up("%s", e.message);
    }
    store_close(s);
    free(values);
}

/* ---- small requests ---- */

static char *many_series(void)
{
    struct buf b;
    char *text = NULL;
    size_t len;
    struct err e = {0};

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "unique_id,value\n");
    for (int i = 0; i < MANY_SERIES; i++)
        buf_printf(&b, "s%d,%d\n", i, i);
    if (buf_take(&b, &text, &len, &e))
        give_up("%s", e.message);
    return text;
}

/* The milliseconds of one request. body NULL: GET; CSV: PUT; JSON: POST. */
static double time_one(const char *url, const char *path, const char *type, const char *body)
{
    char full[256];
    double begin;

    snprintf(full, sizeof(full), "%s%s", url, path);
    begin = now_seconds();
    if (type && strcmp(type, "text/csv") == 0)
        free(http_put(NULL, full, type, body));
    else
        free(http_ask(NULL, full, type, body));
    return (now_seconds() - begin) * 1000;
}

static double median_of(const char *url, const char *path, const char *type, const char *body)
{
    struct runs r = {.count = 0};

    for (int i = 0; i < REPEATS; i++)
        runs_add(&r, time_one(url, path, type, body));
    return runs_median(&r);
}

static double delete_one(const char *url, const char *name)
{
    char full[256];
    char *argv[] = {(char *)"curl", (char *)"-sfS", (char *)"-X", (char *)"DELETE", full, NULL};
    double begin;
    char *text;

    snprintf(full, sizeof(full), "%s/v1/datasets/%s", url, name);
    begin = now_seconds();
    text = output_of(argv, FREE_CORE);
    if (!text)
        give_up("cannot delete %s", name);
    free(text);
    return now_seconds() - begin;
}

void big_sets_time(struct big_sets *out, const char *url, int deleted)
{
    static const char three[] = "value\n1\n2\n3\n";
    char *series = many_series(), name[16];

    runs_add(&out->row[2], median_of(url, "/v1/datasets/small", "text/csv", three));
    runs_add(&out->row[0], median_of(url, "/v1/datasets/small/data", NULL, NULL));
    runs_add(&out->row[1], median_of(url, "/v1/datasets/small/rows", "application/json",
                                     "{\"series\":[{\"id\":\"series\",\"values\":[4]}]}"));
    runs_add(&out->row[3], time_one(url, "/v1/datasets/many", "text/csv", series));
    free(series);
    if (deleted >= 0) {
        snprintf(name, sizeof(name), "big-%d", deleted);
        runs_add(&out->del, delete_one(url, name));
    }
}
