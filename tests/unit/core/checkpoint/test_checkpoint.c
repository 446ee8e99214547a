/* test_checkpoint.c - safetensors bytes: written exactly, read with suspicion. */
#include <check.h>
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

/* A checkpoint with something of everything. */
static struct checkpoint *sample(void)
{
    static const float f[6] = {1.5F, -2, 3e-38F, 0, 5, 6};
    static const double d[2] = {0.1, -1e300};
    static const int32_t i32[3] = {1, -2, INT32_MAX};
    static const int64_t i64[1] = {INT64_MIN};
    static const uint8_t u8[5] = {0, 255, 1, 2, 3};
    static const int64_t shape[2] = {2, 3}, two = 2, three = 3, one = 1, five = 5, none = 0;
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight", CKPT_F32, shape, 2, f, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "zeta", "first \"q\" \\ /", &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "bytes", CKPT_U8, &five, 1, u8, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "d\n\x01\xC3\xA9", CKPT_F64, &two, 1, d, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "i32", CKPT_I32, &three, 1, i32, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "i64", CKPT_I64, &one, 1, i64, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "scalar", CKPT_F32, NULL, 0, f, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "empty", CKPT_F32, &none, 1, NULL, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "alpha", "\xF0\x9F\x98\x80\t\x7F\x1F", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "", "", &e), ST_OK);
    return c;
}

static void write_sample(uint8_t **b, size_t *len)
{
    struct checkpoint *c = sample();
    struct err e = {0};

    ck_assert_int_eq(checkpoint_write(b, len, c, &e), ST_OK);
    checkpoint_free(c);
}

START_TEST(written_bytes_are_canonical)
{
    static const char want[] = "{\"__metadata__\":{\"k\":\"a\\n\\\"\\u0001\"},"
                               "\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    const int64_t shape[2] = {1, 2};
    const float v[2] = {1, -1};
    struct checkpoint *c;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "x", CKPT_F32, shape, 2, v, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "k", "gone", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "k", "a\n\"\x01", &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&b, &len, c, &e), ST_OK);
    ck_assert_uint_eq((len - 8) % 8, 0);
    ck_assert_uint_eq(b[0], (sizeof(want) - 1 + 7) / 8 * 8);
    ck_assert_int_eq(memcmp(b + 8, want, sizeof(want) - 1), 0);
    for (size_t i = 8 + sizeof(want) - 1; i < len - 8; i++)
        ck_assert_int_eq(b[i], ' ');
    ck_assert_int_eq(memcmp(b + len - 8, v, 8), 0);
    free(b);
    checkpoint_free(c);
}
END_TEST

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

/* Whatever is read from a damaged file must survive writing and reading again unchanged. */
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

START_TEST(what_cannot_be_written_is_refused)
{
    const int64_t shape[2] = {INT64_MAX, 3}, negative = -1, one = 1;
    const float v = 1;
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "a", CKPT_F32, &one, 1, &v, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "a", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "__metadata__", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "\xFF", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, shape, 2, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, &negative, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", (enum checkpoint_dtype)9, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, shape, 3, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set(c, "k", "\xFF", &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set(c, "\xFF", "v", &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_num_tensors(c), 1);
    ck_assert_int_eq(checkpoint_num_metadata(c), 0);
    checkpoint_free(c);
    checkpoint_free(NULL);
}
END_TEST

START_TEST(find_names_what_is_and_what_must_be)
{
    const int64_t shape[2] = {2, 3}, other[2] = {3, 2};
    struct checkpoint *c = sample();
    struct checkpoint_tensor t;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, shape, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, other, 2, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message,
                     "checkpoint: tensor \"lstm.weight\" is F32 (2,3); it must be F32 (3,2)");
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F64, shape, 2, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, shape, 1, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_find(&t, c, "none", CKPT_F32, shape, 1, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message, "checkpoint: tensor \"none\" is missing; it must be F32 (2)");
    checkpoint_free(c);
}
END_TEST

START_TEST(numbers_round_trip)
{
    static const double v[] = {0,           -0.0,    0.1,     1.0 / 3, 1e-308,
                               5e-324,      1.7e308, -112.25, 1e22,    123456789012345678.0,
                               (double)NAN, 2};
    enum { N = sizeof(v) / sizeof(v[0]) };
    struct checkpoint *c;
    struct err e = {0};
    double *out, one;
    size_t n;
    int64_t i = 0;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_f64s(c, "v", v, N, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", N, 0, &e), ST_OK);
    ck_assert_uint_eq(n, N);
    for (size_t k = 0; k < N; k++)
        ck_assert(isnan(v[k]) ? isnan(out[k]) : memcmp(&v[k], &out[k], sizeof(v[k])) == 0);
    free(out);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N, &e), ST_OK);
    free(out);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N - 1, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", N + 1, 0, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_set_f64s(c, "v", v, 0, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(out);
    for (size_t k = 0; k + 2 < N; k++) {
        ck_assert_int_eq(checkpoint_set_f64(c, "x", v[k], &e), ST_OK);
        ck_assert_int_eq(checkpoint_get_f64(&one, c, "x", &e), ST_OK);
        ck_assert(memcmp(&one, &v[k], sizeof(one)) == 0);
    }
    ck_assert_int_eq(checkpoint_set_i64(c, "i", INT64_MIN, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "i", INT64_MIN, INT64_MAX, &e), ST_OK);
    ck_assert(i == INT64_MIN);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "i", 0, 5, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "none", 0, 5, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message, "checkpoint: metadata none is missing");
    checkpoint_free(c);
}
END_TEST

