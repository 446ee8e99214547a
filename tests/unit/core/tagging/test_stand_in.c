/* test_stand_in.c - the known symbol that is used for an unknown one. */
#include "core/tagging/stand_in.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct vocabulary v;

static void know(const char *words)
{
    char name[64];
    struct err e = {0};
    int32_t id;

    for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ') {
        snprintf(name, sizeof(name), "w:%.*s", (int)strcspn(p, " "), p);
        ck_assert(!vocabulary_add(&id, &v, name, 1000, "words", &e));
    }
}

static void release(void)
{
    vocabulary_release(&v);
}

/* An unknown token, and the known one that is used for it. */
static const struct {
    const char *token, *other;
} rows[] = {
    {"\u20b9", "$"},       /* rupee */
    {"\u2265", "%"},       /* at least */
    {"\u2602", "%"},       /* umbrella */
    {"\u2192\u2192", "%"}, /* two arrows */
    {"\u2030", "%"},       /* per mille */
    {"\u2116", "%"},       /* numero sign: no letters */
    {"\uff0e", "."},       /* full-width full stop */
    {"\u3002", "."},       /* ideographic full stop */
    {"\u061f", "."},       /* Arabic question mark */
    {"\u3001", ","},       /* ideographic comma */
    {"\uff08", "("},       /* full-width bracket */
    {"\u300c", "("},       /* corner bracket */
    {"\u300d", ")"},
    {"\u2039", "\""},              /* an angle quotation mark */
    {"\u2015", "-"},               /* horizontal bar */
    {"\u00a7", "\""},              /* section sign: other punctuation */
    {"\uff34\uff48\uff45", "The"}, /* full-width letters */
    {"\ufb01x", "fix"},            /* a ligature */
    {"word", NULL},
    {"\u00e9t\u00e9", NULL},
    {"\u2602\u3002", NULL}, /* of two kinds */
    {"a\u2602", NULL},
};

START_TEST(a_symbol_of_the_same_kind_stands_in)
{
    char space[TOKEN_BYTES_MAX + 1];
    const char *other;

    know(". , ( ) \" - $ % the");
    other = stand_in(space, &v, rows[_i].token);
    if (rows[_i].other)
        ck_assert_msg(other && strcmp(other, rows[_i].other) == 0, "%s: %s", rows[_i].token,
                      other ? other : "none");
    else
        ck_assert_msg(!other, "%s: %s", rows[_i].token, other);
}
END_TEST

START_TEST(what_the_treebank_lacks_stands_in_for_nothing)
{
    char space[TOKEN_BYTES_MAX + 1];

    know("the dog #");
    ck_assert_ptr_null(stand_in(space, &v, "\u3002"));
    ck_assert_str_eq(stand_in(space, &v, "\u2602"), "#"); /* the next best */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stand_in");
    TCase *t = tcase_create("stand_in");

    tcase_add_checked_fixture(t, NULL, release);
    tcase_add_loop_test(t, a_symbol_of_the_same_kind_stands_in, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, what_the_treebank_lacks_stands_in_for_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
