/* test_first_forecast.c - an empty service, and three examples that end at their picture after one
 * click. */
#include "tests/browser/page.h"

enum { TEN_SECONDS = 10000 };

static void first_click(const char *name)
{
    browser_open(&page.b, page.d.url); /* the root leads to the page */
    page_until("document.querySelectorAll('.card').length === 3");
    page_click(".card strong", name);
}

START_TEST(flights_are_forecast_after_one_click)
{
    int64_t start = now_ms();

    first_click("flights");
    page_until("document.querySelector('#result .plot canvas')");
    ck_assert_int_lt((int)(now_ms() - start), TEN_SECONDS);
    page_click(".curve input[type=checkbox]", NULL); /* the loss on a logarithmic scale */
    page_until("document.querySelector('.curve .axis-title').textContent"
               ".includes('logarithmic')");
    page_until("/MAPE .* on the 12 months that were held out/"
               ".test(document.querySelector('.verdict').innerText)");
    ck_assert(page_is("document.querySelector('#result .code').innerText"
                      ".includes('/v1/models/flights/forecast?horizon=')"));
    page_clean();
    /* what the picture shows is what the API answers */
    get(&page.r, &page.d, "/v1/models/flights/forecast?horizon=24&level=80,95", 200);
    page_click("#result summary", NULL);
    page_until("document.querySelectorAll('#result tbody tr').length === 168");
    {
        cJSON *shown = page_value("Number([...document.querySelectorAll('#result tbody tr')].at(-1)"
                                  ".querySelectorAll('td span')[0].title)");

        ck_assert_double_eq_tol(shown->valuedouble, number_at(page.r.json, "series.0.mean.23"),
                                1e-9);
        cJSON_Delete(shown);
    }
}
END_TEST

START_TEST(the_horizon_of_the_first_forecast_moves)
{
    first_click("flights");
    page_until("document.querySelector('#result .plot canvas')");
    cJSON_Delete(browser_run(&page.b, "const s = document.getElementById('ahead'); s.value = 6;"
                                      "s.dispatchEvent(new Event('input'));"));
    page_until("document.querySelector('#result output').textContent === '6 months'");
    page_clean();
}
END_TEST

START_TEST(a_sine_goes_on_after_one_click)
{
    int64_t start = now_ms();

    first_click("sine");
    page_until("document.querySelector('#result .plot canvas')");
    ck_assert_int_lt((int)(now_ms() - start), TEN_SECONDS);
    page_clean();
}
END_TEST

START_TEST(sentences_are_tagged_after_one_click)
{
    int64_t start = now_ms();

    first_click("sentences");
    page_until("document.querySelectorAll('#result .tagged .tag').length === 4");
    ck_assert_int_lt((int)(now_ms() - start), TEN_SECONDS);
    ck_assert(page_is("document.querySelector('#result .tagged small').textContent === 'NN'"));
    page_clean();
}
END_TEST

/* Coming back neither uploads nor trains again. */
START_TEST(an_example_is_trained_once)
{
    first_click("sine");
    page_until("document.querySelector('#result .plot canvas')");
    page_open("#/start/sine");
    page_until("document.querySelector('#result .plot canvas')");
    get(&page.r, &page.d, "/v1/jobs", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(page.r.json, "items")), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        flights_are_forecast_after_one_click, the_horizon_of_the_first_forecast_moves,
        a_sine_goes_on_after_one_click,       sentences_are_tagged_after_one_click,
        an_example_is_trained_once,
    };

    return page_suite("first forecast", tests, sizeof(tests) / sizeof(tests[0]));
}
