/* test_bodies.c - bodies as clients pack them: gzip, forms with a file; and answers as gzip. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CSV "text/csv"

static struct daemon d;
static struct reply r;
static char packed[1 << 20];

static void setup(void)
{
    static const char *const args[] = {"--max-body-bytes", "4194304", NULL};

    daemon_init(&d);
    daemon_start(&d, args);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ---- packed bodies ---- */

static size_t pack(const char *text, size_t n)
{
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
    z.next_in = (unsigned char *)text;
    z.avail_in = (unsigned)n;
    z.next_out = (unsigned char *)packed;
    z.avail_out = sizeof(packed);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_int_eq(deflateEnd(&z), Z_OK);
    return z.total_out;
}

static void send_packed(const char *method, const char *path, const char *type, size_t n,
                        long expect)
{
    http_send(&r, &d,
              &(struct request){.method = method,
                                .path = path,
                                .type = type,
                                .body = packed,
                                .len = n,
                                .headers = {"Content-Encoding: gzip"}});
    expect_status(&r, expect, path);
}

START_TEST(packed_uploads_are_read)
{
    static const char rows[] = "month,y\n2020-01,1\n2020-02,2\n", more[] = "month,y\n2020-03,3\n";

    send_packed("PUT", "/v1/datasets/a", CSV, pack(rows, strlen(rows)), 201);
    send_packed("POST", "/v1/datasets/a/rows", CSV, pack(more, strlen(more)), 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
    send_packed("PUT", "/v1/datasets/b", NULL, pack(rows, strlen(rows)),
                201); /* known as CSV by its first bytes */
    send_packed("PUT", "/v1/datasets/c", CSV, pack(rows, strlen(rows)) - 1, 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "within its gzip data"));
    get(&r, &d, "/v1/datasets/c", 404);
}
END_TEST

START_TEST(a_bomb_is_refused_before_it_is_held)
{
    size_t n = 64 << 20;
    char *zeros = calloc(1, n);

    ck_assert_ptr_nonnull(zeros);
    send_packed("PUT", "/v1/datasets/bomb", CSV, pack(zeros, n), 413);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "max_body_bytes"));
    send_packed("POST", "/v1/jobs", "application/json", pack(zeros, n), 413);
    send_packed("POST", "/v1/models/m/forecast", "application/json", pack(zeros, n), 413);
    free(zeros);
    get(&r, &d, "/v1/datasets/bomb", 404);
}
END_TEST

/* ---- forms ---- */

#define FORM "multipart/form-data; boundary=----form"
#define FILE_AS(name, type)                                                                        \
    "------form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name                \
    "\"\r\nContent-Type: " type "\r\n\r\n"
#define FIELD(name, value)                                                                         \
    "------form\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define END "\r\n------form--\r\n"

static void send_form(const char *method, const char *path, const char *body, long expect)
{
    http_send(&r, &d,
              &(struct request){.method = method, .path = path, .type = FORM, .body = body});
    expect_status(&r, expect, path);
}

START_TEST(a_form_with_a_file_is_that_file)
{
    send_form("PUT", "/v1/datasets/form",
              FIELD("frequency", "M") FIELD("target", "") FILE_AS(
                  "my file.csv", "application/vnd.ms-excel") "when,y\n2020-01,1\n2020-02,2\n" END,
              201);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 2);
    send_form("POST", "/v1/datasets/made", FILE_AS("x.csv", CSV) "when,y\n2020-01,5\n" END, 201);
    send_form("POST", "/v1/datasets/form", FILE_AS("x.csv", CSV) "when,y\n2020-01,5\n" END, 409);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "POST /v1/datasets/form/rows appends"));
    send_form("POST", "/v1/datasets/form/rows",
              FILE_AS("x.csv", "application/octet-stream") "when,y\n2020-03,3\n" END, 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
    send_form("PUT", "/v1/datasets/json",
              FILE_AS("x.json", "application/octet-stream") "{\"values\":[1,2]}" END, 201);
    send_form(
        "PUT", "/v1/datasets/words",
        FILE_AS("x.conllu", "application/octet-stream") "1\tdog\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n" END,
        201);
    ck_assert_str_eq(text_at(r.json, "kind"), "tagged");
    /* a parameter in both the form and the query is refused */
    send_form("PUT", "/v1/datasets/form?frequency=M",
              FIELD("frequency", "D") FILE_AS("x.csv", CSV) "when,y\n2020-01,1\n" END, 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "given twice"));
    ck_assert_str_eq(text_at(r.json, "errors.0.parameter"), "frequency");
    send_form("PUT", "/v1/datasets/form", FIELD("data", "when,y") END, 400);
    send_form("PUT", "/v1/datasets/form", FILE_AS("x.png", "image/png") "x" END, 415);
    send_form("POST", "/v1/jobs", FILE_AS("x.json", "application/json") "{}" END, 415);
    get(&r, &d, "/v1/datasets/form", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
}
END_TEST

