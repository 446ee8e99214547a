/* test_response_cache.c - responses are found by owner and request; the least recently used one is
 * dropped first. */
#include "server/models/response_cache.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct response_cache t;

static void open_table(void)
{
    response_cache_init(&t, 64 * 1024);
}

static void close_table(void)
{
    response_cache_release(&t);
    ck_assert_int_eq(t.count, 0);
    ck_assert_uint_eq(t.bytes, 0);
}

static void keep(uint64_t owner, const char *key, const char *text)
{
    struct cached_response *a = response_new(key, "tag", "text/plain", text, strlen(text));

    ck_assert_ptr_nonnull(a);
    response_cache_add(&t, owner, a);
    response_release(a);
}

/* "" when it is not there. */
static const char *look(uint64_t owner, const char *key)
{
    static char text[1024];
    const struct cached_response *a = response_cache_find(&t, owner, key);

    if (a)
        ck_assert_uint_lt(a->len, sizeof(text));
    snprintf(text, sizeof(text), "%.*s", a ? (int)a->len : 0, a ? a->data : "");
    response_release(a);
    return text;
}

START_TEST(owner_and_question_both_count)
{
    keep(1, "a", "one");
    keep(1, "b", "two");
    keep(2, "a", "three");
    ck_assert_str_eq(look(1, "a"), "one");
    ck_assert_str_eq(look(1, "b"), "two");
    ck_assert_str_eq(look(2, "a"), "three");
    ck_assert_str_eq(look(2, "b"), "");
    ck_assert_str_eq(look(3, "a"), "");
    keep(1, "a", "another");
    ck_assert_str_eq(look(1, "a"), "one");
    ck_assert_int_eq(t.count, 3);
}
END_TEST

START_TEST(an_owner_is_forgotten_whole)
{
    const struct cached_response *held;
    char key[16];

    for (int i = 0; i < 30; i++) {
        snprintf(key, sizeof(key), "%d", i);
        keep((uint64_t)(i % 3), key, key);
    }
    held = response_cache_find(&t, 1, "4");
    response_cache_drop(&t, 1);
    ck_assert_int_eq(t.count, 20);
    ck_assert_str_eq(look(1, "4"), "");
    ck_assert_str_eq(look(0, "3"), "3");
    ck_assert_str_eq(look(2, "5"), "5");
    ck_assert_uint_eq(held->len, 1); /* who has it may go on with it */
    ck_assert_int_eq(held->data[0], '4');
    response_release(held);
}
END_TEST

START_TEST(the_longest_unused_goes_first)
{
    char key[16], text[512];
    int n;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    for (n = 0; t.bytes + 2000 < t.max_bytes; n++) {
        snprintf(key, sizeof(key), "%d", n);
        keep(1, key, text);
    }
    ck_assert_int_eq(t.count, n);
    ck_assert_str_ne(look(1, "0"), ""); /* used again */
    for (int i = n; i < n + 4; i++) {
        snprintf(key, sizeof(key), "%d", i);
        keep(1, key, text);
        ck_assert_uint_le(t.bytes, t.max_bytes);
    }
    ck_assert_int_lt(t.count, n + 4);
    ck_assert_str_ne(look(1, "0"), "");
    ck_assert_str_eq(look(1, "1"), "");
    ck_assert_str_ne(look(1, key), "");
}
END_TEST

START_TEST(what_is_too_large_is_not_kept)
{
    char *text = malloc(t.max_bytes);
    char long_key[RESPONSE_KEY_MAX + 2];

    ck_assert_ptr_nonnull(text);
    memset(text, 'x', t.max_bytes);
    text[t.max_bytes / 8] = '\0';
    keep(1, "small", "small");
    keep(1, "large", text);
    ck_assert_str_eq(look(1, "small"), "small");
    ck_assert_int_eq(t.count, 1);
    memset(long_key, 'k', sizeof(long_key));
    long_key[RESPONSE_KEY_MAX + 1] = '\0';
    ck_assert_ptr_null(response_new(long_key, "", "text/plain", "", 0));
    long_key[RESPONSE_KEY_MAX] = '\0';
    keep(1, long_key, "");
    ck_assert_int_eq(t.count, 2);
    free(text);
}
END_TEST

START_TEST(a_table_without_room_keeps_nothing)
{
    response_cache_init(&t, 0);
    keep(1, "a", "one");
    ck_assert_int_eq(t.count, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("answers");
    TCase *c = tcase_create("answers");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, open_table, close_table);
    tcase_add_test(c, owner_and_question_both_count);
    tcase_add_test(c, an_owner_is_forgotten_whole);
    tcase_add_test(c, the_longest_unused_goes_first);
    tcase_add_test(c, what_is_too_large_is_not_kept);
    tcase_add_test(c, a_table_without_room_keeps_nothing);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
