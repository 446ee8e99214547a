/* test_parse.c - flags, operands and what is refused. */
#include "server/commands/parse.h"

#include "tests/unit/suite.h"

#include <string.h>

static const char *const formats[] = {"csv", "json", NULL};
static const struct flag own[] = {{"format", "NAME", "", FLAG_OWN, .choices = formats},
                                  {"verbose-notes", NULL, "", .letter = 'v'},
                                  {""}};
static const struct command command = {.name = "toy",
                                       .operands = "FILE",
                                       .min_operands = 1,
                                       .max_operands = 2,
                                       .takes = TAKES_SESSION | TAKES_UPLOAD | TAKES_FORECAST |
                                                TAKES_TAG,
                                       .flags = own};

static struct invocation v;
static struct err e;

/* Reads the words after "toy", up to a NULL. */
static enum status parse(const char *a, const char *b, const char *c, const char *d)
{
    static char text[5][80]; /* getopt_long() changes the order of the pointers */
    const char *words[] = {"toy", a, b, c, d};
    char *argv[6] = {NULL};
    int argc = 0;

    for (int i = 0; i < 5 && words[i]; i++) {
        snprintf(text[i], sizeof text[i], "%s", words[i]);
        argv[argc++] = text[i];
    }
    v = (struct invocation){.command = &command};
    e = (struct err){0};
    return parse_arguments(&v, argc, argv, &e);
}

START_TEST(flags_stand_before_and_behind_operands)
{
    ck_assert_int_eq(parse("--format", "csv", "x", "--url=http://h"), ST_OK);
    ck_assert_str_eq(flag_value(&v, "format"), "csv");
    ck_assert_str_eq(flag_value(&v, "url"), "http://h");
    ck_assert_ptr_null(flag_value(&v, "database"));
    ck_assert_int_eq(v.num_operands, 1);
    ck_assert_str_eq(v.operands[0], "x");
}
END_TEST

START_TEST(two_dashes_end_the_flags)
{
    ck_assert_int_eq(parse("--", "--format", "-v", NULL), ST_OK);
    ck_assert_int_eq(v.num_operands, 2);
    ck_assert_str_eq(v.operands[1], "-v");
}
END_TEST

START_TEST(a_dash_alone_is_an_operand)
{
    ck_assert_int_eq(parse("-", NULL, NULL, NULL), ST_OK);
    ck_assert_str_eq(v.operands[0], "-");
}
END_TEST

START_TEST(parameters_are_written_in_three_ways)
{
    static const char *const ways[] = {"--hidden-size=32", "--hidden_size=32", "hidden_size=32"};

    ck_assert_int_eq(parse("x", ways[_i], NULL, NULL), ST_OK);
    ck_assert_str_eq(flag_value(&v, "hidden-size"), "32");
    ck_assert_int_eq(v.num_operands, 1);
}
END_TEST

START_TEST(other_operands_may_hold_an_equals_sign)
{
    ck_assert_int_eq(parse("a=b", NULL, NULL, NULL), ST_OK);
    ck_assert_str_eq(v.operands[0], "a=b");
}
END_TEST

START_TEST(the_value_of_a_yes_no_flag_may_be_left_out)
{
    ck_assert_int_eq(parse("--bidirectional", "x", NULL, NULL), ST_OK);
    ck_assert_str_eq(flag_value(&v, "bidirectional"), "true");
    ck_assert_int_eq(parse("--bidirectional=false", "x", NULL, NULL), ST_OK);
    ck_assert_str_eq(flag_value(&v, "bidirectional"), "false");
}
END_TEST

START_TEST(letters_and_beginnings_are_short_forms)
{
    ck_assert_int_eq(parse("-q", "--form", "json", "x"), ST_OK);
    ck_assert_ptr_nonnull(flag_value(&v, "quiet"));
    ck_assert_str_eq(flag_value(&v, "format"), "json");
    ck_assert_int_eq(parse("--hidden", "8", "x", NULL), ST_OK);
    ck_assert_str_eq(flag_value(&v, "hidden-size"), "8");
}
END_TEST

START_TEST(help_needs_nothing_else)
{
    ck_assert_int_eq(parse("--help", NULL, NULL, NULL), ST_OK);
    ck_assert(v.help);
    ck_assert_int_eq(parse("-h", "--no-such", NULL, NULL), ST_OK);
    ck_assert(v.help);
}
END_TEST

static const struct {
    const char *words[4], *message;
} wrong[] = {
    {{"x", "--fromat", "csv"}, "--fromat is unknown; did you mean --format?"},
    {{"x", "--hiden_size=3"}, "did you mean --hidden-size?"},
    {{"x", "--zzzzzzz"}, "--zzzzzzz is unknown; lstmd toy --help lists the flags"},
    {{"x", "-z"}, "-z is unknown"},
    {{"x", "--da", "3"}, "--da is the beginning of several flags"},
    {{"x", "--format"}, "--format needs a value"},
    {{"x", "--quiet=1"}, "--quiet takes no value"},
    {{"x", "--format", "jsn"}, "--format is 'jsn'; it must be csv|json; did you mean 'json'?"},
    {{"x", "--hidden-size", "many"}, "--hidden-size is 'many'; it must be a number from 0 to 4096"},
    {{"x", "--hidden-size", "0x10"}, "it must be a number"},
    {{"x", "--hidden-size", "5000"}, "--hidden-size: "},
    {{"x", "epochs="}, "--epochs is ''"},
    {{"x", "loss=bad"}, "--loss is 'bad'; it must be mse|huber|mae|nll"},
    {{"x", "y", "z"}, "z: takes no such argument"},
    {{NULL}, "needs FILE; usage: lstmd toy FILE"},
};

START_TEST(wrong_lines_are_refused_with_what_is_right)
{
    const char *const *w = wrong[_i].words;

    ck_assert_int_eq(parse(w[0], w[1], w[2], w[3]), ST_INVALID);
    ck_assert_msg(strstr(e.message, wrong[_i].message) != NULL, "%s", e.message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parse");
    TCase *t = tcase_create("parse");

    tcase_add_test(t, flags_stand_before_and_behind_operands);
    tcase_add_test(t, two_dashes_end_the_flags);
    tcase_add_test(t, a_dash_alone_is_an_operand);
    tcase_add_loop_test(t, parameters_are_written_in_three_ways, 0, 3);
    tcase_add_test(t, other_operands_may_hold_an_equals_sign);
    tcase_add_test(t, the_value_of_a_yes_no_flag_may_be_left_out);
    tcase_add_test(t, letters_and_beginnings_are_short_forms);
    tcase_add_test(t, help_needs_nothing_else);
    tcase_add_loop_test(t, wrong_lines_are_refused_with_what_is_right, 0,
                        (int)(sizeof wrong / sizeof *wrong));
    suite_add_tcase(s, t);
    return suite_run(s);
}
