/* test_config_keys.c - sources of keys, and whether the API may be open. */
#include "server/config/config.h"
#include "tests/unit/server/config/given.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* ---- keys, and what is open ---- */

static const struct {
    const char *flags, *message; /* NULL: good */
    bool keys;                   /* in the database */
} secured[] = {
    {"", NULL},
    {"--listen 127.0.0.1:0", NULL},
    {"--listen 127.8.8.8:80", NULL},
    {"--listen [::1]:80", NULL},
    {"--listen [::ffff:127.0.0.1]:80", NULL},
    {"--listen 0.0.0.0:80",
     "listen is 0.0.0.0:80, which other machines reach, and there is no key"},
    {"--listen [::]:80", "--insecure leaves the API open"},
    {"--listen 192.0.2.1:80", "make a key with lstmd key add, or listen on 127.0.0.1"},
    {"--listen 128.0.0.1:80", "there is no key"},
    {"--listen [::ffff:192.0.2.1]:80", "there is no key"},
    {"--listen [2001:db8::1]:80", "there is no key"},
    {"--listen 0.0.0.0:80", NULL, true},
    {"--cors_origins *", "cors_origins is *"},
    {"--cors_origins *", NULL, true},
    {"--cors_origins * --api_key hush", NULL},
    {"--listen 0.0.0.0:80 --insecure", NULL},
    {"--listen 0.0.0.0:80 --insecure=false", "there is no key"},
    {"--listen 0.0.0.0:80 --api_key hush", NULL},
    {"--listen 0.0.0.0:80 --api_key_file /nonexistent/key", "/nonexistent/key cannot be read"},
    {"--insecure --api_key_file /nonexistent/key", "api_key_file: key file /nonexistent/key"},
    {"--api_key_generate", "api_key_file is not set"},
    {"--listen 0.0.0.0:80 --api_key_generate --api_key_file /nonexistent/key --insecure", NULL},
    {"--api_key hush --read_key_file /nonexistent/key", "read_key_file: key file /nonexistent"},
};

START_TEST(without_a_key_nothing_is_open_beyond_loopback)
{
    struct config c;
    struct err e;
    bool made;
    enum status st;

    ck_assert_msg(given_load(&c, secured[_i].flags, NULL, NULL, &e) == ST_OK, "%s", e.message);
    st = config_secure(&c, true, &made, &e);
    if (!st)
        st = config_check_exposure(&c, secured[_i].keys, &e);
    ck_assert_msg((st == ST_OK) == !secured[_i].message, "%s: %d %s", secured[_i].flags, st,
                  e.message);
    if (secured[_i].message)
        ck_assert_msg(strstr(e.message, secured[_i].message) != NULL, "%s: %s", secured[_i].flags,
                      e.message);
    ck_assert(!made);
    config_release(&c);
}
END_TEST

/* A key file with "filed" in it; its path. */
static const char *key_file(void)
{
    static char name[64];
    int fd;

    (void)snprintf(name, sizeof name, "/tmp/lstmd-key-XXXXXX");
    fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, "filed\n", 6), 6);
    close(fd);
    return name;
}

/* %s: the key file. */
static const struct {
    const char *flags, *variable, *file, *key;
    bool over;
} sources[] = {
    {"--api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-file %s", NULL, "api_key =\n", "filed", false},
    {"--api-key-file %s --api-key flag", NULL, NULL, "flag", false},
    {"--api-key-file %s", "LSTMD_API_KEY=env", NULL, "filed", true},
    {"--api-key-file %s", NULL, "api_key = file\n", "filed", true},
    {"--insecure --api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-generate --api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-generate --insecure --api-key-file %s", NULL, NULL, "", false},
};

START_TEST(the_stronger_source_of_a_key_counts)
{
    const char *name = key_file(), *hole = strstr(sources[_i].flags, "%s");
    char flags[200];
    struct config c;
    struct err e;
    bool made;

    (void)snprintf(flags, sizeof flags, "%.*s%s%s", (int)(hole - sources[_i].flags),
                   sources[_i].flags, name, hole + 2);
    ck_assert_msg(given_load(&c, flags, sources[_i].variable, sources[_i].file, &e) == ST_OK, "%s",
                  e.message);
    ck_assert_msg(config_secure(&c, true, &made, &e) == ST_OK, "%s", e.message);
    ck_assert_str_eq(c.api_key, sources[_i].key);
    ck_assert(!made);
    for (int k = 0; k < CONFIG_KEYS; k++)
        ck_assert(c.over_key[k] ==
                  (sources[_i].over && strcmp(config_key(k).name, "api_key") == 0));
    config_release(&c);
    unlink(name);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config_keys");
    TCase *t = tcase_create("all");

    tcase_add_loop_test(t, without_a_key_nothing_is_open_beyond_loopback, 0, COUNT(secured));
    tcase_add_loop_test(t, the_stronger_source_of_a_key_counts, 0, COUNT(sources));
    suite_add_tcase(s, t);
    return suite_run(s);
}
