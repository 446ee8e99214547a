/* test_manual.c - the two manual pages. */
#include "server/commands/manual.h"

#include "server/base/version.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf page;
static struct err e;

static void setup(void)
{
    buf_init(&page, 1 << 20);
}

static void teardown(void)
{
    buf_release(&page);
}

static void has(const char *text)
{
    ck_assert_msg(strstr(page.data, text) != NULL, "no %s", text);
}

START_TEST(the_program_has_its_commands_and_flags)
{
    ck_assert_int_eq(manual_write(&page, "lstmd.1", &e), ST_OK);
    ck_assert_int_eq(strncmp(page.data, ".TH LSTMD 1 \"\" \"lstmd " LSTMD_VERSION "\"", 22), 0);
    has("\n.SH NAME\nlstmd \\- train LSTM models");
    has("\n.SS \"lstmd backup FILE\"\ncopy the database into FILE");
    has("\n.SS \"lstmd serve\"\nrun the daemon.\n");
    has("\n.EX\n  lstmd backup copy.db \\-\\-database lstmd.db\n.EE\n");
    has("\n.TP\n\\fB\\-\\-scopes\\fR \\fILIST\\fR\n");
    has("\n\\fB\\-\\-log\\-format\\fR \\fIVALUE\\fR\n");
    has("\n.SH EXIT STATUS\n");
}
END_TEST

START_TEST(the_file_has_its_keys)
{
    ck_assert_int_eq(manual_write(&page, "lstmd.conf.5", &e), ST_OK);
    has("\n.SH NAME\nlstmd.conf \\- configuration of lstmd\n");
    has("\n.TP\n\\fBlog_format\\fR\n");
}
END_TEST

START_TEST(another_page_is_refused)
{
    ck_assert_int_eq(manual_write(&page, "lstmd.7", &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "there are lstmd.1 and lstmd.conf.5"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("manual");
    TCase *t = tcase_create("manual");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_program_has_its_commands_and_flags);
    tcase_add_test(t, the_file_has_its_keys);
    tcase_add_test(t, another_page_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
