/* test_roff.c - text of manual pages with any characters. */
#include "server/base/roff.h"
#include "tests/unit/suite.h"

static const struct {
    const char *in, *out;
} texts[] = {
    {"plain text", "plain text"},
    {"--flag", "\\-\\-flag"},
    {"C:\\x", "C:\\ex"},
    {".TH is no macro\n'nor this", "\\&.TH is no macro\n\\&'nor this"},
    {"a. b's", "a. b's"}, /* not at the beginning of a line */
    {"", NULL},
};

START_TEST(text_stays_text)
{
    struct buf b;

    buf_init(&b, 1000);
    roff_text(&b, texts[_i].in);
    if (texts[_i].out)
        ck_assert_str_eq(b.data, texts[_i].out);
    else
        ck_assert_uint_eq(b.len, 0);
    buf_release(&b);
}
END_TEST

START_TEST(a_tag_has_its_argument)
{
    struct buf b;

    buf_init(&b, 1000);
    roff_tag(&b, "--config", "FILE");
    roff_tag(&b, "serve", "");
    ck_assert_str_eq(b.data, ".TP\n\\fB\\-\\-config\\fR \\fIFILE\\fR\n.TP\n\\fBserve\\fR\n");
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("roff");
    TCase *t = tcase_create("roff");

    tcase_add_loop_test(t, text_stays_text, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_test(t, a_tag_has_its_argument);
    suite_add_tcase(s, t);
    return suite_run(s);
}
