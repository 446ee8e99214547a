/* test_completion.c - the script for bash, loaded in bash. */
#include "server/commands/completion.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char file[40];

static void write_script(void)
{
    struct buf b;
    struct err e = {0};
    int fd;

    snprintf(file, sizeof file, "/tmp/lstmd-completion-XXXXXX");
    fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    buf_init(&b, 1 << 20);
    ck_assert_int_eq(completion_write(&b, "bash", &e), ST_OK);
    ck_assert_int_eq((int)write(fd, b.data, b.len), (int)b.len);
    close(fd);
    buf_release(&b);
}

/* What bash offers for the words, in one line; the last word is being written. */
static void offered(char out[8192], const char *words, int number)
{
    char line[1000];
    FILE *f;
    size_t n;

    snprintf(line, sizeof line,
             "bash -c 'source %s && COMP_WORDS=(%s) COMP_CWORD=%d && _lstmd && "
             "echo \" ${COMPREPLY[*]} \"'",
             file, words, number);
    f = popen(line, "r");
    ck_assert_ptr_nonnull(f);
    n = fread(out, 1, 8191, f);
    out[n] = '\0';
    ck_assert_int_eq(pclose(f), 0);
}

static const struct {
    const char *words;
    int number;
    const char *has, *has_not;
} cases[] = {
    {"lstmd ba", 1, " backup ", " serve "},
    {"lstmd serve --lis", 2, " --listen ", " --workers "},
    {"lstmd help ser", 2, " serve ", " key "},
    {"lstmd key add x --sco", 4, " --scopes ", " --listen "},
    {"lstmd backup --database /dev/nul", 3, " /dev/null ", "--"},
    {"lstmd no-such --lis", 2, "  ", "--listen"},
};

START_TEST(bash_offers_what_fits)
{
    char out[8192];

    write_script();
    offered(out, cases[_i].words, cases[_i].number);
    unlink(file);
    ck_assert_msg(strstr(out, cases[_i].has) != NULL, "%s", out);
    ck_assert_msg(strstr(out, cases[_i].has_not) == NULL, "%s", out);
}
END_TEST

START_TEST(zsh_has_a_script_and_other_shells_have_none)
{
    struct buf b;
    struct err e = {0};

    buf_init(&b, 1 << 20);
    ck_assert_int_eq(completion_write(&b, "zsh", &e), ST_OK);
    ck_assert_int_eq(strncmp(b.data, "#compdef lstmd\n", 15), 0);
    buf_release(&b);
    buf_init(&b, 1 << 20);
    ck_assert_int_eq(completion_write(&b, "fish", &e), ST_INVALID);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("completion");
    TCase *t = tcase_create("completion");

    tcase_add_loop_test(t, bash_offers_what_fits, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, zsh_has_a_script_and_other_shells_have_none);
    suite_add_tcase(s, t);
    return suite_run(s);
}
