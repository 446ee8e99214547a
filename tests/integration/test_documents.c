/* test_documents.c - paths, commands and sessions of the documents, and the program of
 * docs/library.md. Run from the root of the tree. */
#include "tests/integration/suite.h"

#include <check.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;

static void setup(void)
{
    static const char *const protocols[] = {"--mcp",        "--udpipe", "--kserve",
                                            "--prometheus", "--influx", NULL};

    daemon_init(&d);
    daemon_start(&d, protocols);
}

static void teardown(void)
{
    daemon_free(&d);
}

START_TEST(what_the_documents_name_is_there)
{
    ck_assert_msg(system("tests/documents.sh") == 0, "see above");
}
END_TEST

START_TEST(the_sessions_print_what_the_documents_show)
{
    char command[128];

    snprintf(command, sizeof(command), "tests/documents.sh %s", d.url);
    ck_assert_msg(system(command) == 0, "see above");
}
END_TEST

/* Its figures differ in the last digits between arithmetics: only their number is looked at. */
START_TEST(the_program_of_the_library_forecasts_a_year)
{
    char *program = strdup(getenv("LSTMD_BIN"));
    char command[512];

    ck_assert(program != NULL);
    snprintf(command, sizeof(command),
             "cut -d, -f2 config/examples/airpassengers.csv | tail -n +2 | "
             "%s/docs/examples/forecast | grep -c '^1961-' | grep -qx 12",
             dirname(program));
    ck_assert_msg(system(command) == 0, "%s", command);
    free(program);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("documents");
    TCase *t = tcase_create("documents");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, what_the_documents_name_is_there);
    tcase_add_test(t, the_sessions_print_what_the_documents_show);
    tcase_add_test(t, the_program_of_the_library_forecasts_a_year);
    suite_add_tcase(s, t);
    return suite_run(s);
}
