/* test_pretoken.c - text as letters, digits and other characters, and the white space between. */
#include "core/text/pretoken.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static char out[1000];

/* "letters|digits|other" with the gap behind each: nothing, _, __, /, // or $. */
static const char *cut(const char *text, bool lines, bool joined)
{
    static const char *const gaps[NUM_GAPS] = {"", "_", "__", "/", "//", "$"};
    struct pretoken_reader r = {
        .text = text, .length = strlen(text), .lines = lines, .joined = joined};
    struct pretoken t;
    size_t n = 0;

    out[0] = '\0';
    while (pretoken_next(&t, &r))
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%c%.*s%s|", "LDO"[t.kind],
                              (int)(t.end - t.start), text + t.start, gaps[t.after]);
    return out;
}

START_TEST(runs_are_cut_where_their_kind_changes)
{
    static const char *const rows[][2] = {
        {"", ""},
        {" \n\t ", ""},
        {"abc", "Labc$|"},
        {"abc123", "Labc|D123$|"},
        {"don't", "Ldon|O'|Lt$|"},
        {"a...", "La|O.|O.|O.$|"},
        {"\xc3\xa9t\xc3\xa9 2\xe2\x82\xac", "L\xc3\xa9t\xc3\xa9_|D2|O\xe2\x82\xac$|"},
        {"e\xcc\x81x", "Le\xcc\x81x$|"},   /* a combining mark stays */
        {"!\xcc\x81x", "O!\xcc\x81|Lx$|"}, /* with another character too */
        {"\xe6\x97\xa5\xe6\x9c\xac", "O\xe6\x97\xa5|O\xe6\x9c\xac$|"}, /* Han: one each */
        {"\xd8\xb9\xd8\xb1\xd8\xa8", "L\xd8\xb9\xd8\xb1\xd8\xa8$|"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(cut(rows[i][0], false, false), rows[i][1]);
}
END_TEST

START_TEST(gaps_are_told_apart)
{
    static const char *const rows[][2] = {
        {"  a b", "La_|Lb$|"},
        {"a  b", "La__|Lb$|"},
        {"a\u00a0b", "La_|Lb$|"},
        {"a\nb", "La/|Lb$|"},
        {"a \r\n b", "La/|Lb$|"},
        {"a\r\n\r\nb", "La//|Lb$|"},
        {"a\n \nb", "La//|Lb$|"},
        {"a\u2028b", "La/|Lb$|"},
        {"a\u2029b", "La//|Lb$|"},
        {"a\xc2\x85"
         "b",
         "La/|Lb$|"},
        {"a\n", "La$|"},
        {"a \n\n", "La//|"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(cut(rows[i][0], false, false), rows[i][1]);
    ck_assert_str_eq(cut("a\nb", true, false), "La//|Lb$|");
    ck_assert_str_eq(cut("a\n\nb", false, true), "La_|Lb$|");
    ck_assert_str_eq(cut("a\nb", true, true), "La/|Lb$|");
}
END_TEST

START_TEST(places_are_bytes_and_code_points)
{
    const char *text = " \xc3\xa9t 5";
    struct pretoken_reader r = {.text = text, .length = strlen(text)};
    struct pretoken t;

    ck_assert(pretoken_next(&t, &r));
    ck_assert(t.start == 1 && t.end == 4 && t.first == 1 && t.last == 3);
    ck_assert(pretoken_next(&t, &r));
    ck_assert(t.start == 5 && t.end == 6 && t.first == 4 && t.last == 5);
    ck_assert(!pretoken_next(&t, &r));
}
END_TEST

START_TEST(a_long_run_is_cut)
{
    char text[1000];
    struct pretoken_reader r = {.text = text, .length = sizeof(text)};
    struct pretoken t;
    size_t at = 0;

    memset(text, 'a', sizeof(text));
    while (pretoken_next(&t, &r)) {
        ck_assert_uint_eq(t.start, at);
        ck_assert_uint_le(t.end - t.start, PRETOKEN_BYTES_MAX);
        at = t.end;
    }
    ck_assert_uint_eq(at, sizeof(text));
}
END_TEST

START_TEST(characters_and_spaces)
{
    uint32_t c;

    ck_assert(point_at(&c, "a", 1) == 1 && c == 'a');
    ck_assert(point_at(&c, "\xe2\x82\xac", 3) == 3 && c == 0x20AC);
    ck_assert(point_at(&c, "\xff", 1) == 1 && c == 0xFFFD);
    ck_assert(space_point(' ') && space_point('\v') && space_point(0xA0) && space_point(0x3000));
    ck_assert(!space_point('_') && !space_point(0x200B));
    ck_assert_uint_eq(utf8_check("ab\xc3", 3), 2);
    ck_assert_uint_eq(utf8_check("ab\xc3\xa9", 4), 4);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pretoken");
    TCase *t = tcase_create("all");

    tcase_add_test(t, runs_are_cut_where_their_kind_changes);
    tcase_add_test(t, gaps_are_told_apart);
    tcase_add_test(t, places_are_bytes_and_code_points);
    tcase_add_test(t, a_long_run_is_cut);
    tcase_add_test(t, characters_and_spaces);
    suite_add_tcase(s, t);
    return suite_run(s);
}
