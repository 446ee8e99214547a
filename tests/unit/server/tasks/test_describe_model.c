/* test_describe_model.c - the description of an imported checkpoint. */
#include "server/tasks/describe_model.h"
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct model_description d;
static cJSON *details, *params;

static char *file_of(size_t *len, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "tests/fuzz/corpus/safetensors/%s", name);
    return api_file(len, path);
}

static void describe_bytes(const void *bytes, size_t len)
{
    struct err e = {0};

    ck_ok(describe_model(&d, bytes, len, &e), &e);
    details = cJSON_Parse(d.details);
    params = cJSON_Parse(d.params);
    ck_assert(details && params);
}

static void describe(const char *name)
{
    size_t len;
    char *bytes = file_of(&len, name);

    describe_bytes(bytes, len);
    free(bytes);
}

static void forget(void)
{
    cJSON_Delete(details);
    cJSON_Delete(params);
    model_description_release(&d);
    ck_assert(!d.params && !d.details);
}

START_TEST(a_forecaster_is_its_series)
{
    describe("forecaster-fitted");
    ck_assert_int_eq(d.task, TASK_FORECAST);
    ck_assert_int_eq(d.parameter_count, 40);
    ck_assert_str_eq(json_text_at(details, "series/0/id"), "a");
    ck_assert_int_eq((int)json_number_at(details, "num_series"), json_count_at(details, "series"));
    ck_assert_double_eq(json_number_at(details, "horizon"), json_number_at(params, "horizon"));
    ck_assert_ptr_nonnull(json_at(params, "hidden_size"));
    ck_assert_ptr_null(json_at(params, "embedding_dim")); /* of a tagger */
    forget();
}
END_TEST

START_TEST(a_tagger_is_its_tags)
{
    describe("tagger-plain");
    ck_assert_int_eq(d.task, TASK_TAG);
    ck_assert_int_eq(d.parameter_count, 23);
    ck_assert_int_gt(json_count_at(details, "tags"), 0);
    ck_assert_str_eq(json_text_at(details, "tokenizer"), "unicode");
    ck_assert_ptr_nonnull(json_at(params, "embedding_dim"));
    ck_assert_ptr_null(json_at(params, "horizon"));
    forget();
}
END_TEST

static struct tokenizer *small_tokenizer(void)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *k;
    struct marked m;
    struct text_view v;

    p.epochs = 1;
    sample_random_text(&m, 20, 3);
    v = marked_view(&m);
    k = sample_fit(&v, 1, &p, NULL);
    marked_release(&m);
    return k;
}

/* The tokenizer lies in the tagger's file; its parameters count too. */
START_TEST(a_learned_tokenizer_is_part_of_the_model)
{
    struct tokenizer *k = small_tokenizer();
    struct checkpoint *c = NULL;
    struct err e = {0};
    size_t len;
    char *file = file_of(&len, "tagger-plain");
    uint8_t *both = NULL;

    ck_ok(checkpoint_read(&c, (const uint8_t *)file, len, &e), &e);
    ck_ok(tokenizer_save(k, c, &e), &e);
    ck_ok(checkpoint_write(&both, &len, c, &e), &e);
    describe_bytes(both, len);
    ck_assert_str_eq(json_text_at(details, "tokenizer"), "learned");
    ck_assert_int_eq(d.parameter_count, 23 + tokenizer_num_params(k));
    forget();
    checkpoint_free(c);
    tokenizer_free(k);
    free(file);
    free(both);
}
END_TEST

START_TEST(what_is_no_model_is_refused)
{
    static const char *const bad[] = {"", "no checkpoint", "\x08\0\0\0\0\0\0\0{}      "};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err e = {0};

        memset(&d, 0xFF, sizeof(d));
        ck_status(describe_model(&d, (const uint8_t *)bad[i], i == 2 ? 16 : strlen(bad[i]), &e),
                  ST_CORRUPT, &e);
        ck_assert(!d.params && !d.details);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks describe model");
    TCase *t = tcase_create("describe_model");

    tcase_add_test(t, a_forecaster_is_its_series);
    tcase_add_test(t, a_tagger_is_its_tags);
    tcase_add_test(t, a_learned_tokenizer_is_part_of_the_model);
    tcase_add_test(t, what_is_no_model_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
