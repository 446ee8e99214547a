/* test_plain_text.c - what a body of type text/plain holds. */
#include "server/formats/plain_text.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *text;
    enum plain_kind kind;
} texts[] = {
    {"It rained all day. We stayed at home.\n", PLAIN_TEXT},
    {"\xef\xbb\xbfGr\xc3\xbc\xc3\x9f"
     "e\n",
     PLAIN_TEXT},
    {"\xe4\xbb\x8a\xe5\xa4\xa9\n\n  \n", PLAIN_TEXT},
    {"Chapter 1\nHe left, and never came back.\n", PLAIN_TEXT},
    {"On May 5, it rained.\n", PLAIN_TEXT},
    {"2020-01-01T00:00Z,5\n", PLAIN_TABLE},
    {"date,y\n2020-01,5\n2020-02,6\n", PLAIN_TABLE},
    {"date;y\r\n2020-01;5\r\n\r\n \r\n", PLAIN_TABLE},
    {"y\n1\n2\n3\n", PLAIN_LINE},
    {"A title\n-----\n", PLAIN_LINE},
    {" \n", PLAIN_LINE},
    {"", PLAIN_LINE},
    {"{\"text\":\"The dog\"}\n", PLAIN_JSON},
    {"\xef\xbb\xbf [\"The\"]", PLAIN_JSON},
    {"{\"values\":[1,2]}", PLAIN_JSON},
    {"[1,2]", PLAIN_TABLE},
};

START_TEST(the_last_line_decides)
{
    ck_assert_msg(plain_text_kind(texts[_i].text, strlen(texts[_i].text)) == texts[_i].kind, "%s",
                  texts[_i].text);
}
END_TEST

START_TEST(no_character_is_cut_in_two)
{
    const char *text = "a\xc3\xa4\xe2\x82\xac";

    ck_assert_uint_eq(plain_text_cut(text, 6, 6), 6);
    ck_assert_uint_eq(plain_text_cut(text, 6, 5), 3);
    ck_assert_uint_eq(plain_text_cut(text, 6, 3), 3);
    ck_assert_uint_eq(plain_text_cut(text, 6, 2), 1);
    ck_assert_uint_eq(plain_text_cut("\x80\x80", 2, 1), 0);
    ck_assert_uint_eq(plain_text_cut("", 0, 5), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plain text");
    TCase *t = tcase_create("plain text");

    tcase_add_loop_test(t, the_last_line_decides, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_test(t, no_character_is_cut_in_two);
    suite_add_tcase(s, t);
    return suite_run(s);
}
