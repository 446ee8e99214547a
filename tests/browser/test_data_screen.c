/* test_data_screen.c - data from a file to the store: the preview, its menus, and what a data set's
 * screen can do. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

#define XSS "<img src=x onerror=window.hit=1>"

/* Drops a file with these bytes on the first screen. */
static void drop(const char *name, const char *text)
{
    char script[4096];

    page_open("#/");
    page_until("document.querySelector('.drop')");
    (void)snprintf(script, sizeof(script),
                   "const data = new DataTransfer();"
                   "data.items.add(new File([`%s`], `%s`, {type: 'text/csv'}));"
                   "document.querySelector('.drop').dispatchEvent("
                   "  new DragEvent('drop', {dataTransfer: data, bubbles: true}));",
                   text, name);
    cJSON_Delete(browser_run(&page.b, script));
}

static void choose(const char *menu, const char *value)
{
    char script[300];

    (void)snprintf(script, sizeof(script),
                   "const m = document.querySelector('select[name=%s]'); m.value = '%s';"
                   "m.dispatchEvent(new Event('change'));",
                   menu, value);
    cJSON_Delete(browser_run(&page.b, script));
}

static int stored(void)
{
    get(&page.r, &page.d, "/v1/datasets", 200);
    return cJSON_GetArraySize(at(page.r.json, "items"));
}

START_TEST(a_file_is_shown_before_it_is_stored)
{
    drop("Sales.csv", "month,sold\n2023-01,5\n2023-02,6\n2023-03,7\n");
    page_until("document.querySelector('.facts')?.innerText.includes('month')");
    ck_assert_int_eq(stored(), 0);
    page_click("button", "Store");
    page_until("location.hash === '#/data/sales' && document.querySelector('.plot canvas')");
    ck_assert_int_eq(stored(), 1);
    page_clean();
}
END_TEST

/* A day that may be a month is refused; the menu decides. */
START_TEST(a_file_that_cannot_be_read_is_mended_by_a_menu)
{
    drop("dates.csv", "day,sold\n01/02/2023,5\n02/02/2023,6\n03/02/2023,7\n");
    page_until("document.querySelector('.problem')?.innerText.includes('may be read as')");
    ck_assert(page_is("document.querySelector('button.primary').disabled"));
    choose("date_format", "%d/%m/%Y");
    page_until("document.querySelector('.facts')?.innerText.includes('day')");
    page_click("button", "Store");
    page_until("location.hash === '#/data/dates'");
    get(&page.r, &page.d, "/v1/datasets/dates", 200);
    ck_assert_str_eq(text_at(page.r.json, "series.0.start"), "01/02/2023");
}
END_TEST

START_TEST(what_an_error_proposes_is_a_button)
{
    drop("dates.csv", "day,sold\n01/02/2023,5\n02/02/2023,6\n");
    page_click("button", "Read it with date_format=%m/%d/%Y");
    page_until("document.querySelector('.facts')?.innerText.includes('day')");
}
END_TEST

START_TEST(a_text_is_listed_and_shows_its_beginning)
{
    put(&page.r, &page.d, "/v1/datasets/letter", "text/plain", "Dear " XSS ", it rained.", 201);
    page_open("#/data");
    page_until("document.querySelector('table')?.innerText.includes('letter')");
    page_open("#/data/letter");
    page_until("document.querySelector('pre.text')?.innerText.includes('it rained')");
    ck_assert(
        page_is("![...document.querySelectorAll('button')].some(b => /Train/.test(b.innerText))"));
    ck_assert(page_is("window.hit === undefined"));
    page_open("#/");
    page_until("document.body.innerText.includes('letter')");
    page_open("#/train");
    page_until("document.querySelector('h1')");
    page_clean();
}
END_TEST

