/* test_commands.c - command lines, their exit codes and what they print. */
#include "server/commands/commands.h"

#include "tests/unit/server/commands/streams.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct streams s;

static void setup(void)
{
    streams_open(&s, "");
}

static void teardown(void)
{
    streams_close(&s);
}

static int run(const char *a, const char *b)
{
    static char text[3][80];
    const char *words[] = {"lstmd", a, b};
    char *argv[4] = {NULL};
    int argc = 0, code;

    for (int i = 0; i < 3 && words[i]; i++) {
        snprintf(text[i], sizeof text[i], "%s", words[i]);
        argv[argc++] = text[i];
    }
    code = commands_run(argc, argv, s.io);
    streams_read(&s);
    return code;
}

START_TEST(without_a_command_it_is_a_wrong_line)
{
    ck_assert_int_eq(run(NULL, NULL), EXIT_USAGE);
    ck_assert_ptr_nonnull(strstr(s.out, "usage: lstmd COMMAND"));
}
END_TEST

static const struct {
    const char *a, *b;
    int code;
    const char *out, *err;
} lines[] = {
    {"version", NULL, EXIT_DONE, "lstmd ", ""},
    {"--version", NULL, EXIT_DONE, "lstmd ", ""},
    {"--help", NULL, EXIT_DONE, "usage: lstmd COMMAND", ""},
    {"-h", NULL, EXIT_DONE, "usage: lstmd COMMAND", ""},
    {"help", "backup", EXIT_DONE, "usage: lstmd backup FILE", ""},
    {"version", "--help", EXIT_DONE, "usage: lstmd version", ""},
    {"backup", "--help", EXIT_DONE, "usage: lstmd backup FILE", ""},
    {"manual", NULL, EXIT_DONE, ".TH LSTMD 1", ""},
    {"completion", "bash", EXIT_DONE, "complete -o filenames", ""},
    {"serv", NULL, EXIT_USAGE, "", "there is no command serv; did you mean serve?"},
    {"xyzzyxyzzy", NULL, EXIT_USAGE, "", "lstmd help lists them"},
    {"--listen", NULL, EXIT_USAGE, "", "--listen stands before the command"},
    {"help", "bakcup", EXIT_USAGE, "", "did you mean backup?"},
    {"manual", "lstmd.7", EXIT_USAGE, "", "there is no page lstmd.7"},
    {"completion", "fish", EXIT_USAGE, "", "there are bash and zsh"},
    {"completion", NULL, EXIT_USAGE, "", "needs bash|zsh"},
    {"version", "now", EXIT_USAGE, "", "now: takes no such argument"},
    {"serve", "--scopes=read", EXIT_USAGE, "", "belong to lstmd key add"},
    {"serve", "file", EXIT_USAGE, "", "file: takes no such argument"},
    {"migrate", "--wrokers=1", EXIT_USAGE, "", "did you mean --workers?"},
    {"serve", "--check-config", EXIT_DONE, "the configuration is good", ""},
    {"check", "/no/such.db", EXIT_FAILED, "", "cannot read the database /no/such.db"},
};

START_TEST(lines_have_their_code_and_text)
{
    ck_assert_int_eq(run(lines[_i].a, lines[_i].b), lines[_i].code);
    ck_assert_msg(strstr(s.out, lines[_i].out) != NULL, "%s", s.out);
    ck_assert_msg(strstr(s.err, lines[_i].err) != NULL, "%s", s.err);
    ck_assert_msg(lines[_i].err[0] || s.err_len == 0, "%s", s.err);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("commands");
    TCase *t = tcase_create("commands");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, without_a_command_it_is_a_wrong_line);
    tcase_add_loop_test(t, lines_have_their_code_and_text, 0, (int)(sizeof lines / sizeof *lines));
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
