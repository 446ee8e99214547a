/* test_wire_step.c - properties of all steps of framing: classes, flows, words, faults. */
#include "server/http/wire_step.h"

#include "server/http/wire.h"
#include "tests/unit/suite.h"

#include <lstm/status.h>
#include <string.h>

static struct wire w;
static char text[32];
static struct flow flow;

static void setup(void)
{
    wire_init(&w, 1000);
    strcpy(text, "abc DEF\r\n");
    flow = (struct flow){.out = text, .in = text, .n = 9};
}

static void teardown(void)
{
}

START_TEST(bytes_have_one_class)
{
    for (int c = 0; c < 256; c++) {
        bool token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c && c < 128 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
        bool visible = (c > ' ' && c < 0x7f) || c >= 0x80;

        ck_assert_int_eq(is((unsigned char)c, TOKEN), token);
        ck_assert_int_eq(is((unsigned char)c, VISIBLE), visible);
        ck_assert_int_eq(is((unsigned char)c, BLANK), c == ' ' || c == '\t');
    }
}
END_TEST

START_TEST(a_span_ends_where_the_class_does)
{
    ck_assert_uint_eq(span(&flow, TOKEN), 3);
    flow.i = 4;
    ck_assert_uint_eq(span(&flow, TOKEN), 3);
    flow.n = 6;
    ck_assert_uint_eq(span(&flow, TOKEN), 2);
    flow.i = 3;
    ck_assert_uint_eq(span(&flow, TOKEN), 0);
}
END_TEST

/* Kept bytes move together over the dropped ones. */
START_TEST(a_flow_keeps_and_drops)
{
    flow_keep(&flow, 1);
    flow_drop(&flow, 3);
    flow_keep(&flow, 2);
    ck_assert_uint_eq(flow.i, 6);
    ck_assert_uint_eq(flow.o, 3);
    ck_assert_int_eq(memcmp(text, "aDE", 3), 0);
    w.trailer = true;
    wire_take(&w, &flow, 1);
    ck_assert_uint_eq(flow.i, 7);
    ck_assert_uint_eq(flow.o, 3);
}
END_TEST

START_TEST(a_line_ends_with_lf)
{
    flow.i = 8;
    w.word_len = 5;
    wire_expect_lf(&w, &flow, FIELD);
    ck_assert_int_eq(w.fault, 0);
    ck_assert_int_eq(w.state, FIELD);
    ck_assert_uint_eq(w.word_len, 0);
    text[0] = 'a';
    flow.i = 0;
    wire_expect_lf(&w, &flow, FIELD);
    ck_assert_int_eq(w.fault, ST_MALFORMED);
    ck_assert_ptr_nonnull(strstr(w.detail, "a line holds a CR that no LF follows"));
}
END_TEST

/* The length also counts the bytes that have no room. */
START_TEST(a_word_is_cut)
{
    char word[6] = "";
    size_t len = 0;

    wire_add_word(word, sizeof(word), &len, "abc", 3);
    ck_assert_str_eq(word, "abc");
    wire_add_word(word, sizeof(word), &len, "defg", 4);
    ck_assert_str_eq(word, "abcde");
    ck_assert_uint_eq(len, 7);
    wire_add_word(word, sizeof(word), &len, "h", 1);
    ck_assert_str_eq(word, "abcde");
    ck_assert_uint_eq(len, 8);
    w.word_len = 0;
    wire_remember(&w, "chunked", 7);
    ck_assert_str_eq(w.value, "chunked");
}
END_TEST

START_TEST(a_byte_that_is_wrong_is_named)
{
    static const struct {
        unsigned char c;
        const char *says;
    } rows[] = {{'\n', "a name ends with a bare LF"},
                {'\r', "a name holds a CR"},
                {'\0', "a name holds a NUL byte"},
                {0x1f, "a name holds the byte 0x1f"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        wire_fail_byte(&w, rows[i].c, "a name");
        ck_assert_int_eq(w.fault, ST_MALFORMED);
        ck_assert_ptr_nonnull(strstr(w.detail, rows[i].says));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wire_step");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, bytes_have_one_class);
    tcase_add_test(t, a_span_ends_where_the_class_does);
    tcase_add_test(t, a_flow_keeps_and_drops);
    tcase_add_test(t, a_line_ends_with_lf);
    tcase_add_test(t, a_word_is_cut);
    tcase_add_test(t, a_byte_that_is_wrong_is_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}
