/* test_protobuf.c - the bytes of messages, and limits of the buffer. */
#include "server/formats/onnx/protobuf.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf out;

static void setup(void)
{
    buf_init(&out, 1 << 20);
}

static void teardown(void)
{
    buf_release(&out);
}

static void expect(const char *bytes, size_t n)
{
    ck_assert_int_eq(out.st, ST_OK);
    ck_assert_uint_eq(out.len, n);
    ck_assert_mem_eq(out.data, bytes, n);
}

/* The examples of https://protobuf.dev/programming-guides/encoding/. */
START_TEST(bytes_are_those_of_the_specification)
{
    size_t at;

    protobuf_int(&out, 1, 150);
    expect("\x08\x96\x01", 3);
    protobuf_text(&out, 2, "testing");
    expect("\x08\x96\x01\x12\x07testing", 12);
    out.len = 0;
    at = protobuf_open(&out, 3);
    protobuf_int(&out, 1, 150);
    protobuf_close(&out, at);
    expect("\x1a\x03\x08\x96\x01", 5);
    out.len = 0;
    protobuf_int(&out, 16, -1);
    expect("\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
}
END_TEST

START_TEST(messages_of_any_length_read_back)
{
    static const size_t lengths[] = {0, 1, 127, 128, 16383, 16384, 70000};
    static char text[70001];

    memset(text, 'x', sizeof(text) - 1);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t outer, inner;
        struct field f, g;

        out.len = 0;
        outer = protobuf_open(&out, 7);
        inner = protobuf_open(&out, 5);
        protobuf_bytes(&out, 9, text, lengths[i]);
        protobuf_close(&out, inner);
        protobuf_int(&out, 1, 42);
        protobuf_close(&out, outer);
        ck_assert(message_find(&f, message_of(&out), 7, 0));
        ck_assert(message_find(&g, f.data, 1, 0) && g.value == 42);
        ck_assert(message_find(&g, f.data, 5, 0) && message_find(&g, g.data, 9, 0));
        ck_assert_uint_eq((size_t)(g.data.end - g.data.at), lengths[i]);
        ck_assert(!lengths[i] || memcmp(g.data.at, text, lengths[i]) == 0);
    }
}
END_TEST

START_TEST(a_full_buffer_keeps_its_error)
{
    for (size_t max = 0; max < 40; max++) {
        size_t at;

        buf_release(&out);
        buf_init(&out, max);
        at = protobuf_open(&out, 7);
        protobuf_text(&out, 1, "thirty-six bytes and three for keys.");
        protobuf_close(&out, at);
        ck_assert_int_eq(out.st, ST_TOO_LARGE);
    }
    buf_release(&out);
    buf_init(&out, 40);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("protobuf");
    TCase *t = tcase_create("protobuf");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, bytes_are_those_of_the_specification);
    tcase_add_test(t, messages_of_any_length_read_back);
    tcase_add_test(t, a_full_buffer_keeps_its_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}
