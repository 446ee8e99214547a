/* test_marks.c - missing, replaced and unusual observations are marked on the charts of a data set
 * and of a model, and listed next to them with the API's numbers. */
#include "tests/browser/page.h"

#include <stdio.h>

/* Weeks with a spike, two gaps, and a model of them. */
static void train_days(void)
{
    char csv[8192];
    size_t n = (size_t)snprintf(csv, sizeof(csv), "day,sold\n");

    for (int i = 0; i < 150; i++) {
        double value = 50 + 4 * (i % 7) + (i * 37 % 11) / 10.0;

        if (i == 40 || i == 41 || i == 120) /* rows without a value */
            n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%d,\n", 1672531200 + 86400 * i);
        else
            n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%d,%.1f\n", 1672531200 + 86400 * i,
                                  i == 90 ? 5 * value : value);
    }
    put(&page.r, &page.d, "/v1/datasets/days", "text/csv", csv, 201);
    run_job(
        &page.r, &page.d,
        "{\"task\":\"forecast\",\"dataset\":\"days\",\"model\":\"days\",\"params\":{\"epochs\":2}}",
        "succeeded");
}

/* Waits for a folded table whose heading begins with this, and checks its only row's first cell. */
static void expect_row(const char *heading, const char *cell)
{
    char found[400], row[600];

    (void)snprintf(found, sizeof(found),
                   "[...document.querySelectorAll('summary')]"
                   ".find(e => e.innerText.startsWith(`%s`))",
                   heading);
    page_until(found);
    (void)snprintf(row, sizeof(row),
                   "[...%s.parentElement.querySelectorAll('tbody tr')]"
                   ".some(r => r.cells[0].textContent === `%s`)",
                   found, cell);
    ck_assert_msg(page_is(row), "no row %s under %s", cell, heading);
}

static bool in_legend(const char *text)
{
    char script[300];

    (void)snprintf(script, sizeof(script),
                   "[...document.querySelector('.picture .legend').children]"
                   ".some(e => e.textContent === `%s`)",
                   text);
    return page_is(script);
}

START_TEST(marks_of_a_data_set_are_those_of_the_api)
{
    char heading[100], time[64];
    int strange;

    train_days();
    page_open("#/data/days");
    page_until("document.querySelector('.plot canvas')");
    expect_row("3 values of sold missing, in 2 places", "1675987200");
    ck_assert(in_legend("missing"));
    get(&page.r, &page.d, "/v1/models/days/forecast?horizon=1&explain=1", 200);
    ck_assert_double_eq(number_at(page.r.json, "series.0.explanation.observations.changed"), 1);
    (void)snprintf(time, sizeof(time), "%s",
                   text_at(page.r.json, "series.0.explanation.observations.changes.0.time"));
    expect_row("1 observation replaced or moved by the model days", time);
    ck_assert(in_legend("replaced, as observed"));
    post(&page.r, &page.d, "/v1/models/days/anomalies", "{\"dataset\":\"days\",\"last\":100}", 200);
    strange = (int)number_at(page.r.json, "series.0.anomalies");
    ck_assert_int_gt(strange, 0);
    (void)snprintf(heading, sizeof(heading), "%d of the last 100 observations outside", strange);
    expect_row(heading, time);
    ck_assert(in_legend("anomaly"));
    page_clean();
}
END_TEST

START_TEST(a_data_set_without_a_model_has_no_marks_of_one)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/data/flights");
    page_until("document.querySelector('.plot canvas')");
    ck_assert(!page_is("document.body.innerText.includes('Marks by the model')"));
    ck_assert(!page_is("document.body.innerText.includes('missing, in')"));
    ck_assert(!in_legend("missing"));
    page_clean();
}
END_TEST

START_TEST(marks_can_be_turned_off)
{
    train_days();
    page_open("#/data/days?model=");
    page_until("document.querySelector('.plot canvas')");
    page_until("[...document.querySelectorAll('select')].some(s => s.value === '')");
    ck_assert(!page_is("document.body.innerText.includes('replaced or moved')"));
    page_clean();
}
END_TEST

START_TEST(a_model_shows_what_it_replaced)
{
    train_days();
    page_open("#/models/days");
    page_until("document.querySelector('.plot canvas')");
    expect_row("1 observation replaced or moved before the fit", "1680307200");
    ck_assert(in_legend("replaced, as observed"));
    ck_assert(in_legend("missing"));
    page_clean();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        marks_of_a_data_set_are_those_of_the_api,
        a_data_set_without_a_model_has_no_marks_of_one,
        marks_can_be_turned_off,
        a_model_shows_what_it_replaced,
    };

    return page_suite("marks", tests, sizeof(tests) / sizeof(tests[0]));
}
