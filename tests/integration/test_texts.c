/* test_texts.c - data sets of kind text over HTTP. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

#define TEXT "text/plain"

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void send_to(const char *method, const char *path, const char *type, const char *body,
                    long expect)
{
    http_send(&r, &d,
              &(struct request){.method = method, .path = path, .type = type, .body = body});
    expect_status(&r, expect, path);
}

START_TEST(a_text_is_kept_and_comes_back)
{
    static char etag[200], value[120];

    put(&r, &d, "/v1/datasets/t?dry_run=1", TEXT, "The dog barks.\n", 200);
    ck_assert_str_eq(text_at(r.json, "kind"), "text");
    get(&r, &d, "/v1/datasets/t", 404);
    put(&r, &d, "/v1/datasets/t", TEXT, "The dog barks.\n", 201);
    ck_assert_str_eq(text_at(r.json, "kind"), "text");
    ck_assert_str_eq(text_at(r.json, "beginning"), "The dog barks.\n");
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "text");
    ck_assert_int_eq((int)number_at(r.json, "bytes"), 15);
    send_to("POST", "/v1/datasets/t/rows", TEXT, "A cat, 7 years old, sleeps.\n", 200);
    get(&r, &d, "/v1/datasets/t/data", 200);
    ck_assert_str_eq(r.body, "The dog barks.\nA cat, 7 years old, sleeps.\n");
    ck_assert_str_eq(reply_header(value, sizeof(value), &r, "Content-Type"),
                     "text/plain; charset=utf-8");
    get(&r, &d, "/v1/datasets/t", 200);
    ck_assert_int_eq((int)number_at(r.json, "bytes"), 43);
    snprintf(etag, sizeof(etag), "If-Match: %s", reply_header(value, sizeof(value), &r, "ETag"));
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/t",
                                .type = TEXT "; charset=windows-1252",
                                .body = "Gr\xfc\xdf"
                                        "e aus Z\xfcrich",
                                .headers = {etag}});
    expect_status(&r, 200, "If-Match that holds");
    ck_assert_str_eq(text_at(r.json, "beginning"), "Gr\xc3\xbc\xc3\x9f"
                                                   "e aus Z\xc3\xbcrich");
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/t",
                                .type = TEXT,
                                .body = "x",
                                .headers = {etag}});
    expect_status(&r, 412, "If-Match that no longer holds");
    get(&r, &d, "/v1/datasets", 200);
    ck_assert_str_eq(text_at(r.json, "items.0.kind"), "text");
    send_to("DELETE", "/v1/datasets/t", NULL, NULL, 204);
    get(&r, &d, "/v1/datasets/t", 404);
}
END_TEST

/* What was read before under this type is read as before. */
START_TEST(tables_and_tags_stay_what_they_are)
{
    static const struct {
        const char *query, *body, *kind;
    } rows[] = {
        {"", "ds,y\n2020-01,1\n2020-02,2\n", "series"},
        {"", "ds;y\n2020-01;1,5\n2020-02;2,5\n", "series"},
        {"", "The/DT dog/NN barks/VBZ\nA/DT cat/NN sleeps/VBZ\n", "tagged"},
        {"?kind=text", "ds,y\n2020-01,1\n2020-02,2\n", "text"},
        {"?kind=text", "1\n2\n", "text"},
        {"?kind=text", "{\"a\":1}", "text"},
        {"", "In the year 2020 all was well.", "text"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[64];

        snprintf(path, sizeof(path), "/v1/datasets/x%zu%s", i, rows[i].query);
        put(&r, &d, path, TEXT, rows[i].body, 201);
        ck_assert_str_eq(text_at(r.json, "kind"), rows[i].kind);
    }
    put(&r, &d, "/v1/datasets/csv?kind=text", "text/csv", "a,b\n1,2\n", 201);
    ck_assert_str_eq(text_at(r.json, "kind"), "text");
}
END_TEST

START_TEST(what_is_no_text_is_refused_with_the_way)
{
    static const struct {
        const char *path, *body, *says;
        long status;
    } rows[] = {
        {"/v1/datasets/x", "1\n2\n3\n", "?kind=text", 415},
        {"/v1/datasets/x", "{\"text\":\"The dog\"}", "application/json", 415},
        {"/v1/datasets/x", "It rained in 2020,\nbut in 2021, not at all", "?kind=text", 422},
        {"/v1/datasets/x?kind=text", " \n", "blank", 422},
        {"/v1/datasets/x?kind=text&fill=zero", "a", "fill= goes with series", 400},
        {"/v1/datasets/x?kind=text&time=ds", "a", "time= goes with tables", 400},
        {"/v1/datasets/x?kind=words", "a", "kind", 400},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put(&r, &d, rows[i].path, TEXT, rows[i].body, rows[i].status);
        ck_assert_msg(strstr(r.body, rows[i].says) != NULL, "%s", r.body);
    }
    put(&r, &d, "/v1/datasets/t", TEXT, "The dog barks.", 201);
    send_to("POST", "/v1/datasets/t/rows", "text/csv", "ds,y\n2020-01,1\n", 409);
    send_to("POST", "/v1/jobs", "application/json",
            "{\"task\":\"tag\",\"dataset\":\"t\",\"model\":\"m\"}", 422);
    ck_assert_ptr_nonnull(strstr(r.body, "a model tags it"));
    send_to("POST", "/v1/jobs", "application/json",
            "{\"task\":\"forecast\",\"dataset\":\"t\",\"model\":\"m\"}", 422);
    get(&r, &d, "/v1/datasets/t/data?max_points=5", 400);
    http_send(&r, &d,
              &(struct request){.method = "GET",
                                .path = "/v1/datasets/t/data",
                                .headers = {"Accept: application/json"}});
    expect_status(&r, 406, "a text as JSON");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("texts");
    TCase *t = tcase_create("texts");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_text_is_kept_and_comes_back);
    tcase_add_test(t, tables_and_tags_stay_what_they_are);
    tcase_add_test(t, what_is_no_text_is_refused_with_the_way);
    suite_add_tcase(s, t);
    return suite_run(s);
}
