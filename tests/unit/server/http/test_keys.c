/* test_keys.c - finding the owner of a key, and the routes that it may use. */
#include "server/http/keys.h"
#include "tests/unit/suite.h"

#include <string.h>

enum { OPEN, KEYED, READ, PREDICT, TRAIN, ADMIN, NAMED, UNNAMED, ROUTES };

static const struct http_route routes[ROUTES] = {
    [OPEN] = {HTTP_GET, "/", NULL, NULL, false, ACCESS_OPEN},
    [KEYED] = {HTTP_GET, "/v1/key", NULL, NULL, false, ACCESS_KEY},
    [READ] = {HTTP_GET, "/v1/jobs", NULL, NULL, false, ACCESS_READ},
    [PREDICT] = {HTTP_POST, "/v1/forecast", NULL, NULL, true, ACCESS_PREDICT, .reads = true},
    [TRAIN] = {HTTP_POST, "/v1/jobs", NULL, NULL, true, ACCESS_TRAIN},
    [ADMIN] = {HTTP_POST, "/v1/keys"}, /* a route that names no scope needs admin */
    [NAMED] = {HTTP_GET, "/v1/models/{name}/tag", NULL, NULL, false, ACCESS_PREDICT},
    [UNNAMED] = {HTTP_GET, "/v1/jobs/{id}", NULL, NULL, false, ACCESS_READ},
};

/* ---- the keys of the configuration ---- */

static const struct {
    const char *full, *read, *sent;
    int row;
    enum key_verdict want;
} key_rows[] = {
    {NULL, NULL, NULL, TRAIN, KEY_OK},
    {"", "", NULL, ADMIN, KEY_OK},
    {"secret", NULL, NULL, OPEN, KEY_OK},
    {"secret", NULL, "wrong", OPEN, KEY_OK},
    {"secret", NULL, NULL, READ, KEY_MISSING},
    {"secret", NULL, "", READ, KEY_MISSING},
    {"secret", NULL, NULL, KEYED, KEY_MISSING},
    {"secret", NULL, "secret", KEYED, KEY_OK},
    {"secret", NULL, "secret", READ, KEY_OK},
    {"secret", NULL, "secret", ADMIN, KEY_OK},
    {"secret", NULL, "Secret", TRAIN, KEY_UNKNOWN},
    {"secret", NULL, "secre", TRAIN, KEY_UNKNOWN},
    {"secret", NULL, "secrets", TRAIN, KEY_UNKNOWN},
    {"secret", NULL, "secretsecret", TRAIN, KEY_UNKNOWN},
    {"secret", "", "x", TRAIN, KEY_UNKNOWN},
    {"secret", "look", "look", KEYED, KEY_OK},
    {"secret", "look", "look", READ, KEY_OK},
    {"secret", "look", "look", PREDICT, KEY_OK},
    {"secret", "look", "look", TRAIN, KEY_SCOPE},
    {"secret", "look", "look", ADMIN, KEY_SCOPE},
    {"secret", "look", "secret", TRAIN, KEY_OK},
    {NULL, "look", NULL, READ, KEY_MISSING},
    {NULL, "look", "look", TRAIN, KEY_SCOPE},
};

START_TEST(keys_of_the_configuration)
{
    const struct keys k = {key_rows[_i].full, key_rows[_i].read};
    struct access who;

    ck_assert_int_eq(key_check(&who, &k, key_rows[_i].sent, &routes[key_rows[_i].row], NULL),
                     key_rows[_i].want);
    if (key_rows[_i].sent && key_rows[_i].full && strcmp(key_rows[_i].sent, "look") == 0)
        ck_assert_str_eq(who.name, ACCESS_READ_KEY);
}
END_TEST

/* ---- a keyring ---- */

static struct {
    bool needed;
    enum http_key_state state;
    struct access access;
} ring;

static bool needed(void *app)
{
    ck_assert_ptr_eq(app, &ring);
    return ring.needed;
}

static enum http_key_state find(void *app, const char *sent, struct access *out)
{
    ck_assert_ptr_eq(app, &ring);
    if (strcmp(sent, "ours") != 0)
        return HTTP_KEY_UNKNOWN;
    *out = ring.access;
    return ring.state;
}

static const struct http_keyring keyring = {needed, find};

