/* test_keys.c - what the full key and the read key allow. */
#include "server/http/keys.h"
#include "tests/unit/suite.h"

static const struct http_route routes[] = {
    {HTTP_GET, "/", NULL, NULL, false, true},
    {HTTP_GET, "/v1/jobs", NULL, NULL, false, false},
    {HTTP_POST, "/v1/jobs", NULL, NULL, true, false},
    {HTTP_GET, "/v1/jobs/{id}", NULL, NULL, false, false},
    {HTTP_POST, "/v1/models/{name}/forecast", NULL, NULL, true, false, .reads = true},
    {HTTP_POST, "/v1/models/{name}/forecast", NULL, NULL, true, false},
    {HTTP_DELETE, "/v1/models/{name}/versions/{n}", NULL, NULL, false, false},
};

static const struct {
    const char *full, *read, *sent;
    int row;
    enum key_verdict want;
} key_rows[] = {
    {NULL, NULL, NULL, 2, KEY_OK},
    {"", "", NULL, 2, KEY_OK},
    {"secret", NULL, NULL, 0, KEY_OK}, /* open */
    {"secret", NULL, "wrong", 0, KEY_OK},
    {"secret", NULL, NULL, 1, KEY_MISSING},
    {"secret", NULL, "", 1, KEY_MISSING},
    {"secret", NULL, "secret", 1, KEY_OK},
    {"secret", NULL, "secret", 2, KEY_OK},
    {"secret", NULL, "Secret", 2, KEY_WRONG},
    {"secret", NULL, "secre", 2, KEY_WRONG},
    {"secret", NULL, "secrets", 2, KEY_WRONG},
    {"secret", NULL, "secretsecret", 2, KEY_WRONG},
    {"secret", "", "x", 2, KEY_WRONG},
    {"secret", "look", "look", 1, KEY_OK},
    {"secret", "look", "look", 2, KEY_READ_ONLY},
    {"secret", "look", "look", 4, KEY_OK},        /* a POST that reads */
    {"secret", "look", "look", 5, KEY_READ_ONLY}, /* the same path, without the flag */
    {"secret", "look", "look", 6, KEY_READ_ONLY},
    {"secret", "look", "secret", 6, KEY_OK},
    {NULL, "look", NULL, 1, KEY_MISSING},
    {NULL, "look", "look", 1, KEY_OK},
    {NULL, "look", "look", 2, KEY_READ_ONLY},
};

START_TEST(keys_are_checked)
{
    const struct keys k = {key_rows[_i].full, key_rows[_i].read};

    ck_assert_int_eq(key_check(&k, key_rows[_i].sent, &routes[key_rows[_i].row]),
                     key_rows[_i].want);
}
END_TEST

START_TEST(keys_come_in_two_headers)
{
    ck_assert_ptr_null(key_sent(NULL, NULL));
    ck_assert_str_eq(key_sent("Bearer abc", NULL), "abc");
    ck_assert_str_eq(key_sent("bearer   abc", NULL), "abc");
    ck_assert_str_eq(key_sent("Bearer abc", "x"), "abc");
    ck_assert_str_eq(key_sent("Basic abc", "x"), "x");
    ck_assert_str_eq(key_sent(NULL, "x"), "x");
    ck_assert_ptr_null(key_sent("Basic abc", NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http keys");
    TCase *t = tcase_create("http keys");

    tcase_add_loop_test(t, keys_are_checked, 0, sizeof(key_rows) / sizeof(key_rows[0]));
    tcase_add_test(t, keys_come_in_two_headers);
    suite_add_tcase(s, t);
    return suite_run(s);
}
