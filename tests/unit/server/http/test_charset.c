/* test_charset.c - supported charsets, and the conversion of their bytes. */
#include "server/http/charset.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *header;
    enum status st;
    const char *charset; /* NULL: nothing to decode */
} finds[] = {
    {NULL, ST_OK, NULL},
    {"", ST_OK, NULL},
    {"text/csv", ST_OK, NULL},
    {"text/csv;", ST_OK, NULL},
    {"text/csv; charset=utf-8", ST_OK, NULL},
    {"text/csv;charset=UTF-8", ST_OK, NULL},
    {"text/csv; charset=\"utf-8\"", ST_OK, NULL},
    {"application/json; charset=us-ascii", ST_OK, NULL},
    {"text/csv; charset=iso-8859-1", ST_OK, "ISO-8859-1"},
    {"TEXT/PLAIN ; CHARSET=ISO-8859-1", ST_OK, "ISO-8859-1"},
    {"text/plain; header=present; charset=\"windows-1252\" ; x=y", ST_OK, "CP1252"},
    {"application/json;charset=utf-16", ST_OK, "UTF-16"},
    {"text/x-conllu; charset=latin1", ST_OK, "ISO-8859-1"},
    {"application/x-www-form-urlencoded; charset=ISO-8859-15", ST_OK, "ISO-8859-15"},
    {"text/csv; name=\"a; charset=klingon\"; charset=koi8-r", ST_OK, "KOI8-R"},
    {"text/csv; name=\"\\\"; charset=klingon\"", ST_OK, NULL},
    {"text/csv; charset=klingon", ST_UNSUPPORTED, NULL},
    {"text/csv; charset=", ST_UNSUPPORTED, NULL},
    {"text/csv; charset=\"", ST_UNSUPPORTED, NULL},
    {"text/csv; charset=utf-7", ST_UNSUPPORTED, NULL},
    {"text/csv; charset=UTF-8//TRANSLIT", ST_UNSUPPORTED, NULL},
    {"text/csv; charset=ISO-2022-CN-EXT", ST_UNSUPPORTED, NULL},
    {"text/csv; "
     "charset=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
     ST_UNSUPPORTED, NULL},
    {"application/octet-stream; charset=klingon", ST_OK, NULL}, /* no text: means nothing */
    {"application/vnd.safetensors; charset=binary", ST_OK, NULL},
};

START_TEST(charsets_are_found)
{
    const char *charset = "before";
    struct err e = {0};

    ck_assert_int_eq(charset_find(&charset, finds[_i].header, &e), finds[_i].st);
    if (finds[_i].st)
        ck_assert_ptr_nonnull(strstr(e.message, "utf-8"));
    else if (finds[_i].charset)
        ck_assert_pstr_eq(charset, finds[_i].charset);
    else
        ck_assert_ptr_null(charset);
}
END_TEST

static const struct {
    const char *charset, *bytes;
    size_t len;
    const char *want; /* NULL: refused, at byte `at` */
    int at;
} decodes[] = {
    {"ISO-8859-1", "caf\xE9", 4, "caf\xC3\xA9", 0},
    {"ISO-8859-1", "\xFF\xA0", 2, "\xC3\xBF\xC2\xA0", 0},
    {"CP1252", "\x93 \x80 \x94", 5, "\xE2\x80\x9C \xE2\x82\xAC \xE2\x80\x9D", 0},
    {"CP1252", "ab\x81", 3, NULL, 3}, /* not in use */
    {"ISO-8859-15", "\xA4", 1, "\xE2\x82\xAC", 0},
    {"KOI8-R", "\xC1", 1, "\xD0\xB0", 0},
    {"UTF-16",
     "\xFF\xFE"
     "a\0\xE9\0",
     6, "a\xC3\xA9", 0},
    {"UTF-16", "\xFE\xFF\0a\0\xE9", 6, "a\xC3\xA9", 0},
    {"UTF-16LE", "=\xD8\x42\xDE", 4, "\xF0\x9F\x99\x82", 0},
    {"UTF-16LE", "a\0b", 3, NULL, 3},        /* half a unit */
    {"UTF-16LE", "a\0\x3D\xD8", 4, NULL, 3}, /* half a pair */
    {"UTF-16BE", "\0a\xDE\x42", 4, NULL, 3},
    {"UTF-16", "", 0, "", 0},
    {"NO-SUCH-TABLE", "a", 1, NULL, 0},
};

START_TEST(bytes_are_decoded)
{
    struct buf b;
    struct err e = {0};
    enum status st;
    char at[40];

    buf_init(&b, 100);
    buf_add(&b, decodes[_i].bytes, decodes[_i].len);
    st = charset_decode(&b, decodes[_i].charset, &e);
    if (decodes[_i].want) {
        ck_assert_msg(st == ST_OK, "%s", e.message);
        ck_assert_str_eq(b.data ? b.data : "", decodes[_i].want);
        ck_assert_uint_eq(b.len, strlen(decodes[_i].want));
    } else if (decodes[_i].at) {
        snprintf(at, sizeof(at), "byte %d of the body", decodes[_i].at);
        ck_assert_int_eq(st, ST_MALFORMED);
        ck_assert_msg(strstr(e.message, at) != NULL, "%s", e.message);
    } else {
        ck_assert_int_eq(st, ST_UNSUPPORTED);
    }
    buf_release(&b);
}
END_TEST

/* As long as several steps, with what becomes two bytes at every border between them. */
START_TEST(long_bodies_are_decoded_in_steps)
{
    enum { LENGTH = 100001 };
    struct buf b;
    struct err e = {0};

    buf_init(&b, 2 * LENGTH);
    for (int i = 0; i < LENGTH; i++)
        buf_add(&b, "\xE9", 1);
    ck_assert_int_eq(charset_decode(&b, "ISO-8859-1", &e), ST_OK);
    ck_assert_uint_eq(b.len, 2 * LENGTH);
    for (int i = 0; i < LENGTH; i++)
        ck_assert_int_eq(memcmp(b.data + 2 * (size_t)i, "\xC3\xA9", 2), 0);
    buf_release(&b);
}
END_TEST

START_TEST(what_grows_too_large_is_refused)
{
    struct buf b;
    struct err e = {0};

    buf_init(&b, 10);
    buf_add(&b, "\xE9\xE9\xE9\xE9\xE9\xE9", 6);
    ck_assert_int_eq(charset_decode(&b, "ISO-8859-1", &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "max_body_bytes"));
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("charsets");
    TCase *t = tcase_create("charsets");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, charsets_are_found, 0, sizeof(finds) / sizeof(finds[0]));
    tcase_add_loop_test(t, bytes_are_decoded, 0, sizeof(decodes) / sizeof(decodes[0]));
    tcase_add_test(t, long_bodies_are_decoded_in_steps);
    tcase_add_test(t, what_grows_too_large_is_refused);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
