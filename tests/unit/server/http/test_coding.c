/* test_coding.c - supported content codings, and decompression. */
#include "server/http/coding.h"

#include "tests/unit/suite.h"

#include <string.h>
#include <zlib.h>

/* ---- headers ---- */

static const struct {
    const char *header;
    enum coding coding;
} finds[] = {
    {NULL, CODING_NONE},
    {"", CODING_NONE},
    {"identity", CODING_NONE},
    {"identity, identity", CODING_NONE},
    {"gzip", CODING_GZIP},
    {" GZip ", CODING_GZIP},
    {"x-gzip", CODING_GZIP},
    {"identity,gzip", CODING_GZIP},
    {"deflate", CODING_DEFLATE},
    {"gzip, gzip", CODING_UNKNOWN},
    {"deflate, gzip", CODING_UNKNOWN},
    {"br", CODING_UNKNOWN},
    {"zstd, identity", CODING_UNKNOWN},
    {"gzip;q=1", CODING_UNKNOWN},
    {"gzipp", CODING_UNKNOWN},
};

START_TEST(codings_are_found)
{
    struct err e = {0};
    enum coding c;
    enum status st = coding_find(&c, finds[_i].header, &e);

    ck_assert_int_eq(c, finds[_i].coding);
    ck_assert_int_eq(st, c == CODING_UNKNOWN ? ST_UNSUPPORTED : ST_OK);
    if (st)
        ck_assert_ptr_nonnull(strstr(e.message, "send gzip, deflate"));
}
END_TEST

static const struct {
    const char *header;
    bool wanted;
} wants[] = {
    {"gzip", true},
    {"gzip, deflate, br", true},
    {"br;q=1.0, GZIP;q=0.2", true},
    {"x-gzip", true},
    {"gzip;q=0.001", true},
    {"gzip; q=0.5, identity; q=0.5", true},
    {"gzip;q=0.5, *;q=0.8", true},
    {"identity;q=0, *", true},
    {"*;q=0, gzip", true},
    {"gzip;q=0", false},
    {"gzip;q=0.000", false},
    {"gzip;q=0.4, identity;q=0.5", false},
    {"gzip;q=x", false},
    {"gzip;", false},
    {"*", false},
    {"identity;q=0", false},
    {"identity;q=0, *;q=0", false},
    {"deflate", false},
    {"gzipx", false},
    {"", false},
};

START_TEST(gzip_is_wanted_where_the_client_says_so)
{
    const struct http_pair pair = {"accept-encoding", wants[_i].header};
    const struct http_fields fields = {&pair, 1};

    ck_assert_msg(coding_gzip_wanted(&fields) == wants[_i].wanted, "%s", wants[_i].header);
    ck_assert(!coding_gzip_wanted(NULL));
}
END_TEST

/* ---- bytes ---- */

enum { GZIP = 31, ZLIB = 15, RAW = -15, ROOM = 1 << 16 };

static unsigned char packed[ROOM];
static size_t packed_len;
static char text[1 << 20];
static size_t steps, fail_from;

/* Appends n bytes of text to what is packed. */
static void pack(int window, size_t n)
{
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, window, 8, 0), Z_OK);
    z.next_in = (unsigned char *)text;
    z.avail_in = (unsigned)n;
    z.next_out = packed + packed_len;
    z.avail_out = (unsigned)(ROOM - packed_len);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    packed_len += z.total_out;
    ck_assert_int_eq(deflateEnd(&z), Z_OK);
}

static enum status step(void *ctx, size_t n, struct err *e)
{
    (void)ctx;
    steps += n;
    return fail_from && steps >= fail_from ? err_set(e, ST_BUSY, "no room") : ST_OK;
}

static enum status unpack(struct buf *out, enum coding coding, size_t max, struct err *e)
{
    buf_init(out, max);
    steps = 0;
    return coding_decode(out, (const char *)packed, packed_len, coding, step, NULL, e);
}

static void setup(void)
{
    packed_len = 0;
    fail_from = 0;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + i % 7);
}

static void expect_text(enum coding coding, size_t n)
{
    struct err e = {0};
    struct buf out;

    ck_assert_msg(unpack(&out, coding, sizeof(text), &e) == ST_OK, "%s", e.message);
    ck_assert_uint_eq(out.len, n);
    ck_assert_uint_eq(steps, n);
    ck_assert(n == 0 || memcmp(out.data, text, n) == 0);
    buf_release(&out);
}

static void expect_fault(enum coding coding, enum status st, const char *message)
{
    struct err e = {0};
    struct buf out;

    ck_assert_int_eq(unpack(&out, coding, sizeof(text), &e), st);
    ck_assert_msg(strstr(e.message, message) != NULL, "%s", e.message);
    buf_release(&out);
}