START_TEST(numbers_that_are_none_are_refused)
{
    static const char *const no_integer[] = {
        "", " 1", "1 ", "+1", "0x1", "1.0", "1e0", "-", "--1", "9223372036854775808", "a"};
    static const char *const no_number[] = {"",      " 1",  "1 ",  "0x1", "nan", "inf",      "-inf",
                                            "1e400", "1,5", "1 2", "e",   "-",   "infinity", "1e"};
    static const char *const no_list[] = {
        " ",      "1  2",
        " 1 2",   "1 2 ",
        "1\t2",   "inf",
        "1 -inf", "1e400",
        "1 x",    "0000000000000000000000000000000000000000000000000000000000000000001"};
    struct checkpoint *c;
    struct err e = {0};
    int64_t i;
    double d, *v;
    size_t n;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (size_t k = 0; k < sizeof(no_integer) / sizeof(*no_integer); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_integer[k], &e), ST_OK);
        ck_assert_int_eq(checkpoint_get_i64(&i, c, "x", INT64_MIN, INT64_MAX, &e), ST_CORRUPT);
    }
    for (size_t k = 0; k < sizeof(no_number) / sizeof(*no_number); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_number[k], &e), ST_OK);
        ck_assert_msg(checkpoint_get_f64(&d, c, "x", &e) == ST_CORRUPT, "%s", no_number[k]);
    }
    for (size_t k = 0; k < sizeof(no_list) / sizeof(*no_list); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_list[k], &e), ST_OK);
        ck_assert_msg(checkpoint_get_f64s(&v, &n, c, "x", 0, 9, &e) == ST_CORRUPT, "%s",
                      no_list[k]);
    }
    ck_assert_int_eq(checkpoint_get_f64(&d, c, "none", &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_f64s(&v, &n, c, "none", 0, 9, &e), ST_CORRUPT);
    checkpoint_free(c);
}
END_TEST

START_TEST(strings_round_trip)
{
    static const char *const v[] = {"The", "", "\xC3\xA9t\xC3\xA9", "a b", ""};
    static const char *const newline[] = {"a", "b\nc"};
    struct checkpoint *c;
    struct err e = {0};
    char **out;
    size_t n;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v, 5, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 5, &e), ST_OK);
    ck_assert_uint_eq(n, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(out[i], v[i]);
    ck_assert_ptr_null(out[5]);
    free(out);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 4, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "none", 4, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v, 0, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 0, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(out);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", newline, 2, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v + 1, 1, &e), ST_INVALID);
    checkpoint_free(c);
}
END_TEST

START_TEST(thousands_of_tensors_are_found_by_name)
{
    enum { N = 5000 };
    struct checkpoint *c, *again;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *b;
    size_t len;
    char name[32];

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (int32_t i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "tensor.%d", i);
        ck_assert_int_eq(checkpoint_add(c, name, CKPT_I32, NULL, 0, &i, &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, name, name, &e), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(&b, &len, c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_read(&again, b, len, &e), ST_OK);
    for (int32_t i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "tensor.%d", i);
        ck_assert_int_eq(checkpoint_find(&t, again, name, CKPT_I32, NULL, 0, &e), ST_OK);
        ck_assert_int_eq(*(const int32_t *)t.data, i);
        ck_assert_str_eq(checkpoint_get(again, name), name);
    }
    free(b);
    checkpoint_free(c);
    checkpoint_free(again);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint");
    TCase *t = tcase_create("checkpoint");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, written_bytes_are_canonical);
    tcase_add_test(t, reading_and_writing_again_gives_the_same_bytes);
    tcase_add_test(t, files_of_others_are_read);
    tcase_add_loop_test(t, lying_headers_are_refused, 0, sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(t, lying_lengths_are_refused);
    tcase_add_test(t, a_file_cut_at_any_byte_is_refused);
    tcase_add_test(t, a_file_with_any_byte_changed_is_refused_or_read_whole);
    tcase_add_test(t, what_cannot_be_written_is_refused);
    tcase_add_test(t, find_names_what_is_and_what_must_be);
    tcase_add_test(t, numbers_round_trip);
    tcase_add_test(t, numbers_that_are_none_are_refused);
    tcase_add_test(t, strings_round_trip);
    tcase_add_test(t, thousands_of_tensors_are_found_by_name);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
