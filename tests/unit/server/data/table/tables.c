/* tables.c - see tables.h. */
#include "tests/unit/server/data/table/tables.h"

#include "server/data/table/table_series.h"

#include <check.h>

static const struct data_limits limits = {
    .max_series = 1000, .max_series_length = 10000, .max_json_depth = 5};

static struct table_options with_defaults(const struct table_options *options)
{
    struct table_options o = options ? *options : (struct table_options){0};

    o.default_id = "x";
    o.limits = limits;
    return o;
}

void test_table_open(struct test_table *t, const char *text, const struct table_options *options)
{
    memset(t, 0, sizeof(*t));
    t->options = with_defaults(options);
    series_set_init(&t->set);
    ck_assert_msg(!csv_top_open(&t->rows, text, strlen(text), CSV_HEADER_AUTO, &t->e), "%s",
                  t->e.message);
    ck_assert_msg(!survey_table(&t->survey, &t->rows.t, t->options.time, 10000, &t->e), "%s",
                  t->e.message);
    t->roles.num_rows = t->survey.num_rows;
    t->roles.values = calloc(t->rows.t.columns + 1, sizeof(*t->roles.values));
    t->roles.styles = calloc(t->rows.t.columns + 1, sizeof(*t->roles.styles));
    ck_assert(t->roles.values && t->roles.styles);
    t->c = (struct chooser){&t->rows.t, &t->survey, &t->options, &t->roles, &t->set, &t->e};
}

void test_table_close(struct test_table *t)
{
    roles_release(&t->roles);
    survey_release(&t->survey);
    series_set_release(&t->set);
    csv_rows_release(&t->rows);
}

static void show_series(struct buf *b, const struct series_set *set, const struct series *s)
{
    char name[16], start[TIME_TEXT_MAX];

    buf_printf(b, "%s%s %s %s [", b->len ? " " : "", s->id, timeline_name(name, &s->time),
               timeline_text(start, &s->time, 0));
    for (int i = 0; i < s->length * set->num_columns; i++)
        buf_printf(b, "%s%.10g", i ? " " : "", s->values[i]);
    buf_puts(b, "]");
}

const char *shown(const char *text, const struct table_options *options)
{
    static char out[4000];
    struct table_options o = with_defaults(options);
    struct csv_rows rows;
    struct series_set set;
    struct err e = {0};
    struct buf b;

    buf_init(&b, sizeof(out) - 1);
    series_set_init(&set);
    if (csv_top_open(&rows, text, strlen(text), CSV_HEADER_AUTO, &e) ||
        table_read_series(&set, &rows.t, &o, &e)) {
        buf_printf(&b, "%s", e.message);
    } else {
        for (int i = 0; i < set.count; i++)
            show_series(&b, &set, &set.items[i]);
        for (int i = 0; i < set.num_notes; i++)
            buf_printf(&b, " {%s}", set.notes[i].code);
    }
    series_set_release(&set);
    csv_rows_release(&rows);
    memcpy(out, b.data, b.len + 1);
    buf_release(&b);
    return out;
}
