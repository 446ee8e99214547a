/* test_checkpoint_read.c - files of other programs, and files with false sizes and offsets. */
#include "tests/unit/core/checkpoint/sample.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file as other writers make it: header text, padding of theirs, data. Free the result. */
static uint8_t *make_file(size_t *len, const char *header, size_t data)
{
    size_t n = strlen(header);
    uint8_t *b = calloc(1, 8 + n + data);

    ck_assert_ptr_nonnull(b);
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)n >> (8 * i));
    memcpy(b + 8, header, n);
    for (size_t i = 0; i < data; i++)
        b[8 + n + i] = (uint8_t)(i + 1);
    *len = 8 + n + data;
    return b;
}

static enum status read_text(struct checkpoint **c, const char *header, size_t data, struct err *e)
{
    size_t len;
    uint8_t *b = make_file(&len, header, data);
    enum status st = checkpoint_read(c, b, len, e);

    free(b);
    return st;
}

static void write_sample(uint8_t **b, size_t *len)
{
    struct checkpoint *c = checkpoint_sample();
    struct err e = {0};

    ck_assert_int_eq(checkpoint_write(b, len, c, &e), ST_OK);
    checkpoint_free(c);
}

START_TEST(reading_and_writing_again_gives_the_same_bytes)
{
    struct checkpoint *c;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *a, *b;
    size_t na, nb;
    const char *key, *value;

    write_sample(&a, &na);
    ck_assert_int_eq(checkpoint_read(&c, a, na, &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&b, &nb, c, &e), ST_OK);
    ck_assert_uint_eq(na, nb);
    ck_assert_int_eq(memcmp(a, b, na), 0);
    ck_assert_int_eq(checkpoint_num_tensors(c), 7);
    ck_assert_int_eq(checkpoint_num_metadata(c), 3);
    checkpoint_metadata(c, 0, &key, &value);
    ck_assert_str_eq(key, "zeta");
    ck_assert_str_eq(value, "first \"q\" \\ /");
    ck_assert_str_eq(checkpoint_get(c, "alpha"), "\xF0\x9F\x98\x80\t\x7F\x1F");
    ck_assert_str_eq(checkpoint_get(c, ""), "");
    ck_assert_ptr_null(checkpoint_get(c, "beta"));
    checkpoint_tensor(&t, c, 2);
    ck_assert_str_eq(t.name, "d\n\x01\xC3\xA9");
    ck_assert_int_eq(t.dtype, CKPT_F64);
    ck_assert(((const double *)t.data)[1] == -1e300);
    for (int i = 0; i < 7; i++) {
        checkpoint_tensor(&t, c, i);
        ck_assert_uint_eq((uintptr_t)t.data % 8, 0);
    }
    free(a);
    free(b);
    checkpoint_free(c);
}
END_TEST

/* The bytes that torch's safetensors (0.4) writes for a linear layer: keys by dtype and name,
 * blanks at the end; and one that spells it with blanks, escapes and members in another order. */
