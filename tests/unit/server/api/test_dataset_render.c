/* test_dataset_render.c - data sets as JSON: stored ones, and previews of uploads. */
#include "server/api/dataset_render.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct dataset_page all = {.shown = 1000};
static struct fixture f;
static cJSON *o;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    cJSON_Delete(o);
    o = NULL;
    fixture_close(&f);
}

/* Three series, a of months, b of rows without time, c of months with a gap. */
static struct series_set three(void)
{
    struct series_set s = series_of("a", FREQ_M, 24, 5, 1);

    series_more(&s, "b", FREQ_INDEX, 7, 3, 1);
    series_more(&s, "c", FREQ_M, 24, 4, 1);
    s.items[2].values[1] = NAN;
    return s;
}

static void render_stored(const char *name, const struct dataset_page *page)
{
    struct dataset d;

    cJSON_Delete(o);
    o = NULL;
    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    ck_ok(dataset_render(&o, f.store, &d, page, &f.e), &f.e);
    dataset_release(&d);
}

static void check_three(void)
{
    ck_assert_str_eq(json_text_at(o, "name"), "x");
    ck_assert_str_eq(json_text_at(o, "kind"), "series");
    ck_assert_double_eq(json_number_at(o, "num_series"), 3);
    ck_assert_int_eq(json_count_at(o, "series"), 3);
    ck_assert_str_eq(json_text_at(o, "series/0/id"), "a");
    ck_assert_str_eq(json_text_at(o, "series/0/frequency"), "M");
    ck_assert_str_eq(json_text_at(o, "series/0/start"), "1972-01");
    ck_assert_str_eq(json_text_at(o, "series/0/end"), "1972-05");
    ck_assert_double_eq(json_number_at(o, "series/0/length"), 5);
    ck_assert(cJSON_IsNull(json_at(o, "series/1/frequency")));
    ck_assert_str_eq(json_text_at(o, "series/1/end"), "9");
    ck_assert_double_eq(json_number_at(o, "series/0/missing"), 0);
    ck_assert_double_eq(json_number_at(o, "series/2/missing"), 1);
    ck_assert_str_eq(json_text_at(o, "columns/0"), "value");
    ck_assert_int_eq(json_count_at(o, "covariates"), 0);
    ck_assert(cJSON_IsNull(json_at(o, "time_column")));
}

START_TEST(a_stored_set_is_described_with_its_series)
{
    struct series_set s = three();
    bool created;

    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    render_stored("x", &all);
    check_three();
    ck_assert(cJSON_IsString(json_at(o, "created_at")));
    series_set_release(&s);
}
END_TEST

/* A preview is the same, except that it has no times of storing. */
START_TEST(what_is_not_stored_is_described_alike)
{
    struct series_set s = three();

    ck_ok(dataset_render_unstored(&o, "x", &s, NULL, &all, &f.e), &f.e);
    check_three();
    ck_assert(cJSON_IsNull(json_at(o, "created_at")));
    ck_assert_double_eq(json_number_at(o, "bytes"), (5 + 3 + 4) * 8);
    series_set_release(&s);
}
END_TEST

START_TEST(a_page_lists_some_of_the_series)
{
    const struct dataset_page second = {.offset = 1, .shown = 1},
                              behind = {.offset = 3, .shown = 5};
    struct series_set s = three();
    bool created;

    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    for (int stored = 0; stored < 2; stored++) {
        for (int k = 0; k < 2; k++) {
            const struct dataset_page *page = k ? &behind : &second;

            if (stored)
                render_stored("x", page);
            else
                ck_ok(dataset_render_unstored(&o, "x", &s, NULL, page, &f.e), &f.e);
            ck_assert_double_eq(json_number_at(o, "num_series"), 3);
            ck_assert_int_eq(json_count_at(o, "series"), 1 - k);
            if (!k)
                ck_assert_str_eq(json_text_at(o, "series/0/id"), "b");
            cJSON_Delete(o);
            o = NULL;
        }
    }
    series_set_release(&s);
}
END_TEST

