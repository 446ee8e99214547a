/* test_token_features.c - the steps of the tokenizer's net: their places and their features. */
#include "core/tokenizer/token_features.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 16, TEXTS_MAX = 16 * STEPS_MAX };

/* Notes each feature that is looked up; its row is its place in the list. */
struct notes {
    char text[TEXTS_MAX][80];
    int count;
    const char *unknown; /* the one feature that has no row, or NULL */
};

static int32_t note(void *ctx, int feature, const char *text)
{
    struct notes *n = ctx;

    ck_assert(feature >= 0 && feature < TOKEN_FEATURES);
    if (n->unknown && strcmp(text, n->unknown) == 0)
        return -1;
    ck_assert_int_lt(n->count, TEXTS_MAX);
    snprintf(n->text[n->count], sizeof(n->text[0]), "%s", text);
    return n->count++;
}

/* All steps of a text, with the one split of a run "cannot" or of another one. */
struct reading {
    struct notes notes;
    struct token_features step[STEPS_MAX];
    int count;
};

static void read_split(struct reading *out, const char *text, const char *run, const char *marked)
{
    char *const marks[] = {(char *)marked};
    struct token_reader r = {.in = {.text = text, .length = strlen(text)}, .ctx = &out->notes};
    struct strmap splits = {0};
    struct err e = {0};

    ck_assert_int_eq(strmap_put(&splits, run, 0, &e), ST_OK);
    r.row = note;
    r.splits = &splits;
    r.split_texts = marks;
    out->count = 0;
    while (token_features_next(&out->step[out->count], &r))
        ck_assert_int_lt(++out->count, STEPS_MAX);
    ck_assert(!token_features_next(&out->step[out->count], &r)); /* and stays at the end */
    strmap_release(&splits);
}

static void read_text(struct reading *out, const char *text)
{
    memset(out, 0, sizeof(*out));
    read_split(out, text, "cannot", "can|not");
}

/* The feature of a step as text; "" when it has none. */
static const char *feature(const struct reading *r, int step, int k)
{
    int32_t row = r->step[step].rows[k];

    ck_assert_int_lt(step, r->count);
    return row < 0 ? "" : r->notes.text[row];
}

static void check_step(const struct reading *r, int step, const char *const want[TOKEN_FEATURES])
{
    for (int k = 0; k < TOKEN_FEATURES; k++)
        ck_assert_msg(strcmp(feature(r, step, k), want[k]) == 0,
                      "step %d, feature %d: \"%s\", not \"%s\"", step, k, feature(r, step, k),
                      want[k]);
}

START_TEST(a_step_is_its_text_look_gaps_ending_and_pair)
{
    static struct reading r;

    read_text(&r, "Cats eat  42.");
    ck_assert_int_eq(r.count, 4);
    check_step(&r, 0, (const char *[]){"wcats", "cLut4", "s51", "xats", "ncats eat", ""});
    check_step(&r, 1, (const char *[]){"weat", "cLll3", "s12", "", "neat 42", ""});
    check_step(&r, 2, (const char *[]){"w42", "cNdn2", "s20", "", "n42+.", ""});
    check_step(&r, 3, (const char *[]){"w.", "cPon1", "s05", "", "", ""});
    ck_assert_uint_eq(r.step[2].start, 10);
    ck_assert_uint_eq(r.step[2].end, 12);
}
END_TEST

START_TEST(case_and_length_are_the_look)
{
    static const char *const look[][2] = {{"iPhones", "cLlm7"},
                                          {"NATO", "cLuu4"},
                                          {"elevenchars", "cLll8"},
                                          {"7", "cNdn1"},
                                          {"\xD0\x90\xD0\xB1", "cLut2"} /* a Cyrillic A, b */};
    static struct reading r;

    for (size_t i = 0; i < sizeof(look) / sizeof(look[0]); i++) {
        read_text(&r, look[i][0]);
        ck_assert_int_eq(r.count, 1);
        ck_assert_str_eq(feature(&r, 0, 1), look[i][1]);
    }
}
END_TEST

