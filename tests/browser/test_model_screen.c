/* test_model_screen.c - a model's screen: its numbers are the API's, its state is in the address,
 * and what-if answers of a model with covariates known in advance. */
#include "tests/browser/page.h"
#include "tests/browser/screens.h"

#include <stdio.h>
#include <string.h>

static void train_flights(void)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    run_job(&page.r, &page.d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\"}", "succeeded");
}

/* The last row of the first table of numbers: text of its cells, full values as titles. */
static const char last_mean[] = "Number([...document.querySelectorAll('.numbers tbody tr')].at(-1)"
                                ".querySelectorAll('td span')[0].title)";

START_TEST(the_chart_has_the_numbers_of_the_api)
{
    cJSON *shown;

    train_flights();
    page_open("#/models/flights?horizon=7&level=80");
    page_until("document.querySelector('.plot canvas')");
    page_click(".numbers summary", NULL);
    page_until("document.querySelectorAll('.numbers tbody tr').length === 151");
    get(&page.r, &page.d, "/v1/models/flights/forecast?horizon=7&level=80", 200);
    shown = page_value(last_mean);
    ck_assert_double_eq_tol(shown->valuedouble, number_at(page.r.json, "series.0.mean.6"), 1e-9);
    cJSON_Delete(shown);
    ck_assert(page_is("document.querySelector('.curl code').textContent"
                      ".includes('/v1/models/flights/forecast?horizon=7&level=80')"));
    page_clean();
}
END_TEST

/* The parts step by step, their sum, the weights and the reasons are the API's. */
START_TEST(the_parts_are_those_of_the_api)
{
    static const char shown[] =
        "(() => { const t = [...document.querySelectorAll('table')].find(t =>"
        "    t.caption?.textContent === 'Parts of the forecast');"
        "  return [...t.querySelectorAll('tbody tr')].map(r =>"
        "    [...r.querySelectorAll('td span')].map(s => Number(s.title))); })()";
    cJSON *rows;
    const cJSON *parts, *part;
    double sum = 0;
    int k = 0;

    train_flights();
    page_open("#/models/flights?horizon=5");
    page_until("document.querySelectorAll('.parts .plot canvas').length >= 4");
    get(&page.r, &page.d, "/v1/models/flights/forecast?horizon=5&explain=1", 200);
    rows = page_value(shown);
    ck_assert_int_eq(cJSON_GetArraySize(rows), 5);
    parts = at(page.r.json, "series.0.explanation.parts");
    cJSON_ArrayForEach(part, parts)
    {
        double value = cJSON_GetArrayItem(part, 4)->valuedouble;

        ck_assert_double_eq_tol(cJSON_GetArrayItem(cJSON_GetArrayItem(rows, 4), k++)->valuedouble,
                                value, 1e-9);
        sum += value;
    }
    ck_assert_double_eq_tol(cJSON_GetArrayItem(cJSON_GetArrayItem(rows, 4), k)->valuedouble, sum,
                            1e-6);
    cJSON_Delete(rows);
    rows = page_value("[...document.querySelectorAll('.bar.weight')].map(e =>"
                      " Number(e.closest('tr').cells[1].firstChild.title))"
                      ".reduce((a, b) => a + b, 0)");
    ck_assert_double_eq_tol(rows->valuedouble, 1, 1e-9);
    cJSON_Delete(rows);
    ck_assert(page_is("document.body.innerText.includes('A season of 12 months is forecast: "
                      "methods that repeat')"));
    page_clean();
}
END_TEST

START_TEST(anomalies_and_versions_are_shown)
{
    train_flights();
    run_job(&page.r, &page.d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":2}}",
            "succeeded");
    page_open("#/models/flights?version=1");
    page_click("button", "Look for anomalies");
    page_until("document.body.innerText.includes('outside of the 95 % interval')");
    page_until("document.querySelectorAll('td input[type=checkbox]').length === 2");
    cJSON_Delete(browser_run(
        &page.b,
        "for (const c of document.querySelectorAll('td input[type=checkbox]')) c.click();"));
    page_until(
        "[...document.querySelectorAll('td')].some(c => c.innerText === 'tutorial-flights')");
    page_until("[...document.querySelectorAll('th')].some(c => c.innerText === 'version 2')");
    page_clean();
}
END_TEST

static const char serving[] = "[...document.querySelectorAll('table')]"
                              ".find(t => t.caption?.textContent === 'Versions')"
                              "?.querySelectorAll('tbody tr')[%d].innerText.includes('%s')";

static void until_row(int row, const char *words)
{
    char script[300];

    (void)snprintf(script, sizeof(script), serving, row, words);
    page_until(script);
}

/* The figures are those of the API; the button makes the other version serve. */
START_TEST(versions_are_compared_and_made_to_serve)
{
    cJSON *shown;

    train_flights();
    run_job(&page.r, &page.d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":2}}",
            "succeeded");
    page_open("#/models/flights");
    until_row(0, "yes");
    page_until("document.querySelectorAll('td input[type=checkbox]').length === 2");
    cJSON_Delete(browser_run(
        &page.b,
        "for (const c of document.querySelectorAll('td input[type=checkbox]')) c.click();"));
    page_until("document.body.innerText.includes('held-out observations of')");
    get(&page.r, &page.d, "/v1/models/flights/compare?versions=1,2", 200);
    shown = page_value("Number([...document.querySelectorAll('table')].find(t => "
                       "t.caption?.textContent === 'Two versions').querySelector('tbody tr')"
                       ".cells[1].firstChild.title)");
    ck_assert_double_eq_tol(shown->valuedouble, number_at(page.r.json, "versions.0.metrics.mae"),
                            1e-9);
    cJSON_Delete(shown);
    page_click("button", "Make it serve");
    until_row(1, "production");
    until_row(1, "yes");
    until_row(1, "kept");
    get(&page.r, &page.d, "/v1/models/flights", 200);
    ck_assert_int_eq((int)number_at(page.r.json, "version"), 1);
    page_until("document.querySelector('.lead').innerText.includes('version 1, which serves')");
    page_clean();
}
END_TEST

