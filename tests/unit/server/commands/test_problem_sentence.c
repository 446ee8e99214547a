/* test_problem_sentence.c - refusals as sentences. */
#include "server/commands/problem_sentence.h"

#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    long code;
    const char *body;
    enum status st;
    const char *message;
} cases[] = {
    {404, "{\"detail\":\"there is no model 'x'\"}", ST_NOT_FOUND, "there is no model 'x'"},
    {422, "{\"detail\":\"it is 0\",\"errors\":[{\"pointer\":\"/params/epochs\"}]}", ST_INVALID,
     "it is 0 (at /params/epochs)"},
    {422, "{\"detail\":\"it is 0\",\"errors\":[{\"parameter\":\"horizon\"}]}", ST_INVALID,
     "it is 0 (parameter horizon)"},
    {422, "{\"detail\":\"horizon is 0\",\"errors\":[{\"parameter\":\"horizon\"}]}", ST_INVALID,
     "horizon is 0"},
    {400, "{\"detail\":\"no number\",\"errors\":[{\"line\":7}]}", ST_INVALID, "no number (line 7)"},
    {400, "{\"detail\":\"line 7: no number\",\"errors\":[{\"line\":7}]}", ST_INVALID,
     "line 7: no number"},
    {401, "{\"detail\":\"a key is needed\"}", ST_FORBIDDEN,
     "a key is needed; LSTMD_API_KEY in the environment holds the key"},
    {403, "{\"detail\":\"no\"}", ST_FORBIDDEN, "no"},
    {409, "{\"detail\":\"it exists\"}", ST_CONFLICT, "it exists"},
    {503, "{\"detail\":\"later\"}", ST_BUSY, "later"},
    {502, "<html>\n\x1b[1mBad gateway", ST_INTERNAL,
     "the server answers 502: <html>  [1mBad gateway"},
    {500, "", ST_INTERNAL, "the server answers 500: "},
    {400, "[1]", ST_INVALID, "the server answers 400: [1]"},
    {400, "{\"detail\":3,\"errors\":{}}", ST_INVALID, "the server answers 400: {\"detail\":3"},
};

START_TEST(each_has_a_sentence_and_a_status)
{
    struct err e = {0};

    ck_assert_int_eq(problem_sentence(cases[_i].code, cases[_i].body, strlen(cases[_i].body), &e),
                     cases[_i].st);
    ck_assert_int_eq(e.status, cases[_i].st);
    ck_assert_msg(strncmp(e.message, cases[_i].message, strlen(cases[_i].message)) == 0, "%s",
                  e.message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("problem_sentence");
    TCase *t = tcase_create("problem_sentence");

    tcase_add_loop_test(t, each_has_a_sentence_and_a_status, 0,
                        (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(s, t);
    return suite_run(s);
}
