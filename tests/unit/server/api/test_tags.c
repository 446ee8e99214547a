/* test_tags.c - tags of text, tokens, sentences and CoNLL-U. */
#include "tests/unit/server/api/handler.h"

#include <string.h>

static struct call post(const char *type, const char *body)
{
    return (struct call){
        .handler = api_tag_post, .method = HTTP_POST, .param = {"t"}, .type = type, .body = body};
}

START_TEST(a_text_is_split_and_tagged)
{
    import("t", "tagger-plain");
    expect(200,
           &(struct call){.handler = api_tag_get, .param = {"t"}, .query = {{"text", "A b."}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("sentences/0/tokens")), 3);
    ck_assert_int_eq(cJSON_GetArraySize(member("sentences/0/tags")), 3);
    ck_assert_int_eq((int)number("sentences/0/start/2"), 3);
    ck_assert_int_eq((int)number("sentences/0/end/2"), 4);
    ck_assert_double_gt(number("sentences/0/scores/0"), 0.5); /* of two tags, the likelier */
}
END_TEST

START_TEST(every_form_of_a_sentence_has_the_same_tags)
{
    static const struct {
        const char *type, *body;
    } forms[] = {
        {"application/json", "{\"tokens\":[\"the\",\"dog\"]}"},
        {"application/json", "{\"sentences\":[[\"the\",\"dog\"]]}"},
        {"application/json", "{\"sentences\":[{\"tokens\":[\"the\",\"dog\"]}]}"},
        {"application/json", "{\"text\":\"the dog\"}"},
        {"text/plain", "the dog"},
        {"text/x-conllu", "1\tthe\t_\t_\t_\t_\t_\t_\t_\t_\n2\tdog\t_\t_\t_\t_\t_\t_\t_\t_\n\n"},
    };

    import("t", "tagger-plain");
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct call c = post(forms[i].type, forms[i].body);

        c.header[0] = (struct http_pair){"Accept", "application/json"};
        expect(200, &c);
        ck_assert_str_eq(text("sentences/0/tokens/1"), "dog");
        ck_assert_str_eq(text("sentences/0/tags/1"), "A");
    }
}
END_TEST

/* A text without a word has no sentence in every form of it. */
START_TEST(nothing_has_no_sentence)
{
    static const struct {
        const char *type, *body;
    } forms[] = {
        {"application/json", "{\"text\":\"\"}"},
        {"application/json", "{\"text\":\" \\n\"}"},
        {"application/json", "{\"texts\":[]}"},
        {"application/json", "{\"texts\":[\"\"]}"},
        {"application/json", "{\"sentences\":[]}"},
        {"text/plain", ""},
        {"text/plain", " \n"},
        {"text/x-conllu", ""},
        {"text/x-conllu", "# a\n\n"},
        {"text/tab-separated-values", ""},
        {"text/tab-separated-values", " \r\n"},
        {"text/tab-separated-values", "\xEF\xBB\xBF\n"},
    };

    import("t", "tagger-plain");
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct call c = post(forms[i].type, forms[i].body);

        c.header[0] = (struct http_pair){"Accept", "application/json"};
        expect(200, &c);
        ck_assert_int_eq(cJSON_GetArraySize(member("sentences")), 0);
    }
}
END_TEST

START_TEST(scores_of_all_tags_are_asked_for)
{
    struct call c = post("application/json", "{\"tokens\":[\"the\"]}");

    import("t", "tagger-plain");
    c.query[0] = (struct http_pair){"all_scores", "1"};
    c.query[1] = (struct http_pair){"probabilities", "1"};
    expect(200, &c);
    c.query[0] = (struct http_pair){"top_k", "2"};
    c.query[1] = (struct http_pair){NULL, NULL};
    expect(200, &c);
    c.header[0] = (struct http_pair){"Accept", "text/x-conllu"};
    c.query[0] = (struct http_pair){NULL, NULL};
    ck_assert(strstr(expect(200, &c)->body, "1\tthe\t_\tA\t") != NULL);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    static const struct {
        const char *body, *place;
    } bad[] = {
        {"{\"tokens\":\"the\"}", "/tokens"},
        {"{\"tokens\":[\"the\",1]}", "/tokens/1"},
        {"{\"sentences\":[[\"a\"],1]}", "/sentences/1"},
        {"{\"sentences\":[{\"tokens\":[\"a\",\"\"]}]}", "/sentences/0/tokens/1"},
        {"{\"sentences\":{}}", "/sentences"},
        {"{\"txt\":\"a\"}", "/txt"},
    };
    struct call c = post("image/png", "x");

    import("t", "tagger-plain");
    import("f", "forecaster-fitted");
    expect_problem(415, NULL, &c);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        c = post("application/json", bad[i].body);
        expect_problem(422, bad[i].place, &c);
    }
    c = post("text/plain", "a");
    c.param[0] = "f";
    expect_problem(409, NULL, &c);
    c.param[0] = "x";
    expect_problem(404, NULL, &c);
}
END_TEST

START_TEST(a_request_has_a_number_of_tokens)
{
    struct call c = post("application/json", "{\"tokens\":[\"a\",\"b\",\"c\"]}");

    import("t", "tagger-plain");
    handler_app()->max_tokens_per_request = 3;
    expect(200, &c);
    handler_app()->max_tokens_per_request = 2;
    expect(413, &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_text_is_split_and_tagged, every_form_of_a_sentence_has_the_same_tags,
        nothing_has_no_sentence,    scores_of_all_tags_are_asked_for,
        what_is_wrong_is_named,     a_request_has_a_number_of_tokens,
    };

    return handler_run(suite_create("api tags"), tests, sizeof(tests) / sizeof(tests[0]));
}