START_TEST(rows_are_appended_and_a_data_set_is_deleted)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/data/flights");
    page_until("document.querySelector('.plot canvas')");
    cJSON_Delete(browser_run(
        &page.b,
        "document.querySelector('textarea').value = 'month,passengers\\n1961-01,450\\n';"));
    page_click("button", "Append");
    page_until("document.querySelector('.lead')?.innerText.includes('145 rows')");
    page_clean();
    page_click("button", "Delete");
    page_click("dialog button", "Cancel");
    ck_assert_int_eq(stored(), 1);
    page_click("button", "Delete");
    page_click("dialog button.danger", NULL);
    page_until("location.hash === '#/data'");
    ck_assert_int_eq(stored(), 0);
}
END_TEST

START_TEST(names_are_text)
{
    put(&page.r, &page.d,
        "/v1/datasets/names?id=shop&time=ds&target="
        "%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E",
        "text/csv",
        "shop,ds," XSS "\n" XSS ",2023-01,1\n" XSS ",2023-02,2\n" XSS ",2023-03,3\nb,2023-01,1\nb,"
        "2023-02,2\nb,2023-03,3\n",
        201);
    page_open("#/data/names");
    page_until("document.querySelector('.plot canvas')");
    page_click(".numbers summary", NULL);
    page_until("document.querySelector('.numbers table')");
    ck_assert(page_is("document.querySelector('select').innerText.includes('<img')"));
    ck_assert(!page_is("document.querySelector('main img') || window.hit"));
    page_open("#/data/%3Cimg%20src=x%20onerror=window.hit=1%3E");
    page_until("document.querySelector('.problem')");
    ck_assert(!page_is("document.querySelector('main img') || window.hit"));
}
END_TEST

START_TEST(a_long_series_is_thinned)
{
    size_t cap = 100000 * 16, n = 0;
    char *text = malloc(cap);

    ck_assert_ptr_nonnull(text);
    n += (size_t)snprintf(text, cap, "v\n");
    for (int i = 0; i < 100000; i++)
        n += (size_t)snprintf(text + n, cap - n, "%d\n", i == 54321 ? 9000 : i % 97);
    put(&page.r, &page.d, "/v1/datasets/long", "text/csv", text, 201);
    free(text);
    page_open("#/data/long");
    page_until("document.querySelector('.plot canvas')");
    page_until("document.querySelector('.readout').innerText.includes('rows are drawn')");
    /* the extreme is still there */
    page_click(".numbers summary", NULL);
    page_until("document.querySelector('.curl code').textContent.includes('max_points=')");
    page_clean();
}
END_TEST

/* No server has a name that ends in .invalid (RFC 6761), so the fetch fails. */
START_TEST(a_source_is_shown_with_its_error)
{
    put(&page.r, &page.d, "/v1/datasets/fetched", "text/csv", "v\n1\n2\n3\n", 201);
    put(&page.r, &page.d, "/v1/datasets/fetched?wait=0", "application/json",
        "{\"source\":{\"every\":\"6h\","
        "\"url\":\"https://source.invalid/a.csv?b=<i>\"}}",
        202);
    page_open("#/data/fetched");
    page_until("document.querySelector('.source')?.innerText.includes("
               "'https://source.invalid/a.csv?b=<i> every 6h')");
    for (int i = 0; i < 100 && !page_is("document.querySelector('.source .problem')"); i++) {
        page_open("#/data/fetched");
        page_until("document.querySelector('.source')");
    }
    ck_assert(page_is("document.querySelector('.source .problem').innerText.includes("
                      "'source.invalid')"));
    page_clean();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_file_is_shown_before_it_is_stored,
        a_file_that_cannot_be_read_is_mended_by_a_menu,
        what_an_error_proposes_is_a_button,
        a_text_is_listed_and_shows_its_beginning,
        rows_are_appended_and_a_data_set_is_deleted,
        names_are_text,
        a_long_series_is_thinned,
        a_source_is_shown_with_its_error,
    };

    return page_suite("data screen", tests, sizeof(tests) / sizeof(tests[0]));
}
