/* test_udpipe.c - UDPipe's REST service on the wire: forms of each kind, formats, keys, and hostile
 * input. */
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

#define FORM "application/x-www-form-urlencoded"

static void start(const char *const *args)
{
    daemon_init(&d);
    daemon_start(&d, args);
}

static void setup(void)
{
    static const char *const args[] = {"--udpipe", NULL};
    char *text = example("treebank.conllu");

    start(args);
    put(&r, &d, "/v1/datasets/treebank", "text/x-conllu", text, 201);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"english-toy\","
            "\"params\":{\"epochs\":3,\"members\":1}}",
            "succeeded");
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void send_form(const char *type, const char *body, long status)
{
    http_send(&r, &d,
              &(struct request){.method = "POST", .path = "/process", .type = type, .body = body});
    expect_status(&r, status, body);
}

static void expect_error(const char *query, long status, const char *text)
{
    char path[400], type[80];

    snprintf(path, sizeof(path), "/process?%s", query);
    get(&r, &d, path, status);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"),
                     "text/plain; charset=utf-8");
    ck_assert_msg(strstr(r.body, text) != NULL, "%s", r.body);
}

#define GOLD                                                                                       \
    "1\tThe\tthe\tDET\tDT\tDefinite=Def|PronType=Art\t_\t_\t_\t_\n"                                \
    "2\tdog\tdog\tNOUN\tNN\tNumber=Sing\t_\t_\t_\t"

START_TEST(it_is_there_only_when_it_is_switched_on)
{
    struct daemon other;

    daemon_init(&other);
    daemon_start(&other, NULL);
    get(&r, &other, "/models", 404);
    get(&r, &other, "/process?data=a", 404);
    daemon_free(&other);
    get(&r, &d, "/models", 200);
    ck_assert_str_eq(r.body, "{\"models\":{\"english-toy\":[\"tokenizer\",\"tagger\"]},"
                             "\"default_model\":\"english-toy\"}\n");
    send_form(FORM, "data=a", 400);
    http_send(&r, &d, &(struct request){.method = "POST", .path = "/models"});
    expect_status(&r, 200, "POST /models");
}
END_TEST

START_TEST(get_urlencoded_and_multipart_say_the_same)
{
    static const char parts[] =
        "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"in.txt\"\r\n"
        "Content-Type: text/plain\r\n\r\nThe dog ate.\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nenglish\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"tokenizer\"\r\n\r\n\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"tagger\"\r\n\r\n\r\n--x--\r\n";
    char *first;

    get(&r, &d, "/process?tokenizer&tagger&model=english&data=The%20dog%20ate.", 200);
    ck_assert_str_eq(text_at(r.json, "model"), "english-toy");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "result"), GOLD "_\n"));
    ck_assert(cJSON_IsArray(at(r.json, "acknowledgements")));
    ck_assert(!cJSON_HasObjectItem(r.json, "warnings"));
    first = strdup(r.body);
    send_form(FORM, "tokenizer=&tagger=&model=english&data=The+dog+ate.", 200);
    ck_assert_str_eq(r.body, first);
    send_form("multipart/form-data; boundary=x", parts, 200);
    ck_assert_str_eq(r.body, first);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/process?model=english&tagger&tokenizer",
                                .type = FORM,
                                .body = "data=The dog ate."});
    ck_assert_str_eq(r.body, first);
    free(first);
}
END_TEST

START_TEST(every_format_goes_in_and_out)
{
    send_form(FORM, "input=horizontal&tagger&data=The dog%0AIt ran .&output=vertical", 200);
    ck_assert_str_eq(text_at(r.json, "result"), "The\ndog\n\nIt\nran\n.\n\n");
    send_form(FORM, "input=vertical&tagger&data=The%09x%0Adog%0A%0AIt%0A&output=horizontal", 200);
    ck_assert_str_eq(text_at(r.json, "result"), "The dog\nIt\n");
    send_form(FORM, "input=vertical&tagger&data=The%0Adog%0A", 200);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "result"), GOLD "_\n"));
    send_form(FORM, "tokenizer=presegmented&output=horizontal&data=It ran. It ate.%0AThe dog", 200);
    ck_assert_str_eq(text_at(r.json, "result"), "It ran . It ate .\nThe dog\n");
    send_form(FORM, "input=generic_tokenizer&output=horizontal&data=The dog ate.", 200);
    ck_assert_str_eq(text_at(r.json, "result"), "The dog ate .\n");
    send_form(FORM, "tokenizer&data=", 200);
    ck_assert_ptr_null(strstr(text_at(r.json, "result"), "\n1\t"));
}
END_TEST

