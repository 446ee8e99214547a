/* test_buf.c - a text that grows, has a ceiling, and can be handed on piece by piece. */
#include <check.h>
#include <cjson/cJSON.h>
#include <lstm/buf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(pieces_join)
{
    struct buf b;
    struct err e = {0};
    char *data = NULL;
    size_t len = 0;

    buf_init(&b, SIZE_MAX);
    for (int i = 0; i < 1000; i++) {
        buf_puts(&b, "ab");
        buf_add(&b, "\0c", 2);
        buf_printf(&b, "%d", i % 10);
    }
    ck_assert_int_eq(buf_take(&b, &data, &len, &e), ST_OK);
    ck_assert_uint_eq(len, 5000);
    ck_assert_mem_eq(data + 4995, "ab\0c9", 6);
    ck_assert_ptr_null(b.data);
    free(data);
    ck_assert_int_eq(buf_take(&b, &data, &len, &e), ST_OK); /* an empty one is "" */
    ck_assert_str_eq(data, "");
    free(data);
}
END_TEST

START_TEST(the_ceiling_holds_and_its_error_sticks)
{
    struct buf b;
    struct err e = {0};
    char *data = NULL;
    size_t len;

    buf_init(&b, 4);
    buf_puts(&b, "abcd");
    ck_assert_int_eq(buf_status(&b, &e), ST_OK);
    buf_puts(&b, "e");
    buf_puts(&b, "");
    ck_assert_str_eq(b.data, "abcd");
    ck_assert_int_eq(buf_status(&b, &e), ST_TOO_LARGE);
    ck_assert_int_eq(buf_take(&b, &data, &len, &e), ST_TOO_LARGE);
    ck_assert_ptr_null(data);
}
END_TEST

struct drained {
    size_t bytes, largest;
    enum status answer;
};

static enum status drain(void *ctx, const void *data, size_t n)
{
    struct drained *d = ctx;

    ck_assert_ptr_nonnull(data);
    d->bytes += n;
    d->largest = n > d->largest ? n : d->largest;
    return d->answer;
}

START_TEST(what_drains_stays_small)
{
    struct drained d = {0};
    struct buf b;
    char piece[1000];

    memset(piece, 'x', sizeof(piece));
    buf_init(&b, SIZE_MAX);
    b.drain = drain;
    b.drain_ctx = &d;
    buf_want(&b, 100 * BUF_DRAIN_BYTES);
    for (int i = 0; i < 5000; i++)
        buf_add(&b, piece, sizeof(piece));
    ck_assert_uint_eq(b.drained, d.bytes);
    ck_assert_uint_eq(b.drained + b.len, 5000 * sizeof(piece));
    ck_assert_uint_le(b.cap, 4 * BUF_DRAIN_BYTES);
    d.answer = ST_FULL;
    for (int i = 0; i < 5000; i++)
        buf_add(&b, piece, sizeof(piece));
    ck_assert_int_eq(b.st, ST_FULL);
    buf_release(&b);
}
END_TEST

START_TEST(numbers_of_every_kind)
{
    struct buf b;

    buf_init(&b, 1000);
    buf_put_f64(&b, NAN);
    ck_assert_uint_eq(b.len, 0);
    buf_put_f64(&b, -INFINITY);
    buf_puts(&b, " ");
    buf_put_f64(&b, 0.1);
    buf_puts(&b, " ");
    buf_put_decimals(&b, 1.0 / 3, 2);
    buf_puts(&b, " ");
    buf_put_i64(&b, INT64_MIN);
    ck_assert_str_eq(b.data, "-inf 0.1 0.33 -9223372036854775808");
    buf_release(&b);
    buf_init(&b, 5);
    buf_put_f64(&b, 447.1); /* fits, though a longer one would not */
    ck_assert_str_eq(b.data, "447.1");
    buf_release(&b);
}
END_TEST

START_TEST(json_strings_read_back)
{
    static const char *const cases[] = {
        "",
        "plain",
        "\"quoted\" \\ back",
        "a\tb\nc\rd\be\ff",
        "\x01\x1f\x7f",
        "gr\xc3\xbc\xc3\x9f",
        "\\",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b;
        cJSON *back;

        buf_init(&b, 1000);
        buf_put_json_string(&b, cases[i]);
        back = cJSON_Parse(b.data);
        ck_assert_msg(cJSON_IsString(back), "%s", b.data);
        ck_assert_str_eq(back->valuestring, cases[i]);
        cJSON_Delete(back);
        buf_release(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buf");
    TCase *c = tcase_create("buf");
    SRunner *r;
    int failed;

    tcase_add_test(c, pieces_join);
    tcase_add_test(c, the_ceiling_holds_and_its_error_sticks);
    tcase_add_test(c, what_drains_stays_small);
    tcase_add_test(c, numbers_of_every_kind);
    tcase_add_test(c, json_strings_read_back);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
