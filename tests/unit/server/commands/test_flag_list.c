/* test_flag_list.c - the flags of a command. */
#include "server/commands/flag_list.h"

#include "server/commands/command_table.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct flag flags[FLAGS_MAX];

static const struct flag *find(int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(flags[i].name, name) == 0)
            return &flags[i];
    return NULL;
}

START_TEST(every_parameter_is_a_flag_of_its_task)
{
    const struct command c = {.takes = TAKES_UPLOAD | TAKES_TAG};
    int n = flag_list(flags, &c);
    char member[FLAG_NAME_MAX];

    ck_assert_ptr_nonnull(find(n, "label-smoothing"));
    ck_assert_ptr_null(find(n, "season-length"));
    ck_assert_str_eq(flag_member(member, find(n, "hidden-size")), "hidden_size");
    ck_assert_str_eq(flag_member(member, find(n, "date-format")), "date_format");
}
END_TEST

START_TEST(names_of_uploads_come_first)
{
    const struct command c = {.takes = TAKES_UPLOAD | TAKES_FORECAST};
    int n = flag_list(flags, &c);
    char member[FLAG_NAME_MAX];

    ck_assert_int_eq(find(n, "target")->use, FLAG_UPLOAD);
    ck_assert_int_eq(find(n, "model-target")->use, FLAG_PARAM);
    ck_assert_str_eq(flag_member(member, find(n, "model-fill")), "fill");
}
END_TEST

START_TEST(own_flags_replace_those_of_a_set)
{
    static const struct flag own[] = {{"horizon", "STEPS", "mine"}, {""}};
    const struct command c = {.takes = TAKES_FORECAST, .flags = own};
    int n = flag_list(flags, &c), times = 0;

    for (int i = 0; i < n; i++)
        times += strcmp(flags[i].name, "horizon") == 0;
    ck_assert_int_eq(times, 1);
    ck_assert_str_eq(find(n, "horizon")->help, "mine");
}
END_TEST

START_TEST(no_command_has_more_than_there_is_room_for)
{
    int count = 0;
    const struct command *table = command_table(&count);

    for (int i = 0; i < count; i++)
        ck_assert_int_lt(flag_list(flags, &table[i]), FLAGS_MAX);
}
END_TEST

START_TEST(placeholders_show_the_choices)
{
    static const char *const choices[] = {"a", "b", NULL};
    struct buf b;

    buf_init(&b, 100);
    flag_put_placeholder(&b, &(struct flag){.placeholder = "X", .choices = choices});
    flag_put_placeholder(&b, &(struct flag){.placeholder = "N"});
    flag_put_placeholder(&b, &(struct flag){.placeholder = NULL});
    ck_assert_str_eq(b.data, "a|bN");
    buf_release(&b);
}
END_TEST

START_TEST(the_first_sentence_has_no_stop)
{
    ck_assert_int_eq(flag_sentence("One. Two."), 3);
    ck_assert_int_eq(flag_sentence("One."), 3);
    ck_assert_int_eq(flag_sentence("a.b c"), 5);
    ck_assert_int_eq(flag_sentence(""), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flag_list");
    TCase *t = tcase_create("flag_list");

    tcase_add_test(t, every_parameter_is_a_flag_of_its_task);
    tcase_add_test(t, names_of_uploads_come_first);
    tcase_add_test(t, own_flags_replace_those_of_a_set);
    tcase_add_test(t, no_command_has_more_than_there_is_room_for);
    tcase_add_test(t, placeholders_show_the_choices);
    tcase_add_test(t, the_first_sentence_has_no_stop);
    suite_add_tcase(s, t);
    return suite_run(s);
}