/* A page can send a form anywhere without asking first. */
START_TEST(forms_of_foreign_pages_change_nothing)
{
    static const char *const foreign[] = {"Origin: https://evil.test", "Origin: null",
                                          "Sec-Fetch-Site: cross-site",
                                          "Sec-Fetch-Site: same-site"};

    put(&r, &d, "/v1/datasets/a", CSV, "month,y\n2020-01,1\n", 201);
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        http_send(&r, &d,
                  &(struct request){.method = "POST",
                                    .path = "/v1/datasets/a/rows",
                                    .type = FORM,
                                    .body = FILE_AS("x.csv", CSV) "month,y\n2020-02,2\n" END,
                                    .headers = {foreign[i]}});
        expect_status(&r, 403, foreign[i]);
    }
    get(&r, &d, "/v1/datasets/a", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 1);
}
END_TEST

/* ---- packed answers ---- */

static void get_packed(const char *path, const char *condition, long expect)
{
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = path, .headers = {"Accept-Encoding: gzip", condition}});
    expect_status(&r, expect, path);
}

static void put_rows(const char *path, int n)
{
    char *text = malloc(64 + 24 * (size_t)n);
    size_t used;

    ck_assert_ptr_nonnull(text);
    used = (size_t)sprintf(text, "y\n");
    for (int i = 0; i < n; i++)
        used += (size_t)sprintf(text + used, "%d.25\n", i % 100);
    put(&r, &d, path, CSV, text, 201);
    free(text);
}

START_TEST(answers_are_packed_for_who_reads_gzip)
{
    char coding[40], etag[100], condition[140];
    size_t len;

    put_rows("/v1/datasets/small", 1000);
    put_rows("/v1/datasets/large", 100000);
    for (int i = 0; i < 2; i++) {
        const char *path = i ? "/v1/datasets/large/data" : "/v1/datasets/small/data";
        char *plain;

        get(&r, &d, path, 200);
        ck_assert_str_eq(reply_header(coding, sizeof(coding), &r, "Content-Encoding"), "");
        ck_assert_str_eq(reply_header(coding, sizeof(coding), &r, "Vary"),
                         "Accept, Accept-Encoding");
        plain = strdup(r.body);
        get_packed(path, NULL, 200);
        ck_assert_str_eq(reply_header(coding, sizeof(coding), &r, "Content-Encoding"), "gzip");
        ck_assert_int_eq(strcmp(r.body, plain), 0);
        len = (size_t)strtol(reply_header(coding, sizeof(coding), &r, "Content-Length"), NULL, 10);
        ck_assert_uint_lt(len, strlen(plain) / 3);
        free(plain);
        reply_header(etag, sizeof(etag), &r, "ETag");
        ck_assert_str_eq(etag + strlen(etag) - 6, "-gzip\"");
        snprintf(condition, sizeof(condition), "If-None-Match: %s", etag);
        get_packed(path, condition, 304);
    }
    get_packed("/openapi.json", NULL, 200);
    ck_assert_str_eq(reply_header(coding, sizeof(coding), &r, "Content-Encoding"), "gzip");
    get_packed("/healthz", NULL, 200);
    ck_assert_str_eq(reply_header(coding, sizeof(coding), &r, "Content-Encoding"), "");
}
END_TEST

/* A client that reads gzip has the ETag of the compressed answer, and sends it as a condition. */
START_TEST(a_tag_of_a_packed_answer_guards_a_change)
{
    char etag[100], condition[140];
    char body[8192] = "m,";
    size_t n = 2;

    for (int i = 0; i < 200; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "a_long_name_of_column_%03d%s", i,
                              i < 199 ? "," : "\n2020-01");
    for (int i = 0; i < 200; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, ",1");
    put(&r, &d, "/v1/datasets/a", CSV, body, 201);
    get_packed("/v1/datasets/a", NULL, 200);
    reply_header(etag, sizeof(etag), &r, "ETag");
    ck_assert_str_eq(etag + strlen(etag) - 6, "-gzip\"");
    snprintf(condition, sizeof(condition), "If-Match: %s", etag);
    for (int i = 0; i < 2; i++) {
        http_send(&r, &d,
                  &(struct request){.method = "PUT",
                                    .path = "/v1/datasets/a",
                                    .type = CSV,
                                    .body = "m,y\n2020-01,2\n",
                                    .headers = {condition}});
        expect_status(&r, i ? 412 : 200, "PUT");
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bodies");
    TCase *t = tcase_create("bodies");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, packed_uploads_are_read);
    tcase_add_test(t, a_bomb_is_refused_before_it_is_held);
    tcase_add_test(t, a_form_with_a_file_is_that_file);
    tcase_add_test(t, forms_of_foreign_pages_change_nothing);
    tcase_add_test(t, answers_are_packed_for_who_reads_gzip);
    tcase_add_test(t, a_tag_of_a_packed_answer_guards_a_change);
    suite_add_tcase(s, t);
    return suite_run(s);
}