START_TEST(files_of_others_are_read)
{
    static const char torch[] =
        "{\"__metadata__\":{\"format\":\"pt\"},"
        "\"linear.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        "\"linear.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]}}     ";
    static const char odd[] =
        "{ \"b\" : { \"data_offsets\" : [ 8 , 16 ] ,\n\"shape\":[2],\"dtype\":\"F3\\u0032\"},\r\n"
        "\t\"\\ud83d\\ude00\\/"
        "\\u00e9\\u20AC\\\\\\\"\\b\\f\\n\\r\\t\":{\"dtype\":\"I64\",\"shape\":[],"
        "\"data_offsets\":[0,8]}, \"__metadata\\u005f_\":{} } \n";
    struct checkpoint *c;
    struct checkpoint_tensor t;
    struct err e = {0};
    const int64_t shape[2] = {2, 3}, two = 2;

    ck_assert_msg(read_text(&c, torch, 32, &e) == ST_OK, "%s", e.message);
    ck_assert_str_eq(checkpoint_get(c, "format"), "pt");
    ck_assert_int_eq(checkpoint_find(&t, c, "linear.weight", CKPT_F32, shape, 2, &e), ST_OK);
    ck_assert_uint_eq(t.size, 24);
    ck_assert_int_eq(*(const uint8_t *)t.data, 9);
    checkpoint_free(c);
    ck_assert_msg(read_text(&c, odd, 16, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(checkpoint_num_metadata(c), 0);
    ck_assert_int_eq(checkpoint_find(&t, c, "b", CKPT_F32, &two, 1, &e), ST_OK);
    ck_assert_int_eq(*(const uint8_t *)t.data, 9);
    ck_assert_int_eq(checkpoint_find(&t, c, "\xF0\x9F\x98\x80/\xC3\xA9\xE2\x82\xAC\\\"\b\f\n\r\t",
                                     CKPT_I64, NULL, 0, &e),
                     ST_OK);
    checkpoint_free(c);
    ck_assert_int_eq(read_text(&c, "{}", 0, &e), ST_OK);
    checkpoint_free(c);
}
END_TEST

#define T1              "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"
#define TENSOR(members) "{\"a\":{" members "}}"

static const struct {
    const char *header;
    size_t data;
    const char *message; /* part of it */
} bad[] = {
    {"", 0, "'{' is expected"},
    {" {}", 0, "'{' is expected"},
    {"[]", 0, "'{' is expected"},
    {"{", 0, "'\"' is expected"},
    {"{}x", 0, "something follows"},
    {"{}", 1, "1 bytes of data"},
    {"{" T1 "}", 0, "0 bytes of data"},
    {"{" T1 "}", 7, "7 bytes of data"},
    {"{" T1 "}", 9, "9 bytes of data"},
    {"{" T1 ",}", 8, "'\"' is expected"},
    {"{" T1 "," T1 "}", 8, "there twice"},
    {"{" T1 "," T1 "}", 16, "there twice"},
    {"{\"a\":{}}", 0, "needs dtype"},
    {"{\"a\":[]}", 0, "'{' is expected"},
    {"{\"a\":null}", 0, "'{' is expected"},
    {"{\"\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "without a name"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2]"), 8, "needs dtype"},
    {TENSOR("\"dtype\":\"F32\",\"data_offsets\":[0,8]"), 8, "needs dtype"},
    {TENSOR("\"shape\":[2],\"data_offsets\":[0,8]"), 8, "needs dtype"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1"), 8, "unknown"},
    {TENSOR("\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"), 8,
     "twice"},
    {TENSOR("\"dtype\":\"I16\",\"shape\":[4],\"data_offsets\":[0,8]"), 8, "I16, which is not supp"},
    {TENSOR("\"dtype\":\"BOOL\",\"shape\":[8],\"data_offsets\":[0,8]"), 8, "convert it to F32"},
    {TENSOR("\"dtype\":1,\"shape\":[2],\"data_offsets\":[0,8]"), 8, "'\"' is expected"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[1,1,2],\"data_offsets\":[0,8]"), 8, "more than 2"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]"), 8, "non-negative"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]"), 8, "non-negative"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2e0],\"data_offsets\":[0,8]"), 8, "non-negative"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[02],\"data_offsets\":[0,8]"), 8, "non-negative"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2,],\"data_offsets\":[0,8]"), 8, "non-negative"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]"), 8, "'[' is expected"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,8]"), 8, "2^63"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,8]"), 8, "fit"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,16]"), 16,
     "fit"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]"), 0,
     "fit"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]"), 8, "fit its shape"},
    {TENSOR("\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]"), 8, "fit its shape"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]"), 8, "fit its shape"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]"), 8, "two numbers"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]"), 8, "more than 2"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]"), 16, "must begin at 0"},
    {TENSOR("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,"
            "9223372036854775807]"),
     8, "must begin at 0"},
    {"{" T1 ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
     "\"b\" begin at 4; they must begin at 8"},
    {"{" T1 ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
     "must begin at 8"},
    {"{" T1 ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}", 20,
     "must begin at 8"},
    {"{\"__metadata__\":{\"a\":1}}", 0, "'\"' is expected"},
    {"{\"__metadata__\":{\"a\":null}}", 0, "'\"' is expected"},
    {"{\"__metadata__\":{\"a\":{}}}", 0, "'\"' is expected"},
    {"{\"__metadata__\":\"a\"}", 0, "'{' is expected"},
    {"{\"__metadata__\":{\"a\":\"b\",\"\\u0061\":\"c\"}}", 0, "there twice"},
    {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "there twice"},
    {"{\"__metadata__\":{\"a\":\"b\"", 0, "'}' is expected"},
    {"{\"__metadata__\":{\"a\":\"b", 0, "without an end"},
    {"{\"__metadata__\":{\"a\":\"b\\", 0, "without an end"},
    {"{\"__metadata__\":{\"a\":\"b\\\"", 0, "without an end"},
    {"{\"__metadata__\":{\"a\":\"\\x\"}}", 0, "unknown escape"},
    {"{\"__metadata__\":{\"a\":\"\\u00\"}}", 0, "four hexadecimal"},
    {"{\"__metadata__\":{\"a\":\"\\u00", 0, "without an end"},
    {"{\"__metadata__\":{\"a\":\"\\u0000\"}}", 0, "NUL"},
    {"{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "lone surrogate"},
    {"{\"__metadata__\":{\"a\":\"\\ud800x\"}}", 0, "lone surrogate"},
    {"{\"__metadata__\":{\"a\":\"\\ud800\\u0041\"}}", 0, "lone surrogate"},
    {"{\"__metadata__\":{\"a\":\"\\udc00\\ud800\"}}", 0, "lone surrogate"},
    {"{\"__metadata__\":{\"a\":\"\x01\"}}", 0, "control character"},
    {"{\"__metadata__\":{\"a\":\"\xFF\"}}", 0, "UTF-8"},
    {"{\"__metadata__\":{\"a\":\"\xC0\x80\"}}", 0, "UTF-8"},
    {"{\"__metadata__\":{\"a\":\"\xED\xA0\x80\"}}", 0, "UTF-8"},
    {"{\"__metadata__\":{\"a\":\"\xF4\x90\x80\x80\"}}", 0, "UTF-8"},
    {"{\"__metadata__\":{\"a\":\"\xE2\x82\"}}", 0, "UTF-8"},
    {"{'a':{}}", 0, "'\"' is expected"},
};

