/* test_svg.c - texts of a picture stay where they belong: escaped, and no wider than their room. */
#include "server/formats/chart/svg.h"
#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <string.h>

static struct buf b;

static void setup(void)
{
    buf_init(&b, 1 << 20);
}

static void teardown(void)
{
    buf_release(&b);
}

START_TEST(texts_are_escaped)
{
    svg_text(&b, NULL, 1, 2, SVG_END, "<b>&\"\x01\x1f");
    ck_assert_str_eq(b.data, "<text x=\"1.0\" y=\"2.0\" text-anchor=\"end\">&lt;b&gt;&amp;&quot;"
                             "\xef\xbf\xbd\xef\xbf\xbd</text>\n");
}
END_TEST

START_TEST(a_document_names_itself)
{
    svg_open(&b, 10, 20, "a <title>", "what & where");
    svg_close(&b);
    ck_assert_ptr_nonnull(strstr(b.data, "<title id=\"t\">a &lt;title&gt;</title>"));
    ck_assert_ptr_nonnull(strstr(b.data, "<desc id=\"d\">what &amp; where</desc>"));
    ck_assert_ptr_nonnull(strstr(b.data, "viewBox=\"0 0 10 20\""));
    ck_assert_str_eq(b.data + b.len - 7, "</svg>\n");
}
END_TEST

START_TEST(a_long_text_is_cut_at_a_character)
{
    const char *text = "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"; /* six letters */

    svg_text_within(&b, NULL, 0, 0, svg_text_width(text), text);
    ck_assert_ptr_nonnull(strstr(b.data, text));
    teardown();
    setup();
    svg_text_within(&b, NULL, 0, 0, svg_text_width("abcd"), text);
    ck_assert_ptr_nonnull(strstr(b.data, ">\xc3\xa4\xc3\xa4\xc3\xa4\xe2\x80\xa6<"));
}
END_TEST

/* Longer than any buffer of the function, and no room at all. */
START_TEST(no_text_is_too_long)
{
    static char text[4000];

    memset(text, 'x', sizeof(text) - 1);
    svg_text_within(&b, SVG_TITLE, 0, 0, 1e9, text);
    ck_assert_uint_lt(b.len, 600);
    ck_assert_ptr_nonnull(strstr(b.data, "\xe2\x80\xa6<"));
    svg_text_within(&b, SVG_TITLE, 0, 0, -5, text);
    ck_assert_ptr_nonnull(strstr(b.data, ">\xe2\x80\xa6<"));
}
END_TEST

START_TEST(a_text_runs_upwards)
{
    svg_text_upwards(&b, SVG_NOTE, 12, 100, 40, "passengers");
    ck_assert_ptr_nonnull(
        strstr(b.data, "<g transform=\"rotate(-90 12.0 100.0)\"><text class=\"s\""));
    ck_assert_ptr_nonnull(strstr(b.data, "text-anchor=\"middle\">pass\xe2\x80\xa6</text>"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("svg");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, texts_are_escaped);
    tcase_add_test(t, a_document_names_itself);
    tcase_add_test(t, a_long_text_is_cut_at_a_character);
    tcase_add_test(t, no_text_is_too_long);
    tcase_add_test(t, a_text_runs_upwards);
    suite_add_tcase(s, t);
    return suite_run(s);
}