START_TEST(what_was_packed_is_unpacked)
{
    static const struct {
        int window;
        enum coding coding;
    } ways[] = {{GZIP, CODING_GZIP}, {ZLIB, CODING_DEFLATE}, {RAW, CODING_DEFLATE}};
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, sizeof(text)};

    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
            packed_len = 0;
            pack(ways[i].window, sizes[k]);
            expect_text(ways[i].coding, sizes[k]);
        }
}
END_TEST

START_TEST(members_and_padding_are_read)
{
    struct err e = {0};
    struct buf out;

    pack(GZIP, 7000);
    pack(GZIP, 0);
    pack(GZIP, 700);
    memset(packed + packed_len, 0, 512);
    packed_len += 512;
    ck_assert_int_eq(unpack(&out, CODING_GZIP, sizeof(text), &e), ST_OK);
    ck_assert_uint_eq(out.len, 7700);
    ck_assert_int_eq(memcmp(out.data + 7000, text, 700), 0);
    buf_release(&out);
}
END_TEST

START_TEST(what_is_behind_the_end_is_refused)
{
    pack(GZIP, 100);
    memcpy(packed + packed_len, "garbage", 7);
    packed_len += 7;
    expect_fault(CODING_GZIP, ST_MALFORMED, "7 bytes follow");
    packed_len = 0;
    pack(ZLIB, 100);
    packed[packed_len++] = 0;
    expect_fault(CODING_DEFLATE, ST_MALFORMED, "1 bytes follow");
    packed_len = 0;
    pack(GZIP, 100);
    packed[packed_len++] = 0x1f;
    expect_fault(CODING_GZIP, ST_MALFORMED, "1 bytes follow");
}
END_TEST

START_TEST(every_truncation_is_named)
{
    size_t whole;

    pack(GZIP, 1000);
    whole = packed_len;
    pack(GZIP, 10);
    for (size_t n = whole + 2; n-- > 0;) {
        packed_len = n;
        if (n != whole && n != whole + 1)
            expect_fault(CODING_GZIP, ST_MALFORMED, "the body ends after");
    }
    packed_len = 0;
    pack(RAW, 1000);
    packed_len--;
    expect_fault(CODING_DEFLATE, ST_MALFORMED, "within its deflate data");
}
END_TEST

/* The exceptions are bits without a meaning: the time and the system in the header, and the padding
 * of the last byte of the data. */
START_TEST(no_flipped_bit_changes_what_is_read)
{
    struct err e = {0};
    struct buf out;
    int read = 0;

    pack(GZIP, 1000);
    for (size_t i = 0; i < packed_len * 8; i++) {
        enum status st;

        packed[i / 8] ^= (unsigned char)(1 << i % 8);
        st = unpack(&out, CODING_GZIP, sizeof(text), &e);
        ck_assert(st == ST_MALFORMED || (out.len == 1000 && memcmp(out.data, text, 1000) == 0));
        read += st == ST_OK;
        buf_release(&out);
        packed[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    ck_assert_int_lt(read, 8 * 8);
    memcpy(packed, "month,y\n", 8);
    expect_fault(CODING_GZIP, ST_MALFORMED, "not gzip: incorrect header check, at byte 2");
    packed_len = 8;
    expect_fault(CODING_DEFLATE, ST_MALFORMED, "the body is not deflate: ");
}
END_TEST

START_TEST(a_bomb_ends_at_the_bound)
{
    struct err e = {0};
    struct buf out;

    for (int i = 0; i < 40; i++)
        pack(GZIP, sizeof(text));
    ck_assert_int_eq(unpack(&out, CODING_GZIP, 100000, &e), ST_TOO_LARGE);
    ck_assert_uint_le(out.len, 100000);
    ck_assert_uint_le(steps, 100000);
    ck_assert_ptr_nonnull(strstr(e.message, "max_body_bytes"));
    buf_release(&out);
    fail_from = 200000;
    ck_assert_int_eq(unpack(&out, CODING_GZIP, 1 << 30, &e), ST_BUSY);
    ck_assert_uint_lt(out.len, 200000);
    buf_release(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("coding");
    TCase *t = tcase_create("headers"), *b = tcase_create("bytes");

    tcase_add_loop_test(t, codings_are_found, 0, sizeof(finds) / sizeof(finds[0]));
    tcase_add_loop_test(t, gzip_is_wanted_where_the_client_says_so, 0,
                        sizeof(wants) / sizeof(wants[0]));
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(b, setup, NULL);
    tcase_add_test(b, what_was_packed_is_unpacked);
    tcase_add_test(b, members_and_padding_are_read);
    tcase_add_test(b, what_is_behind_the_end_is_refused);
    tcase_add_test(b, every_truncation_is_named);
    tcase_add_test(b, no_flipped_bit_changes_what_is_read);
    tcase_add_test(b, a_bomb_ends_at_the_bound);
    suite_add_tcase(s, b);
    return suite_run(s);
}
