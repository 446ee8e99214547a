/* test_snapshot.c - tests of core/checkpoint/snapshot.c. */
#include "core/checkpoint/snapshot.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A snapshot of a fit that had not begun to train. */
static void make(uint8_t **bytes, size_t *len, const char *kind, const char *digest)
{
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(snapshot_new(&c, kind, digest, NULL, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_i64(c, "epoch", 7, &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(bytes, len, c, &e), ST_OK);
    checkpoint_free(c);
}

START_TEST(what_is_kept_comes_back)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *bytes;
    size_t len;
    int64_t epoch = 0;

    make(&bytes, &len, "tag", "0123");
    ck_assert_int_eq(snapshot_read(&c, "tag", "0123", bytes, len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_i64(&epoch, c, "epoch", 0, 100, &e), ST_OK);
    ck_assert_int_eq(epoch, 7);
    ck_assert_int_eq(snapshot_resume(NULL, c, &e), ST_OK); /* there is nothing to go on from */
    checkpoint_free(c);
    free(bytes);
}
END_TEST

START_TEST(another_fit_is_refused)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *bytes;
    size_t len;

    make(&bytes, &len, "tag", "0123");
    ck_assert_int_eq(snapshot_read(&c, "forecast", "0123", bytes, len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "forecast"));
    ck_assert_int_eq(snapshot_read(&c, "tag", "0124", bytes, len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "other data"));
    for (size_t n = 0; n < len; n += 7)
        ck_assert_int_eq(snapshot_read(&c, "tag", "0123", bytes, n, &e), ST_CORRUPT);
    ck_assert_ptr_null(c);
    free(bytes);
}
END_TEST

/* A checkpoint that is no snapshot, and a snapshot whose trainer state is invalid. */
START_TEST(what_is_no_snapshot_is_refused)
{
    struct checkpoint *c, *got = NULL;
    struct err e = {0};
    int64_t one = 1;

    for (int numbers = 0; numbers < 2; numbers++) {
        uint8_t *bytes;
        size_t len;

        ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, "lstmd.fit", "tag", &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, "digest", "0123", &e), ST_OK);
        if (numbers)
            ck_assert_int_eq(checkpoint_add(c, "trainer", CKPT_F32, &one, 1, &(float){1}, &e),
                             ST_OK);
        ck_assert_int_eq(checkpoint_write(&bytes, &len, c, &e), ST_OK);
        ck_assert_int_eq(snapshot_read(&got, "tag", "0123", bytes, len, &e), ST_CORRUPT);
        ck_assert_ptr_null(got);
        checkpoint_free(c);
        free(bytes);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snapshot");
    TCase *t = tcase_create("snapshot");
    SRunner *r;
    int failed;

    tcase_add_test(t, what_is_kept_comes_back);
    tcase_add_test(t, another_fit_is_refused);
    tcase_add_test(t, what_is_no_snapshot_is_refused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
