/* test_udpipe.c - /models and /process as handlers. */
#include "server/protocols/udpipe/udpipe.h"

#include "tests/unit/server/api/handler.h"

#include <string.h>

static const struct call models = {.handler = udpipe_models, .method = HTTP_GET};

static struct call process(const char *model)
{
    return (struct call){.handler = udpipe_process,
                         .method = HTTP_GET,
                         .query = {{"data", "The dog"},
                                   {"tokenizer", ""},
                                   {"tagger", ""},
                                   {model ? "model" : NULL, model}}};
}

static void expect_text(int status, const char *part, const struct call *c)
{
    const struct reply *r = expect(status, c);

    ck_assert_str_eq(r->type, "text/plain; charset=utf-8");
    ck_assert_msg(strstr(r->body, part) != NULL, "%s", r->body);
}

START_TEST(only_taggers_are_models)
{
    expect(200, &models);
    ck_assert_str_eq(text("default_model"), "");
    import("f", "forecaster-fitted");
    import("english-plain", "tagger-plain");
    expect(200, &models);
    ck_assert_int_eq(cJSON_GetArraySize(member("models")), 1);
    ck_assert_str_eq(text("models/english-plain/0"), "tokenizer");
    ck_assert_str_eq(text("models/english-plain/1"), "tagger");
    ck_assert_str_eq(text("default_model"), "english-plain");
}
END_TEST

START_TEST(a_model_is_found_by_its_name_its_beginning_or_by_default)
{
    struct call c = process(NULL);

    expect_text(404, "no tagger was trained", &c);
    import("english-plain", "tagger-plain");
    import("f", "forecaster-fitted");
    expect(200, &c);
    ck_assert_str_eq(text("model"), "english-plain");
    ck_assert_ptr_nonnull(strstr(text("result"), "1\tThe\t_\t"));
    c = process("english");
    expect(200, &c);
    ck_assert_str_eq(text("model"), "english-plain");
    c = process("english-plain");
    expect(200, &c);
    c = process("eng");
    expect_text(404, "begins with it and '-'", &c);
    c = process("f");
    expect_text(409, "makes forecasts", &c);
}
END_TEST

START_TEST(a_key_tags_by_the_models_of_its_names)
{
    const struct access key = {
        .id = 1, .name = "k", .scopes = SCOPE_READ | SCOPE_PREDICT, .names = "eng*"};
    struct call c = process(NULL);

    import("english-plain", "tagger-plain");
    import("zulu", "tagger-plain");
    c.key = &key;
    expect(200, &c);
    ck_assert_str_eq(text("model"), "english-plain");
    c = process("zulu");
    c.key = &key;
    expect_text(403, "names that match", &c);
}
END_TEST

START_TEST(faults_are_texts)
{
    const struct call nothing = {.handler = udpipe_process, .method = HTTP_GET};
    const struct call conllu = {
        .handler = udpipe_process, .method = HTTP_GET, .query = {{"data", "not conllu"}}};

    import("t", "tagger-plain");
    expect_text(422, "'data' is needed", &nothing);
    expect_text(400, "10 columns", &conllu);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        only_taggers_are_models,
        a_model_is_found_by_its_name_its_beginning_or_by_default,
        a_key_tags_by_the_models_of_its_names,
        faults_are_texts,
    };

    return handler_run(suite_create("udpipe"), tests, sizeof(tests) / sizeof(tests[0]));
}
