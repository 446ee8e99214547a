/* test_resources.c - rows of lists. */
#include "server/commands/resources.h"

#include "tests/unit/suite.h"

START_TEST(a_row_has_the_columns_of_its_kind)
{
    const struct resource *r = resource_find("jobs");
    cJSON *o = cJSON_Parse("{\"id\":\"J\",\"task\":\"tag\",\"state\":\"running\",\"dataset\":\"d\","
                           "\"model\":null,\"progress\":{\"fraction\":0.5}}");
    struct buf b;

    ck_assert_ptr_nonnull(r);
    buf_init(&b, 1000);
    resource_put_head(&b, r);
    resource_put_row(&b, r, o);
    ck_assert_str_eq(b.data, "id\ttask\tstate\tdataset\tmodel\tfraction\tcreated_at\n"
                             "J\ttag\trunning\td\t-\t0.5\t-\n");
    buf_release(&b);
    cJSON_Delete(o);
}
END_TEST

START_TEST(other_kinds_are_not_there)
{
    ck_assert_ptr_nonnull(resource_find("models"));
    ck_assert_ptr_nonnull(resource_find("datasets"));
    ck_assert_ptr_null(resource_find("model"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("resources");
    TCase *t = tcase_create("resources");

    tcase_add_test(t, a_row_has_the_columns_of_its_kind);
    tcase_add_test(t, other_kinds_are_not_there);
    suite_add_tcase(s, t);
    return suite_run(s);
}
