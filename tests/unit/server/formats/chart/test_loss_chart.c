/* test_loss_chart.c - the curves of a training. */
#include "server/formats/chart/loss_chart.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static struct buf b;

static void setup(void)
{
    buf_init(&b, 1 << 20);
}

static void teardown(void)
{
    buf_release(&b);
}

START_TEST(the_least_validation_loss_is_named)
{
    static const double loss[4] = {4, 3, 2.5, 2}, validation[4] = {NAN, 3.5, 3.25, 3.75};
    const struct loss_chart c = {"Training of <x>", loss, validation, 4};

    loss_chart_write(&b, &c);
    ck_assert(!b.st);
    ck_assert_ptr_nonnull(strstr(b.data, "Training of &lt;x&gt;"));
    ck_assert_ptr_nonnull(strstr(b.data, "least: 3.25 in epoch 3"));
    ck_assert_ptr_nonnull(strstr(b.data, "validation loss"));
    ck_assert_ptr_nonnull(strstr(b.data, "4 epochs; the last loss is 2."));
}
END_TEST

START_TEST(wide_losses_are_drawn_by_their_logarithm)
{
    static const double loss[3] = {5, 0.5, 0.05}, none[3] = {NAN, NAN, NAN};
    const struct loss_chart c = {"t", loss, none, 3};

    loss_chart_write(&b, &c);
    ck_assert_ptr_nonnull(strstr(b.data, ">0.01<"));
    ck_assert_ptr_nonnull(strstr(b.data, ">0.1<"));
    ck_assert_ptr_null(strstr(b.data, "validation"));
}
END_TEST

START_TEST(a_job_that_waits_has_an_empty_chart)
{
    const struct loss_chart c = {"t", NULL, NULL, 0};

    loss_chart_write(&b, &c);
    ck_assert_ptr_nonnull(strstr(b.data, "No epoch has ended yet."));
    ck_assert_ptr_null(strstr(b.data, "nan"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("loss_chart");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_least_validation_loss_is_named);
    tcase_add_test(t, wide_losses_are_drawn_by_their_logarithm);
    tcase_add_test(t, a_job_that_waits_has_an_empty_chart);
    suite_add_tcase(s, t);
    return suite_run(s);
}
