/* test_command_table.c - the rows of the table of commands. */
#include "server/commands/command_table.h"

#include "tests/unit/suite.h"

#include <ctype.h>
#include <string.h>

START_TEST(every_row_is_whole)
{
    int n = 0;
    const struct command *table = command_table(&n);

    ck_assert_int_gt(n, 5);
    for (int i = 0; i < n; i++) {
        const struct command *c = &table[i];
        size_t length = strlen(c->details);

        ck_assert_ptr_nonnull(c->run);
        ck_assert_ptr_eq(command_find(c->name), c); /* no name is there twice */
        ck_assert_msg(islower((unsigned char)c->summary[0]), "%s", c->name);
        ck_assert_msg(c->summary[strlen(c->summary) - 1] != '.', "%s", c->name);
        ck_assert_msg(!length || c->details[length - 1] == '\n', "%s", c->name);
        ck_assert_int_le(c->min_operands, c->max_operands);
        ck_assert_msg(!c->max_operands || c->operands[0], "%s", c->name);
        ck_assert_msg(!c->example[0] || strncmp(c->example, "  ", 2) == 0, "%s", c->name);
    }
}
END_TEST

START_TEST(unknown_names_are_not_found_but_near_ones_are)
{
    ck_assert_ptr_null(command_find("serv"));
    ck_assert_str_eq(command_near("serv"), "serve");
    ck_assert_str_eq(command_near("bakcup"), "backup");
    ck_assert_ptr_null(command_near("xyzzyxyzzy"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("command_table");
    TCase *t = tcase_create("command_table");

    tcase_add_test(t, every_row_is_whole);
    tcase_add_test(t, unknown_names_are_not_found_but_near_ones_are);
    suite_add_tcase(s, t);
    return suite_run(s);
}