START_TEST(lying_headers_are_refused)
{
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_msg(read_text(&c, bad[_i].header, bad[_i].data, &e) == ST_CORRUPT, "%s",
                  bad[_i].header);
    ck_assert_ptr_null(c);
    ck_assert_int_eq(e.status, ST_CORRUPT);
    ck_assert_msg(strstr(e.message, bad[_i].message) != NULL, "%s: %s", bad[_i].header, e.message);
    ck_assert_int_eq(read_text(&c, bad[_i].header, bad[_i].data, NULL), ST_CORRUPT);
}
END_TEST

START_TEST(lying_lengths_are_refused)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    b = make_file(&len, "{}", 0);
    for (int i = 0; i < 8; i++) {
        uint8_t keep = b[i];

        b[i] = 0xFF;
        ck_assert_int_eq(checkpoint_read(&c, b, len, &e), ST_CORRUPT);
        b[i] = keep;
    }
    b[0] = 1;
    ck_assert_int_eq(checkpoint_read(&c, b, len, &e), ST_CORRUPT);
    b[0] = 3;
    ck_assert_int_eq(checkpoint_read(&c, b, len, &e), ST_CORRUPT);
    b[0] = 0;
    ck_assert_int_eq(checkpoint_read(&c, b, len, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_read(&c, NULL, 0, &e), ST_CORRUPT);
    ck_assert_ptr_null(c);
    free(b);
}
END_TEST

START_TEST(a_file_cut_at_any_byte_is_refused)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    write_sample(&b, &len);
    for (size_t n = 0; n < len; n++) {
        /* A copy of exactly n bytes, so that a sanitizer sees a read past it. */
        uint8_t *cut = malloc(n ? n : 1);

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, b, n);
        ck_assert_int_eq(checkpoint_read(&c, cut, n, &e), ST_CORRUPT);
        free(cut);
    }
    b = realloc(b, len + 1);
    ck_assert_ptr_nonnull(b);
    b[len] = 0;
    ck_assert_int_eq(checkpoint_read(&c, b, len + 1, &e), ST_CORRUPT);
    free(b);
}
END_TEST

/* If a damaged file can be read, its content is the same after it was written and read again. */
START_TEST(a_file_with_any_byte_changed_is_refused_or_read_whole)
{
    static const uint8_t masks[] = {0x01, 0x80, 0x20, 0xFF};
    struct err e = {0};
    uint8_t *b;
    size_t len, read = 0;

    write_sample(&b, &len);
    for (size_t i = 0; i < len * sizeof(masks); i++) {
        struct checkpoint *c, *again;
        uint8_t *x, *y;
        size_t nx, ny;

        b[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
        if (!checkpoint_read(&c, b, len, &e)) {
            ck_assert_int_eq(checkpoint_write(&x, &nx, c, &e), ST_OK);
            ck_assert_int_eq(checkpoint_read(&again, x, nx, &e), ST_OK);
            ck_assert_int_eq(checkpoint_write(&y, &ny, again, &e), ST_OK);
            ck_assert(nx == ny && memcmp(x, y, nx) == 0);
            checkpoint_free(c);
            checkpoint_free(again);
            free(x);
            free(y);
            read++;
        }
        b[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
    }
    ck_assert_uint_gt(read, 0);
    free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint_read");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, reading_and_writing_again_gives_the_same_bytes);
    tcase_add_test(t, files_of_others_are_read);
    tcase_add_loop_test(t, lying_headers_are_refused, 0, sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(t, lying_lengths_are_refused);
    tcase_add_test(t, a_file_cut_at_any_byte_is_refused);
    tcase_add_test(t, a_file_with_any_byte_changed_is_refused_or_read_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}
