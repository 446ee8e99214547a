/* test_final_marks.c - full stops, brackets and quotes part from symbols. */
#include "core/tokenizer/final_marks.h"
#include "tests/unit/suite.h"

#include <string.h>

/* '|' where a token ends for the rule. */
static const char *const rows[] = {
    /* full stops and their like behind symbols */
    "It rose by 15%|.",
    "Was it 12.5%|?",
    "15%|!!",
    "15%|; and more",
    "15%|: so it was",
    "We like C++|.",
    "We like C#|!",
    "20 \u00b0C|.",
    "5\u20ac|.",
    "x =|.",
    "10\u2030|,",
    "wait \u2026|.",
    "\u2602|.",
    "\u767e%|\u3002", /* an ideographic one */
    /* brackets and quotes of all shapes */
    "(as in C++|)",
    "(C++|)|.",
    "\"15%|\"",
    "\u201c15%|\u201d",
    "\u00ab15%|\u00bb|.",
    "\u300c15%|\u300d",
    "\"15%|.|\"",
    "[15%|]",
    /* links */
    "see http://x.org/a_b|.",
    "http://x.org/?q=1|)",
    "http://x.org/C_(language)",
    /* smileys, and marks that are no end */
    "He smiled :)",
    ":-) ok",
    "=)",
    "<3",
    "15%.5",
    "a.b",
    "C++.h",
    /* nothing of a symbol */
    "Wait... what?!",
    "He said \"no.\"",
    "(yes)",
    "end.",
};

START_TEST(marks_part_where_they_should)
{
    char text[200];
    bool ends[200] = {false};
    size_t n = 0;

    for (const char *p = rows[_i]; *p; p++) {
        if (*p == '|')
            ends[n] = true;
        else
            text[n++] = *p;
    }
    for (size_t at = 0; at < n; at++) {
        if (((unsigned char)text[at] & 0xC0) != 0x80)
            ck_assert_msg(final_marks_part(text, n, at) == ends[at], "%s: at %zu", rows[_i], at);
    }
    ck_assert(!final_marks_part(text, n, n));
}
END_TEST

/* Of a long run, only a part of limited length is read. */
START_TEST(long_runs_are_looked_at_in_part)
{
    char text[5000];

    memset(text, '.', sizeof(text));
    text[0] = '%';
    for (size_t at = 0; at < sizeof(text); at++)
        ck_assert(!final_marks_part(text, sizeof(text), at) || at + 8 >= sizeof(text));
    memset(text, 'a', sizeof(text));
    text[0] = '%';
    text[sizeof(text) - 1] = '.';
    ck_assert(!final_marks_part(text, sizeof(text), sizeof(text) - 1));
    text[sizeof(text) - 2] = '%';
    ck_assert(final_marks_part(text, sizeof(text), sizeof(text) - 1));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("final_marks");
    TCase *t = tcase_create("final_marks");

    tcase_add_loop_test(t, marks_part_where_they_should, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, long_runs_are_looked_at_in_part);
    suite_add_tcase(s, t);
    return suite_run(s);
}
