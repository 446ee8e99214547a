/* test_paint.c - the time until the page's first content is visible, and the bytes that it loads
 * for that, with an empty cache. Prints the figures; make bench-page shows them. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOADS = 9 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

START_TEST(something_is_painted)
{
    double ms[LOADS], bytes = 0;

    page_example("flights", "airpassengers.csv", "text/csv");
    for (int i = 0; i < LOADS; i++) {
        cJSON *value;

        browser_forget(&page.b);
        page_open("#/");
        page_until("performance.getEntriesByName('first-contentful-paint').length === 1 &&"
                   " document.querySelector('main h1')");
        value = page_value("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        ms[i] = value->valuedouble;
        cJSON_Delete(value);
        value =
            page_value("performance.getEntries().reduce((s, e) => s + (e.transferSize ?? 0), 0)");
        bytes = value->valuedouble;
        cJSON_Delete(value);
    }
    ck_assert_double_gt(bytes, 0);
    qsort(ms, LOADS, sizeof(ms[0]), by_size);
    printf("page: first contentful paint after %.0f ms (median of %d loads with a cold cache, %.0f "
           "to %.0f), %.0f KB loaded\n",
           ms[LOADS / 2], LOADS, ms[0], ms[LOADS - 1], bytes / 1000);
    (void)fflush(stdout);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {something_is_painted};

    return page_suite("paint", tests, 1);
}
