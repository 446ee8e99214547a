/* test_kserve.c - the Open Inference Protocol as handlers. */
#include "server/protocols/kserve/kserve.h"

#include "tests/unit/server/api/handler.h"

#include <string.h>

static struct call of(http_handler *handler, const char *model, const char *version)
{
    return (struct call){.handler = handler, .method = HTTP_GET, .param = {model, version}};
}

static void infer(int status, const char *model, const char *body)
{
    struct call c = of(kserve_infer, model, NULL);

    c.method = HTTP_POST;
    c.type = "application/json";
    c.body = body;
    expect(status, &c);
}

START_TEST(the_server_and_its_models_describe_themselves)
{
    struct call c = of(kserve_server, NULL, NULL);

    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    expect(200, &c);
    ck_assert_str_eq(text("name"), "lstmd");
    c.handler = kserve_live;
    expect(200, &c);
    ck_assert(cJSON_IsTrue(member("live")));
    c = of(kserve_model, "f", NULL);
    expect(200, &c);
    ck_assert_str_eq(text("inputs/0/name"), "history");
    ck_assert_str_eq(text("versions/0"), "1");
    c = of(kserve_model, "t", "1");
    expect(200, &c);
    ck_assert_str_eq(text("inputs/0/datatype"), "BYTES");
    c = of(kserve_model_ready, "t", "latest");
    expect(200, &c);
    ck_assert(cJSON_IsTrue(member("ready")));
    c = of(kserve_model_ready, "t", "2");
    expect(404, &c);
    (void)text("error");
    c = of(kserve_model, "none", NULL);
    expect(404, &c);
    (void)text("error");
}
END_TEST

START_TEST(texts_are_tagged)
{
    import("t", "tagger-plain");
    infer(200, "t",
          "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"The "
          "dog\"]}]}");
    ck_assert_str_eq(text("outputs/0/data/0"), "The dog");
    ck_assert_str_eq(text("model_version"), "1");
    infer(409, "t",
          "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}]}");
    (void)text("error");
}
END_TEST

START_TEST(faults_are_errors_of_the_protocol)
{
    const struct access key = {.id = 1, .name = "k", .scopes = SCOPE_PREDICT, .names = "a*"};
    struct call c = of(kserve_infer, "t", NULL);

    import("t", "tagger-plain");
    infer(400, "t", "{");
    (void)text("error");
    infer(422, "t", "{}");
    ck_assert_ptr_nonnull(strstr(text("error"), "/inputs"));
    c.method = HTTP_POST;
    c.body =
        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}]}";
    c.key = &key;
    expect(403, &c);
    ck_assert_ptr_nonnull(strstr(text("error"), "names that match"));
    c.key = NULL;
    c.header[0] = (struct http_pair){"Inference-Header-Content-Length", "3"};
    expect(415, &c);
    ck_assert_ptr_nonnull(strstr(text("error"), "binary"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_server_and_its_models_describe_themselves,
        texts_are_tagged,
        faults_are_errors_of_the_protocol,
    };

    return handler_run(suite_create("kserve"), tests, sizeof(tests) / sizeof(tests[0]));
}
