/* test_json_member.c - members that are there, and others. */
#include "server/commands/json_member.h"

#include "tests/unit/suite.h"

#include <math.h>

START_TEST(missing_members_and_other_types_are_harmless)
{
    cJSON *o = cJSON_Parse("{\"t\":\"x\",\"n\":2,\"z\":null}");

    ck_assert_str_eq(member_text(o, "t", "-"), "x");
    ck_assert_str_eq(member_text(o, "n", "-"), "-");
    ck_assert_str_eq(member_text(NULL, "n", "-"), "-");
    ck_assert_double_eq(member_number(o, "n"), 2);
    ck_assert(isnan(member_number(o, "t")));
    ck_assert(isnan(member_number(o, "z")));
    ck_assert(isnan(member_number(NULL, "z")));
    ck_assert_ptr_null(member_of(o, "N"));
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_member");
    TCase *t = tcase_create("json_member");

    tcase_add_test(t, missing_members_and_other_types_are_harmless);
    suite_add_tcase(s, t);
    return suite_run(s);
}
