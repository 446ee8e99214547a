/* test_letter_case.c - sentences that are written in one case. */
#include "core/text/letter_case.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts text at blanks, and asks for the sentence. */
static bool is_uniform(const char *text)
{
    char space[512];
    const char *tokens[64];
    char *save = NULL;
    int n = 0;

    snprintf(space, sizeof(space), "%s", text);
    for (char *t = strtok_r(space, " ", &save); t && n < 64; t = strtok_r(NULL, " ", &save))
        tokens[n++] = t;
    return case_is_uniform(tokens, n);
}

START_TEST(uniform_by_hand)
{
    static const char *const yes[] = {"Bank Announces Full Year Results And Cuts Its Forecast",
                                      "Mayor Says City of Rome Will Buy New Buses",
                                      "MAYOR SAYS CITY WILL BUY NEW BUSES",
                                      "WE SELL ALL THE NEW AND THE OLD KINDS OF iPad",
                                      "i live in london .",
                                      "THANKS A LOT !",
                                      "\xC3\x89T\xC3\x89 \xC3\x89TERNEL"},
                             *const no[] = {"The bank announces results .",
                                            "Der Mann hat Hunger und kauft Brot .",
                                            "I am here",
                                            "Thanks !",
                                            "thanks !",
                                            "USA",
                                            "",
                                            "12 %",
                                            "\xE5\xAD\xA6 \xE6\xA0\xA1",
                                            "NASA and ESA"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        ck_assert_msg(is_uniform(yes[i]), "%s", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        ck_assert_msg(!is_uniform(no[i]), "%s", no[i]);
}
END_TEST

START_TEST(letters_of_two_cases)
{
    static const char *const tokens[] = {"a", "1", "\xE5\xAD\xA6", "B2", "\xD1\x8F"};

    ck_assert(case_has("a") && case_has("4B") && case_has("\xD1\x8F"));
    ck_assert(!case_has("") && !case_has("12") && !case_has("\xE5\xAD\xA6"));
    ck_assert_int_eq(case_count(tokens, 5, 9), 3);
    ck_assert_int_eq(case_count(tokens, 5, 2), 2);
    ck_assert_int_eq(case_count(tokens, 0, 2), 0);
}
END_TEST

START_TEST(changed_by_hand)
{
    static const struct {
        const char *token, *changed[NUM_CASES];
    } rows[] = {
        {"dog", {"Dog", "dog", "DOG"}},
        {"McDonald", {"McDonald", "mcdonald", "MCDONALD"}},
        {"'s", {"'s", "'s", "'S"}},
        {"\xC3\xA9t\xC3\xA9", {"\xC3\x89t\xC3\xA9", "\xC3\xA9t\xC3\xA9", "\xC3\x89T\xC3\x89"}},
        {"stra\xC3\x9F"
         "e",
         {"Stra\xC3\x9F"
          "e",
          "stra\xC3\x9F"
          "e",
          "STRASSE"}},
        {"\xE5\xAD\xA6", {"\xE5\xAD\xA6", "\xE5\xAD\xA6", "\xE5\xAD\xA6"}},
    };
    char out[TOKEN_BYTES_MAX + 1];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int c = 0; c < NUM_CASES; c++) {
            case_change(out, (enum letter_case)c, rows[i].token);
            ck_assert_str_eq(out, rows[i].changed[c]);
        }
}
END_TEST

/* Capital letters of a small "ΐ" need three times its bytes. */
START_TEST(a_token_that_grows_too_long_stays)
{
    char token[TOKEN_BYTES_MAX + 1] = "", out[TOKEN_BYTES_MAX + 1];

    for (size_t n = 0; n + 2 <= TOKEN_BYTES_MAX; n += 2)
        memcpy(token + n, "\xCE\x90", 3);
    case_change(out, CASE_UPPER, token);
    ck_assert_str_eq(out, token);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sentences in one case");
    TCase *t = tcase_create("letter_case");
    SRunner *r;
    int failed;

    tcase_add_test(t, uniform_by_hand);
    tcase_add_test(t, letters_of_two_cases);
    tcase_add_test(t, changed_by_hand);
    tcase_add_test(t, a_token_that_grows_too_long_stays);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
