/* shown.c - see shown.h. */
#include "tests/unit/server/formats/shown.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void show_series(struct buf *b, const struct series_set *s)
{
    for (int k = 0; k < s->num_columns; k++)
        buf_printf(b, "<%s>", s->columns[k]);
    buf_printf(b, "%d", s->num_covariates);
    for (int i = 0; i < s->count; i++) {
        const struct series *one = &s->items[i];

        buf_printf(b, " [%s %d %d %lld:", one->id, (int)one->time.frequency.unit,
                   one->time.frequency.multiple, (long long)one->time.start);
        for (int k = 0; k < one->length * s->num_columns; k++)
            buf_printf(b, "%.17g,", one->values[k]);
        buf_puts(b, "]");
    }
}

static const char *or_dash(const char *s)
{
    return s ? s : "-";
}

static void show_sentences(struct buf *b, const struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        const struct tagged_sentence *s = &t->items[i];

        for (int k = 0; k < s->length; k++)
            buf_printf(b, "%s/%s/%s ", s->form[k], or_dash(s->upos[k]), or_dash(s->xpos[k]));
        buf_puts(b, ";");
    }
}

/* The text is a copy that ends with its last byte, so that a sanitizer reports a read after its
 * end. */
enum status read_and_show(struct buf *b, const char *text, size_t len, const struct data_limits *l,
                          struct err *e)
{
    const struct json_body_options o = {.default_id = "x", .sentences = true, .limits = l};
    struct series_set series = {0};
    struct tagged_set tagged = {0};
    char *copy = malloc(len ? len : 1);
    struct json_body body;
    enum status st;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    st = json_body_read(&body, &o, copy, len, e);
    ck_assert_ptr_null(body.tree);
    if (!st && body.kind == DATA_TAGGED) {
        st = json_body_tagged(&tagged, &body, e);
        show_sentences(b, &tagged);
    } else if (!st) {
        st = json_body_series(&series, &body, e);
        show_series(b, &series);
    }
    if (st) {
        ck_assert(series.count == 0 && tagged.count == 0);
        b->len = 0;
        buf_printf(b, "%s | %s | %ld", e->message, e->pointer, e->line);
    }
    series_set_release(&series);
    tagged_set_release(&tagged);
    json_body_release(&body);
    free(copy);
    return st;
}

void check_shown(const struct shown *row)
{
    static const struct data_limits limits = {.max_series = 4,
                                              .max_series_length = 6,
                                              .max_sentences = 10,
                                              .max_tokens = 10,
                                              .max_json_depth = 5};
    struct err e = {0};
    struct buf b;

    buf_init(&b, 100000);
    ck_assert_int_eq(read_and_show(&b, row->text, strlen(row->text), &limits, &e), row->status);
    ck_assert_ptr_nonnull(b.data);
    ck_assert_str_eq(b.data, row->shown);
    buf_release(&b);
}