START_TEST(what_if_changes_the_forecast)
{
    screens_ice(1);
    page_open("#/models/ice?horizon=3");
    page_until("document.querySelector('.plot canvas')");
    page_until("document.querySelectorAll('input[data-name=temperature]').length === 3");
    cJSON_Delete(browser_run(&page.b, "document.querySelectorAll('input[data-name]')"
                                      ".forEach(e => { e.value = 31; });"));
    page_click("button", "Forecast with these");
    page_until("[...document.querySelectorAll('.chart')]"
               ".some(c => c.ariaLabel?.startsWith('What if'))");
    page_clean();
}
END_TEST

/* Two shops: one with four years of months, one with a single month. */
static void upload_shops(void)
{
    char rows[2048] = "shop,month,sales\nnew,2023-12,7\n";
    struct request q = {
        .method = "PUT", .path = "/v1/datasets/shops", .type = "text/csv", .body = rows};

    for (int i = 0; i < 48; i++) {
        size_t at = strlen(rows);

        (void)snprintf(rows + at, sizeof(rows) - at, "old,%d-%02d,%d\n", 2020 + i / 12, i % 12 + 1,
                       100 + 10 * (i % 12));
    }
    http_send(&page.r, &page.d, &q);
    expect_status(&page.r, 201, rows);
}

START_TEST(remarks_on_the_fit_stand_on_both_screens)
{
    char screen[80];

    upload_shops();
    run_job(&page.r, &page.d,
            "{\"task\":\"forecast\",\"dataset\":\"shops\",\"model\":\"shops\",\"params\":"
            "{\"test_size\":0}}",
            "succeeded");
    (void)snprintf(screen, sizeof(screen), "#/jobs/%s", text_at(page.r.json, "id"));
    for (int i = 0; i < 2; i++) {
        page_open(i ? screen : "#/models/shops");
        page_until("[...document.querySelectorAll('p.note')].some(n => "
                   "n.textContent.startsWith('nothing was held out'))");
        page_until("document.querySelector('details.note summary')?.textContent === "
                   "'1 series too short to learn from'");
        page_click("details.note summary", NULL);
        page_until("document.querySelector('details.note li').innerText.startsWith('new: ')");
        page_clean();
    }
}
END_TEST

/* The axis has the column's name, the title that of the series. */
START_TEST(the_axis_names_the_column)
{
    upload_shops();
    run_job(&page.r, &page.d, "{\"task\":\"forecast\",\"dataset\":\"shops\",\"model\":\"shops\"}",
            "succeeded");
    page_open("#/models/shops?series=old");
    page_until("document.querySelectorAll('.chart').length >= 2");
    page_until("[...document.querySelectorAll('.chart')].slice(0, 2)"
               ".every(c => c.firstElementChild.textContent === 'sales')");
    ck_assert(
        page_is("document.querySelector('.chart').ariaLabel?.startsWith('Forecast of old.')"));
    page_clean();
}
END_TEST

/* Small differences of large values, and one value throughout: no label stands twice. */
START_TEST(labels_of_the_value_axis_differ)
{
    static const char labels[] = "(() => { const t = [...document.querySelector('.chart')"
                                 ".querySelectorAll('.dygraph-axis-label-y')]"
                                 ".map(e => e.textContent);"
                                 "  return t.length > 2 && new Set(t).size === t.length; })()";

    for (int flat = 0; flat < 2; flat++) {
        char rows[1024] = "month,level\n";
        struct request q = {
            .method = "PUT", .path = "/v1/datasets/level", .type = "text/csv", .body = rows};

        for (int i = 0; i < 36; i++) {
            size_t at = strlen(rows);

            (void)snprintf(rows + at, sizeof(rows) - at, "%d-%02d,100000.%d\n", 2020 + i / 12,
                           i % 12 + 1, flat ? 7 : i % 12 % 10);
        }
        http_send(&page.r, &page.d, &q);
        expect_status(&page.r, flat ? 200 : 201, rows);
        run_job(&page.r, &page.d,
                "{\"task\":\"forecast\",\"dataset\":\"level\",\"model\":\"level\"}", "succeeded");
        page_open("#/models/level");
        page_until("document.querySelector('.plot canvas')");
        page_until(labels);
        page_clean();
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_chart_has_the_numbers_of_the_api,
        the_parts_are_those_of_the_api,
        anomalies_and_versions_are_shown,
        versions_are_compared_and_made_to_serve,
        what_if_changes_the_forecast,
        remarks_on_the_fit_stand_on_both_screens,
        the_axis_names_the_column,
        labels_of_the_value_axis_differ,
    };

    return page_suite("model screen", tests, sizeof(tests) / sizeof(tests[0]));
}
