/* test_config_render.c - the configuration as JSON: every key once, with its value and where that
 * came from, and no secret, by whatever means it was given. */
#include "server/config/config_render.h"
#include "tests/unit/server/config/given.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static cJSON *rendered(const struct config *c, char *text, size_t cap)
{
    struct buf b;
    cJSON *json;

    buf_init(&b, 1 << 20);
    config_render(&b, c);
    ck_assert_int_eq(b.st, ST_OK);
    ck_assert_uint_lt(b.len, cap);
    memcpy(text, b.data, b.len + 1);
    json = cJSON_Parse(b.data);
    ck_assert_ptr_nonnull(json);
    buf_release(&b);
    return json;
}

static const cJSON *item(const cJSON *json, const char *name)
{
    const cJSON *i;

    cJSON_ArrayForEach(
        i,
        cJSON_GetObjectItem(json, "items")) if (strcmp(cJSON_GetObjectItem(i, "name")->valuestring,
                                                       name) == 0) return i;
    ck_abort_msg("no item %s", name);
    return NULL;
}

static const char *member(const cJSON *json, const char *name, const char *of)
{
    return cJSON_GetObjectItem(item(json, name), of)->valuestring;
}

START_TEST(each_key_is_there_in_its_order)
{
    static char text[1 << 17];
    struct config c;
    struct err e;
    cJSON *json;
    const cJSON *i;
    int k = 0;

    ck_assert_int_eq(given_load(&c, "", NULL, NULL, &e), ST_OK);
    json = rendered(&c, text, sizeof(text));
    cJSON_ArrayForEach(i, cJSON_GetObjectItem(json, "items"))
    {
        struct config_key_info key = config_key(k++);

        ck_assert_str_eq(cJSON_GetObjectItem(i, "name")->valuestring, key.name);
        ck_assert_str_eq(cJSON_GetObjectItem(i, "default")->valuestring, key.fallback);
        ck_assert_str_eq(cJSON_GetObjectItem(i, "from")->valuestring, "default");
        if (cJSON_IsString(cJSON_GetObjectItem(i, "value")))
            ck_assert_str_eq(cJSON_GetObjectItem(i, "value")->valuestring, key.fallback);
    }
    ck_assert_int_eq(k, CONFIG_KEYS);
    cJSON_Delete(json);
    config_release(&c);
}
END_TEST

START_TEST(a_value_has_where_it_came_from)
{
    static char text[1 << 17];
    struct config c;
    struct err e;
    cJSON *json;

    ck_assert_int_eq(given_load(&c, "--workers 3", "LSTMD_MAX_QUEUE=7",
                                "max_body_bytes = 5K\nworkers = 9\n", &e),
                     ST_OK);
    json = rendered(&c, text, sizeof(text));
    ck_assert_str_eq(member(json, "workers", "value"), "3");
    ck_assert_str_eq(member(json, "workers", "from"), "flag");
    ck_assert_str_eq(member(json, "max_queue", "value"), "7");
    ck_assert_str_eq(member(json, "max_queue", "from"), "environment");
    ck_assert_str_eq(member(json, "max_body_bytes", "value"), "5K");
    ck_assert_str_eq(member(json, "max_body_bytes", "from"), "file");
    ck_assert_str_eq(member(json, "max_series", "from"), "default");
    cJSON_Delete(json);
    config_release(&c);
}
END_TEST

START_TEST(what_the_daemon_chooses_is_named)
{
    static char text[1 << 17];
    struct config c;
    struct err e;
    cJSON *json;

    ck_assert_int_eq(given_load(&c, "--http_threads 2", NULL, NULL, &e), ST_OK);
    json = rendered(&c, text, sizeof(text));
    ck_assert_double_eq(cJSON_GetObjectItem(item(json, "workers"), "chosen")->valuedouble,
                        config_workers(&c));
    ck_assert_double_gt(
        cJSON_GetObjectItem(item(json, "max_training_bytes"), "chosen")->valuedouble, 0);
    ck_assert_ptr_null(cJSON_GetObjectItem(item(json, "http_threads"), "chosen"));
    ck_assert_ptr_null(cJSON_GetObjectItem(item(json, "max_queue"), "chosen"));
    cJSON_Delete(json);
    config_release(&c);
}
END_TEST

/* By a flag, the environment, the file, and a file of keys. */
static const struct {
    const char *flags, *variable, *file, *name;
} secrets[] = {
    {"--api_key hush-hush", NULL, NULL, "api_key"},
    {"", "LSTMD_API_KEY=hush-hush", NULL, "api_key"},
    {"", NULL, "api_key = hush-hush\n", "api_key"},
    {"--api_key other-one", "LSTMD_READ_KEY=hush-hush", NULL, "read_key"},
};

START_TEST(no_secret_is_rendered)
{
    static char text[1 << 17];
    struct config c;
    struct err e;
    cJSON *json;

    ck_assert_int_eq(given_load(&c, secrets[_i].flags, secrets[_i].variable, secrets[_i].file, &e),
                     ST_OK);
    json = rendered(&c, text, sizeof(text));
    ck_assert_ptr_null(strstr(text, "hush"));
    ck_assert_ptr_null(strstr(text, "other-one"));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(item(json, secrets[_i].name), "value")));
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(item(json, secrets[_i].name), "given")));
    cJSON_Delete(json);
    config_release(&c);
}
END_TEST

/* The key of a file is kept where the other is. */
START_TEST(the_key_of_a_file_is_not_rendered)
{
    static char text[1 << 17];
    char path[] = "/tmp/lstmd-key-XXXXXX", flags[100];
    int fd = mkstemp(path);
    bool made = false;
    struct config c;
    struct err e;
    cJSON *json;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, "hush-hush\n", 10), 10);
    close(fd);
    (void)snprintf(flags, sizeof(flags), "--api_key_file %s", path);
    ck_assert_int_eq(given_load(&c, flags, NULL, NULL, &e), ST_OK);
    ck_assert_int_eq(config_secure(&c, false, &made, &e), ST_OK);
    ck_assert_str_eq(c.api_key, "hush-hush");
    json = rendered(&c, text, sizeof(text));
    ck_assert_ptr_null(strstr(text, "hush"));
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(item(json, "api_key"), "given")));
    cJSON_Delete(json);
    config_release(&c);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config render");
    TCase *t = tcase_create("config render");

    tcase_add_test(t, each_key_is_there_in_its_order);
    tcase_add_test(t, a_value_has_where_it_came_from);
    tcase_add_test(t, what_the_daemon_chooses_is_named);
    tcase_add_loop_test(t, no_secret_is_rendered, 0, sizeof(secrets) / sizeof(secrets[0]));
    tcase_add_test(t, the_key_of_a_file_is_not_rendered);
    suite_add_tcase(s, t);
    return suite_run(s);
}