START_TEST(columns_and_covariates_stand_apart)
{
    struct series_set s = series_of("a", FREQ_D, 0, 2, 1);

    s.columns = reallocarray(s.columns, 3, sizeof(*s.columns));
    ck_assert_ptr_nonnull(s.columns);
    s.columns[1] = strdup("heat");
    s.columns[2] = strdup("price");
    s.num_columns = 3;
    s.num_covariates = 2;
    s.items[0].values = reallocarray(s.items[0].values, 6, sizeof(double));
    ck_assert(s.columns[1] && s.columns[2] && s.items[0].values);
    for (int i = 0; i < 6; i++)
        s.items[0].values[i] = i;
    ck_ok(dataset_render_unstored(&o, "x", &s, NULL, &all, &f.e), &f.e);
    ck_assert_int_eq(json_count_at(o, "columns"), 1);
    ck_assert_int_eq(json_count_at(o, "covariates"), 2);
    ck_assert_str_eq(json_text_at(o, "covariates/1"), "price");
    series_set_release(&s);
}
END_TEST

START_TEST(tagged_sentences_are_counted)
{
    struct tagged_set t = tagged_of("the/DET/DT dog/NOUN/NN|cats/NOUN/NNS");

    put_tagged(&f, "t", "the/DET/DT dog/NOUN/NN|cats/NOUN/NNS");
    render_stored("t", &all);
    ck_assert_str_eq(json_text_at(o, "kind"), "tagged");
    ck_assert_double_eq(json_number_at(o, "sentences"), 2);
    ck_assert_double_eq(json_number_at(o, "tokens"), 3);
    ck_assert_double_eq(json_number_at(o, "tags/upos"), 2);
    ck_assert_double_eq(json_number_at(o, "tags/xpos"), 3);
    ck_assert_ptr_null(json_at(o, "series"));
    cJSON_Delete(o);
    o = NULL;
    ck_ok(dataset_render_unstored(&o, "t", NULL, &t, &all, &f.e), &f.e);
    ck_assert_double_eq(json_number_at(o, "tokens"), 3);
    tagged_set_release(&t);
}
END_TEST

START_TEST(a_text_shows_its_beginning)
{
    char text[1002];
    bool created;

    memset(text, 'a', 999);
    memcpy(text + 999, "\xc3\xa9", 3); /* a character over the limit */
    ck_ok(store_dataset_put_text(f.store, "t", text, 1001, NULL, &created, &f.e), &f.e);
    render_stored("t", &all);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(json_text_at(o, "kind"), "text");
        ck_assert_double_eq(json_number_at(o, "bytes"), 1001);
        ck_assert_uint_eq(strlen(json_text_at(o, "beginning")), 999);
        ck_assert_ptr_null(json_at(o, "sentences"));
        cJSON_Delete(o);
        o = NULL;
        ck_ok(dataset_render_unstored_text(&o, "t", text, 1001, &f.e), &f.e);
    }
}
END_TEST

START_TEST(notes_have_what_they_know)
{
    struct data_note notes[] = {{.code = (char *)"gaps", .detail = (char *)"two days are missing"},
                                {.code = (char *)"column",
                                 .column = (char *)"y",
                                 .line = 7,
                                 .detail = (char *)"left out",
                                 .parameter = (char *)"covariates"}};
    const struct series_set s = {.num_notes = 2, .notes = notes};

    o = dataset_render_notes(&s);
    ck_assert_int_eq(cJSON_GetArraySize(o), 2);
    ck_assert_str_eq(json_text_at(o, "0/code"), "gaps");
    ck_assert_ptr_null(json_at(o, "0/column"));
    ck_assert_ptr_null(json_at(o, "0/line"));
    ck_assert_double_eq(json_number_at(o, "1/line"), 7);
    ck_assert_str_eq(json_text_at(o, "1/column"), "y");
    ck_assert_str_eq(json_text_at(o, "1/parameter"), "covariates");
}
END_TEST

START_TEST(rows_are_counted_by_what_became_of_them)
{
    const struct row_counts c = {.appended = 3, .replaced = 2, .ignored = 1};

    o = dataset_render_counts(&c);
    ck_assert_double_eq(json_number_at(o, "appended"), 3);
    ck_assert_double_eq(json_number_at(o, "replaced"), 2);
    ck_assert_double_eq(json_number_at(o, "ignored"), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dataset_render");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_stored_set_is_described_with_its_series);
    tcase_add_test(t, what_is_not_stored_is_described_alike);
    tcase_add_test(t, a_page_lists_some_of_the_series);
    tcase_add_test(t, columns_and_covariates_stand_apart);
    tcase_add_test(t, tagged_sentences_are_counted);
    tcase_add_test(t, a_text_shows_its_beginning);
    tcase_add_test(t, notes_have_what_they_know);
    tcase_add_test(t, rows_are_counted_by_what_became_of_them);
    suite_add_tcase(s, t);
    return suite_run(s);
}
