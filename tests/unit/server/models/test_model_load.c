/* test_model_load.c - models from their bytes: tasks, and the times of their series. */
#include "server/models/model_load.h"

#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct forecaster *made;

/* A small forecaster of one series. */
static void setup(void)
{
    double values[60];
    const struct series_view view = {.id = "a", .values = values, .length = 60};
    const struct panel panel = {.series = &view, .count = 1, .season_length = 1};
    const struct fit_hooks hooks = {0};
    struct params p;
    struct err e = {0};

    for (int i = 0; i < 60; i++)
        values[i] = i % 7;
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, "default", &e), ST_OK);
    p.hidden_size = 2;
    p.epochs = 1;
    ck_assert_msg(!forecaster_fit(&made, &panel, &p, &hooks, &e), "%s", e.message);
}

static void teardown(void)
{
    forecaster_free(made);
    made = NULL;
}

static enum status load(struct model *m, const char *const *extra, struct err *e)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = forecaster_save(made, extra, &bytes, &len, e);

    ck_assert_int_eq(st, ST_OK);
    *m = (struct model){.name = ""};
    st = model_load(m, bytes, len, e);
    free(bytes);
    return st;
}

START_TEST(a_file_without_times_counts_rows)
{
    struct model m;
    struct err e = {0};

    ck_assert_int_eq(load(&m, NULL, &e), ST_OK);
    ck_assert_int_eq(m.time[0].frequency.unit, FREQ_INDEX);
    model_release(&m);
}
END_TEST

START_TEST(a_file_of_before_has_the_spelling_by_frequency)
{
    static const char *const extra[] = {"lstmd.frequency", "M", "lstmd.start", "1949-01", NULL};
    struct model m;
    struct err e = {0};
    char text[TIME_TEXT_MAX];

    ck_assert_int_eq(load(&m, extra, &e), ST_OK);
    ck_assert_str_eq(timeline_text(text, &m.time[0], 13), "1950-02");
    model_release(&m);
}
END_TEST

START_TEST(a_style_is_read)
{
    static const char *const extra[] = {"lstmd.frequency",
                                        "D",
                                        "lstmd.start",
                                        "2021-01-04",
                                        "lstmd.time_style",
                                        "1|open=Mon-Fri|format=%d.%m.%Y",
                                        NULL};
    struct model m;
    struct err e = {0};
    char text[TIME_TEXT_MAX], name[16];

    ck_assert_msg(!load(&m, extra, &e), "%s", e.message);
    ck_assert_str_eq(timeline_name(name, &m.time[0]), "B");
    ck_assert_str_eq(timeline_text(text, &m.time[0], 5), "11.01.2021");
    model_release(&m);
}
END_TEST

static const struct {
    const char *style, *why;
} wrong[] = {{"1|anchor=31", "lstmd.time_style of series 0"},
             {"1|open=Sat,Sun", "lstmd.time_style of series 0"},
             {"2", "lstmd.time_style of series 0"},
             {"1\n1", "lstmd.time_style has 2 entries"}};

START_TEST(a_style_that_does_not_fit_is_refused)
{
    const char *const extra[] = {
        "lstmd.frequency", "D", "lstmd.start", "2021-01-04", "lstmd.time_style",
        wrong[_i].style,   NULL};
    struct model m;
    struct err e = {0};

    ck_assert_int_eq(load(&m, extra, &e), ST_CORRUPT);
    ck_assert_msg(strstr(e.message, wrong[_i].why), "%s", e.message);
}
END_TEST

START_TEST(times_that_lie_are_refused)
{
    static const char *const rows[][3] = {
        {"M\nD", "2020-03-01", "lstmd.frequency has 2 entries and lstmd.start 1"},
        {"M", "2020-03-01\n2021-12-31", "lstmd.start 2; the model has 1"},
        {"M", "yesterday", "of series 0"},
        {"never", "2020-03-01", "of series 0"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const extra[] = {"lstmd.frequency", rows[i][0], "lstmd.start", rows[i][1],
                                     NULL};
        struct model m;
        struct err e = {0};

        ck_assert_int_eq(load(&m, extra, &e), ST_CORRUPT);
        ck_assert_msg(strstr(e.message, rows[i][2]) != NULL, "%s", e.message);
        ck_assert_ptr_null(m.forecaster);
        ck_assert_ptr_null(m.time);
    }
}
END_TEST

START_TEST(a_task_is_needed)
{
    static const char *const tasks[] = {NULL, "cook"};
    struct model m = {0};
    struct err e = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;

    for (int i = 0; i < 2; i++) {
        struct checkpoint *c = NULL;

        ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
        if (tasks[i])
            ck_assert_int_eq(checkpoint_set(c, "lstmd.task", tasks[i], &e), ST_OK);
        ck_assert_int_eq(checkpoint_write(&bytes, &len, c, &e), ST_OK);
        checkpoint_free(c);
        ck_assert_int_eq(model_load(&m, bytes, len, &e), ST_CORRUPT);
        ck_assert_ptr_nonnull(strstr(e.message, "must be 'forecast' or 'tag'"));
        free(bytes);
        bytes = NULL;
    }
    ck_assert_int_eq(model_load(&m, (const uint8_t *)"garbage", 7, &e), ST_CORRUPT);
}
END_TEST

START_TEST(a_tagger_is_loaded)
{
    FILE *f = fopen("tests/fuzz/corpus/safetensors/tagger-plain", "rb");
    struct model m = {0};
    struct err e = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;

    ck_assert_ptr_nonnull(f);
    bytes = malloc(1 << 20);
    ck_assert_ptr_nonnull(bytes);
    len = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    ck_assert_int_eq(model_load(&m, bytes, len, &e), ST_OK);
    ck_assert_int_eq(m.task, TASK_TAG);
    ck_assert_ptr_nonnull(m.tagger);
    ck_assert_ptr_null(m.forecaster);
    ck_assert_ptr_null(m.tokenizer); /* its file tells nothing of how text is split */
    model_release(&m);
    free(bytes);
}
END_TEST

/* The name stands at the axis of charts. Older files have none, and an invalid name counts as
 * none. */
START_TEST(the_name_of_the_values_is_read)
{
    static const char *const names[][2] = {
        {"passengers", "passengers"}, {"a\nb", NULL}, {"", NULL}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *const extra[] = {"lstmd.value_name", names[i][0], NULL};
        struct model m;
        struct err e = {0};

        ck_assert_msg(!load(&m, extra, &e), "%s", e.message);
        if (names[i][1])
            ck_assert_str_eq(m.value_name, names[i][1]);
        else
            ck_assert_ptr_null(m.value_name);
        model_release(&m);
        ck_assert_ptr_null(m.value_name);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("model load");
    TCase *c = tcase_create("times");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_file_without_times_counts_rows);
    tcase_add_test(c, a_file_of_before_has_the_spelling_by_frequency);
    tcase_add_test(c, a_style_is_read);
    tcase_add_loop_test(c, a_style_that_does_not_fit_is_refused, 0,
                        (int)(sizeof(wrong) / sizeof(wrong[0])));
    tcase_add_test(c, times_that_lie_are_refused);
    tcase_add_test(c, a_task_is_needed);
    tcase_add_test(c, a_tagger_is_loaded);
    tcase_add_test(c, the_name_of_the_values_is_read);
    suite_add_tcase(s, c);
    return suite_run(s);
}