/* What other columns hold stays; a parse is not made up. */
START_TEST(conllu_keeps_what_is_not_tagged)
{
    send_form(
        FORM,
        "tagger&parser&data=# text = The dog%0A1%09The%09the%09_%09_%09A=B%092%09det%09_%09_%0A"
        "2%09dog%09dog%09_%09_%09_%090%09root%09_%09SpaceAfter=No%0A%0A",
        200);
    ck_assert_ptr_nonnull(strstr(
        text_at(r.json, "result"),
        "# text = The dog\n1\tThe\tthe\tDET\tDT\tDefinite=Def|PronType=Art\t2\tdet\t_\t_\n"));
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "warnings.0"), "parser"));
    send_form(FORM, "data=1%09The%09_%09X%09Y%09_%09_%09_%09_%09_%0A%0A", 200);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "result"), "1\tThe\t_\tX\tY\t_"));
}
END_TEST

/* A text that looks like a request in JSON is a text. */
START_TEST(text_is_never_taken_for_json)
{
    send_form(FORM, "tokenizer&output=horizontal&data={\"text\":\"The dog\"}", 200);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "result"), "{"));
}
END_TEST

START_TEST(faults_are_texts_with_a_status)
{
    expect_error("tokenizer", 422, "'data' is needed");
    expect_error("data=a&model=french&tokenizer", 404, "/models lists them");
    expect_error("data=a&tokenizer=ranges", 422, "'ranges'");
    expect_error("data=a&output=matxin", 422, "matxin");
    expect_error("data=a&input=epe", 422, "epe");
    expect_error("data=a", 400, "10 columns");
    get(&r, &d, "/process?data=a&data=b", 400);
    d.other_release = true; /* the contract does not list what is ignored */
    get(&r, &d, "/process?tokenizer&data=go&unknown=1", 200);
    d.other_release = false;
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/process",
                                .type = "application/json",
                                .body = "{\"data\":\"a\"}"});
    expect_status(&r, 415, "json");
}
END_TEST

static void send_repeated(const char *begin, const char *part, int count, long status)
{
    struct buf body;

    buf_init(&body, 1 << 26);
    buf_puts(&body, begin);
    for (int i = 0; i < count; i++)
        buf_puts(&body, part);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/process",
                                .type = FORM,
                                .body = body.data,
                                .len = body.len});
    expect_status(&r, status, begin);
    buf_release(&body);
}

START_TEST(hostile_forms_are_bounded)
{
    send_repeated("data=a&tokenizer", "&x", 100, 400);
    send_repeated("data=a", "&", 100000, 400);
    send_repeated("tokenizer&data=", "a", 9 << 20, 413);
    send_repeated("tokenizer&data=", "a b. ", 100000, 413); /* max_tokens_per_request */
    send_repeated("tokenizer&data=", "%01", 1000, 422);
    send_form(FORM, "data=%00", 400);
    send_form(FORM, "data=%c3", 400);
    send_form("multipart/form-data; boundary=x", "--y", 400);
    get(&r, &d, "/process?tokenizer&tagger&data=The+dog", 200);
}
END_TEST

START_TEST(keys_hold)
{
    static const char *const args[] = {"--udpipe", "--api-key", "root", NULL};
    char key[120];

    start(args);
    get_keyed(&r, &d, "", "/models", 401);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/keys",
                                .type = "application/json",
                                .body = "{\"name\":\"t\",\"scopes\":[\"train\"]}",
                                .headers = {"X-API-Key: root"}});
    expect_status(&r, 201, "key");
    snprintf(key, sizeof(key), "%s", text_at(r.json, "key"));
    get_keyed(&r, &d, key, "/models", 403);
    get_keyed(&r, &d, key, "/process?data=a&tokenizer", 403);
    get_keyed(&r, &d, "root", "/models", 200);
    get_keyed(&r, &d, "root", "/process?data=a&tokenizer", 404);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("udpipe");
    TCase *open = tcase_create("open"), *keys = tcase_create("keys");

    tcase_add_unchecked_fixture(open, setup, teardown);
    tcase_set_timeout(open, 120);
    tcase_add_test(open, it_is_there_only_when_it_is_switched_on);
    tcase_add_test(open, get_urlencoded_and_multipart_say_the_same);
    tcase_add_test(open, every_format_goes_in_and_out);
    tcase_add_test(open, conllu_keeps_what_is_not_tagged);
    tcase_add_test(open, text_is_never_taken_for_json);
    tcase_add_test(open, faults_are_texts_with_a_status);
    tcase_add_test(open, hostile_forms_are_bounded);
    tcase_add_checked_fixture(keys, NULL, teardown);
    tcase_add_test(keys, keys_hold);
    suite_add_tcase(s, open);
    suite_add_tcase(s, keys);
    return suite_run(s);
}