START_TEST(a_split_run_is_several_steps)
{
    static struct reading r;

    read_text(&r, "I CANNOT go");
    ck_assert_int_eq(r.count, 4);
    check_step(&r, 1, (const char *[]){"wcan", "cLuu3", "s10", "", "ncan+not", "rcannot"});
    check_step(&r, 2, (const char *[]){"wnot", "cLuu3", "s01", "", "nnot go", "rcannot"});
    check_step(&r, 3, (const char *[]){"wgo", "cLll2", "s15", "", "", ""});
    ck_assert_uint_eq(r.step[1].start, 2);
    ck_assert_uint_eq(r.step[1].end, 5);
    ck_assert_uint_eq(r.step[2].end, 8);
    ck_assert_uint_eq(r.step[2].last, 8);
}
END_TEST

/* U+0130 has two bytes, its lower case "i" has one. */
START_TEST(splits_are_counted_in_code_points)
{
    static struct reading r;

    memset(&r, 0, sizeof(r));
    read_split(&r, "\xC4\xB0xy", "ixy", "ix|y");
    ck_assert_int_eq(r.count, 2);
    ck_assert_uint_eq(r.step[0].end, 3);
    ck_assert_uint_eq(r.step[0].last, 2);
    ck_assert_uint_eq(r.step[1].start, 3);
    ck_assert_uint_eq(r.step[1].end, 4);
    ck_assert_str_eq(feature(&r, 1, 0), "wy");
}
END_TEST

START_TEST(nothing_is_carried_over_a_blank_line)
{
    static struct reading r;

    read_text(&r, "one\n\ntwo");
    ck_assert_int_eq(r.count, 2);
    ck_assert_str_eq(feature(&r, 0, 2), "s54");
    ck_assert_str_eq(feature(&r, 0, 4), "");
    ck_assert_str_eq(feature(&r, 1, 2), "s55"); /* as at the beginning of a text */
    read_text(&r, "one\ntwo");
    ck_assert_str_eq(feature(&r, 0, 4), "none two");
    ck_assert_str_eq(feature(&r, 1, 2), "s35");
}
END_TEST

START_TEST(white_space_that_training_had_not_is_a_space)
{
    static struct reading r;

    memset(&r, 0, sizeof(r));
    r.notes.unknown = "s53";
    read_split(&r, "one\ntwo", "x", "x");
    ck_assert_str_eq(feature(&r, 0, 2), "s51");
    ck_assert_str_eq(feature(&r, 1, 2), "s35"); /* this one has a row */
}
END_TEST

START_TEST(a_text_without_characters_has_no_step)
{
    static struct reading r;

    read_text(&r, "");
    ck_assert_int_eq(r.count, 0);
    read_text(&r, " \n\n\t");
    ck_assert_int_eq(r.count, 0);
}
END_TEST

START_TEST(lower_case_may_be_longer)
{
    char s[PRETOKEN_BYTES_MAX + 1], out[TOKEN_TEXT_MAX];

    lower_text(out, "ABC\xC3\x84z", 6);
    ck_assert_str_eq(out, "abc\xC3\xA4z");
    for (int i = 0; i < PRETOKEN_BYTES_MAX; i += 2)
        memcpy(s + i, "\xC8\xBA", 2); /* U+023A; its lower case U+2C65 has three bytes */
    lower_text(out, s, PRETOKEN_BYTES_MAX);
    ck_assert_uint_eq(strlen(out), PRETOKEN_BYTES_MAX / 2 * 3);
    ck_assert_int_eq(strncmp(out, "\xE2\xB1\xA5", 3), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("token_features");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_step_is_its_text_look_gaps_ending_and_pair);
    tcase_add_test(t, case_and_length_are_the_look);
    tcase_add_test(t, a_split_run_is_several_steps);
    tcase_add_test(t, splits_are_counted_in_code_points);
    tcase_add_test(t, nothing_is_carried_over_a_blank_line);
    tcase_add_test(t, white_space_that_training_had_not_is_a_space);
    tcase_add_test(t, a_text_without_characters_has_no_step);
    tcase_add_test(t, lower_case_may_be_longer);
    suite_add_tcase(s, t);
    return suite_run(s);
}