static enum key_verdict ask(struct access *who, const char *sent, int row, const char *name)
{
    const struct keys k = {NULL, NULL, &keyring, &ring};

    return key_check(who, &k, sent, &routes[row], name);
}

/* Every scope against every route. */
START_TEST(each_scope_opens_its_routes_and_admin_all)
{
    static const unsigned needs[ROUTES] = {
        [READ] = SCOPE_READ,   [PREDICT] = SCOPE_PREDICT, [TRAIN] = SCOPE_TRAIN,
        [ADMIN] = SCOPE_ADMIN, [NAMED] = SCOPE_PREDICT,   [UNNAMED] = SCOPE_READ};
    struct access who;

    ring.needed = true;
    ring.state = HTTP_KEY_VALID;
    for (unsigned scopes = 0; scopes <= SCOPE_ALL; scopes++)
        for (int row = 0; row < ROUTES; row++) {
            bool opens = !needs[row] || (scopes & needs[row]) || (scopes & SCOPE_ADMIN);

            ring.access = (struct access){.name = "k", .scopes = scopes};
            ck_assert_msg(ask(&who, "ours", row, "x") == (opens ? KEY_OK : KEY_SCOPE),
                          "scopes %u, row %d", scopes, row);
            ck_assert_str_eq(key_scope_needed(&routes[row]),
                             needs[row] ? scope_name(needs[row]) : "");
        }
}
END_TEST

START_TEST(what_became_of_a_key_is_told_apart)
{
    static const enum key_verdict want[] = {KEY_UNKNOWN, KEY_OK, KEY_EXPIRED, KEY_REVOKED};
    struct access who;

    ring.needed = true;
    ring.access = (struct access){.name = "k", .scopes = SCOPE_ADMIN};
    for (int state = 0; state < 4; state++) {
        ring.state = (enum http_key_state)state;
        ck_assert_int_eq(ask(&who, "ours", READ, NULL), want[state]);
    }
    ck_assert_str_eq(who.name, "k");
    ck_assert_int_eq(ask(&who, "other", READ, NULL), KEY_UNKNOWN);
    ck_assert_str_eq(who.name, "");
    ck_assert_int_eq(ask(&who, NULL, READ, NULL), KEY_MISSING);
    ring.needed = false;
    ck_assert_int_eq(ask(&who, NULL, READ, NULL), KEY_OK);
}
END_TEST

START_TEST(a_pattern_binds_the_names_of_a_path)
{
    struct access who;

    ring.needed = true;
    ring.state = HTTP_KEY_VALID;
    ring.access =
        (struct access){.name = "k", .scopes = SCOPE_PREDICT | SCOPE_READ, .names = "sales-*"};
    ck_assert_int_eq(ask(&who, "ours", NAMED, "sales-eu"), KEY_OK);
    ck_assert_int_eq(ask(&who, "ours", NAMED, "stock"), KEY_NAME);
    ck_assert_int_eq(ask(&who, "ours", UNNAMED, "stock"), KEY_OK); /* the id of a job */
}
END_TEST

START_TEST(keys_come_in_two_headers)
{
    ck_assert_ptr_null(key_sent(NULL, NULL));
    ck_assert_str_eq(key_sent("Bearer abc", NULL), "abc");
    ck_assert_str_eq(key_sent("bearer   abc", NULL), "abc");
    ck_assert_str_eq(key_sent("Bearer abc", "x"), "abc");
    ck_assert_str_eq(key_sent("token  abc", "x"), "abc");
    ck_assert_str_eq(key_sent("Basic abc", "x"), "x");
    ck_assert_str_eq(key_sent(NULL, "x"), "x");
    ck_assert_ptr_null(key_sent("Basic abc", NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http keys");
    TCase *t = tcase_create("http keys");

    tcase_add_loop_test(t, keys_of_the_configuration, 0, sizeof(key_rows) / sizeof(key_rows[0]));
    tcase_add_test(t, each_scope_opens_its_routes_and_admin_all);
    tcase_add_test(t, what_became_of_a_key_is_told_apart);
    tcase_add_test(t, a_pattern_binds_the_names_of_a_path);
    tcase_add_test(t, keys_come_in_two_headers);
    suite_add_tcase(s, t);
    return suite_run(s);
}
