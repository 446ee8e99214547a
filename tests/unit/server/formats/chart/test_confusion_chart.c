/* test_confusion_chart.c - cells that hold something are drawn, and the worst pairs are listed in
 * order. */
#include "server/formats/chart/confusion_chart.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf b;

static void setup(void)
{
    buf_init(&b, 1 << 22);
}

static void teardown(void)
{
    buf_release(&b);
}

static int count(const char *what)
{
    int n = 0;

    for (const char *p = b.data; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

START_TEST(cells_and_pairs)
{
    static const char *const tags[] = {"NOUN", "<V>", "ADJ"};
    static const double counts[] = {90, 2, 8, 0, 50, 0, 5, 0, 120000};
    const struct confusion_chart c = {"m: upos", tags, counts, 3};

    confusion_chart_write(&b, &c);
    ck_assert_int_eq(count("<rect"), 6);
    ck_assert_int_eq(count("fill=\"#8886\""), 3);
    ck_assert_int_eq(count(">120k<"), 1);
    ck_assert_int_eq(count("<V>"), 0);
    ck_assert_ptr_nonnull(strstr(b.data, "8 \xc3\x97 NOUN taken for ADJ"));
    ck_assert(strstr(b.data, "NOUN taken for ADJ") < strstr(b.data, "ADJ taken for NOUN"));
    ck_assert(strstr(b.data, "ADJ taken for NOUN") < strstr(b.data, "NOUN taken for &lt;V&gt;"));
}
END_TEST

/* More pairs than are listed: the largest ten, largest first. */
START_TEST(ten_pairs_are_listed)
{
    enum { N = 6 };
    static const char *const tags[N] = {"a", "b", "c", "d", "e", "f"};
    double counts[N * N];
    const struct confusion_chart c = {"m", tags, counts, N};

    for (int i = 0; i < N * N; i++)
        counts[i] = 1 + (i * 17) % 37;
    confusion_chart_write(&b, &c);
    ck_assert_int_eq(count("taken for"), 10);
}
END_TEST

START_TEST(nothing_confused)
{
    static const char *const tags[] = {"NOUN"};
    static const double counts[] = {0};
    const struct confusion_chart c = {"m", tags, counts, 1};

    confusion_chart_write(&b, &c);
    ck_assert_int_eq(count("<rect"), 0);
    ck_assert_int_eq(count("No tag was confused"), 1);
    ck_assert_int_eq(count("nan"), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("confusion_chart");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, cells_and_pairs);
    tcase_add_test(t, ten_pairs_are_listed);
    tcase_add_test(t, nothing_confused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
