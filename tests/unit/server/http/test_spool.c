/* test_spool.c - large answers in files, and the bound for all of them. */
#include "server/http/spool.h"
#include "tests/unit/suite.h"

#include <string.h>
#include <unistd.h>

static struct spool spool;
static struct err e;

START_TEST(what_was_written_can_be_read)
{
    struct spool_file f = {0}, numbers;
    char back[16] = "";
    int fd;

    ck_assert_int_eq(spool_init(&spool, NULL, 100, &e), ST_OK);
    ck_assert_int_eq(spool_open(&f, &spool, &e), ST_OK);
    ck_assert_int_eq(spool_write(&f, "abc", 3, &e), ST_OK);
    ck_assert_int_eq(spool_write(&f, "defg", 4, &e), ST_OK);
    ck_assert_uint_eq(f.len, 7);
    ck_assert_uint_eq(atomic_load(&spool.bytes), 7);
    numbers = f;
    fd = spool_take(&f);
    ck_assert_int_eq(pread(fd, back, sizeof(back), 0), 7);
    ck_assert_str_eq(back, "abcdefg");
    spool_close(&f); /* taken: nothing is given back */
    ck_assert_uint_eq(atomic_load(&spool.bytes), 7);
    close(fd);
    spool_return(&spool, &numbers);
    ck_assert_uint_eq(atomic_load(&spool.bytes), 0);
}
END_TEST

START_TEST(all_files_together_have_a_bound)
{
    struct spool_file a = {0}, b = {0};

    ck_assert_int_eq(spool_init(&spool, "/tmp", 10, &e), ST_OK);
    ck_assert_int_eq(spool_open(&a, &spool, &e), ST_OK);
    ck_assert_int_eq(spool_open(&b, &spool, &e), ST_OK);
    ck_assert_int_eq(spool_write(&a, "123456", 6, &e), ST_OK);
    ck_assert_int_eq(spool_write(&b, "12345", 5, &e), ST_BUSY);
    ck_assert_ptr_nonnull(strstr(e.message, "max_unsent_bytes"));
    ck_assert_int_eq(spool_write(&b, "1234", 4, &e), ST_OK);
    spool_close(&a);
    ck_assert_int_eq(spool_write(&b, "12345", 5, &e), ST_OK);
    spool_close(&b);
    spool_close(&b); /* none is fine */
    ck_assert_uint_eq(atomic_load(&spool.bytes), 0);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_reported)
{
    static char longest[SPOOL_PATH_MAX + 1];
    struct spool_file f = {0};

    ck_assert_int_eq(spool_init(&spool, "/nonexistent/folder", 10, &e), ST_OK);
    ck_assert_int_eq(spool_open(&f, &spool, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "/nonexistent/folder"));
    spool_close(&f);
    memset(longest, 'a', SPOOL_PATH_MAX);
    ck_assert_int_eq(spool_init(&spool, longest, 10, &e), ST_TOO_LARGE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http spool");
    TCase *t = tcase_create("spool");

    tcase_add_test(t, what_was_written_can_be_read);
    tcase_add_test(t, all_files_together_have_a_bound);
    tcase_add_test(t, a_folder_that_is_not_there_is_reported);
    suite_add_tcase(s, t);
    return suite_run(s);
}
