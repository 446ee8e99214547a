/* test_form.c - a form with a file, as the handler sees it: like the file itself. */
#include "server/http/form.h"

#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

/* ---- types ---- */

static const struct {
    const char *type, *name, *is;
    bool gzip;
} types[] = {
    {"text/csv", "x.json", "text/csv", false},
    {"Text/CSV; charset=latin1", "", "text/csv", false},
    {"", "x.CSV", "text/csv", false},
    {"application/octet-stream", "x.tsv", "text/tab-separated-values", false},
    {"application/octet-stream", "x.json", "application/json", false},
    {"application/octet-stream", "x.jsonl", "application/jsonl", false},
    {"application/octet-stream", "x.ndjson", "application/jsonl", false},
    {"application/octet-stream", "x.conllu", "text/x-conllu", false},
    {"application/octet-stream", "utf-8''x.txt", "text/plain", false},
    {"application/octet-stream", "blob", "", false},
    {"application/vnd.ms-excel", "x.csv", "text/csv", false},
    {"application/vnd.ms-excel", "x.xls", "", false},
    {"text/plain", "x.csv", "text/csv", false},
    {"text/plain", "notes", "text/plain", false},
    {"", "", "", false},
    {"application/gzip", "x.csv.gz", "text/csv", true},
    {"application/octet-stream", "x.conllu.gz", "text/x-conllu", true},
    {"application/x-gzip", "x", "", true},
    {"text/csv", "x.csv.gz", "text/csv", false},
};

START_TEST(type_and_name_decide)
{
    struct multipart_part p = {.is_file = true};
    char type[64];
    bool gzip;

    snprintf(p.type, sizeof(p.type), "%s", types[_i].type);
    snprintf(p.file_name, sizeof(p.file_name), "%s", types[_i].name);
    form_file_type(type, sizeof(type), &gzip, &p);
    ck_assert_str_eq(type, types[_i].is);
    ck_assert_int_eq(gzip, types[_i].gzip);
}
END_TEST

/* ---- requests ---- */

#define FILE_PART                                                                                  \
    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n"                \
    "Content-Type: application/octet-stream\r\n\r\nm,y\r\n1,2\r\n\r\n"
#define FIELD(name, value)                                                                         \
    "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static int post(const char *target, const char *headers, const char *body)
{
    char request[8192];

    snprintf(request, sizeof(request),
             "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Type: "
             "multipart/form-data; boundary=XX\r\nContent-Length: %zu\r\n\r\n%s",
             target, headers, strlen(body), body);
    return toy_ask(&toy, answer, sizeof(answer), request);
}

static void expect(const char *text)
{
    ck_assert_msg(strstr(answer, text) != NULL, "no '%s' in %s", text, answer);
}

START_TEST(the_file_is_the_body_and_fields_are_parameters)
{
    ck_assert_int_eq(post("/form/n", "", FILE_PART "--XX--\r\n"), 200);
    expect("type text/csv\nlen 10\nheader -\nbody m,y\r\n1,2\r\n");
    ck_assert_int_eq(
        post("/form/n?a=1", "", FIELD("b", "two words") FILE_PART FIELD("c", "") "--XX--\r\n"),
        200);
    expect("query a=1\nquery b=two words\n");
    ck_assert_int_eq(post("/form/n", "",
                          "--XX\r\nContent-Disposition: form-data; name=f; filename=x\r\n"
                          "Content-Type: text/csv; charset=latin1\r\n\r\ncaf\xe9\r\n--XX--"),
                     200);
    expect("len 5\nheader -\nbody caf\xc3\xa9");
}
END_TEST

static const struct {
    const char *target, *body;
    int status;
    const char *why;
} faults[] = {
    {"/form/n", "", 400, "the form is empty"},
    {"/form/n", FIELD("a", "1") "--XX--", 400, "the form has no file; send one"},
    {"/form/n", FILE_PART FILE_PART "--XX--", 400, "more than one file ('x.csv', 'x.csv')"},
    {"/form/n", "--XX\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\n\r\n--XX--",
     400, "no file was chosen for the field 'f'"},
    {"/form/n", FILE_PART FIELD("z", "1") "--XX--", 400, "unknown query parameter 'z'"},
    {"/form/n?a=1", FILE_PART FIELD("a", "1") "--XX--", 400, "is given twice"},
    {"/form/n", FIELD("a", "1") FILE_PART FIELD("a", "1") "--XX--", 400, "is given twice"},
    {"/form/n", FIELD("a", "\xff") FILE_PART "--XX--", 400, "is no text in UTF-8"},
    {"/form/n", FILE_PART, 400, "is not ended by its boundary"},
    {"/form/n",
     "--XX\r\nContent-Disposition: form-data; name=f; filename=x\r\nContent-Type: text/csv; "
     "charset=klingon\r\n\r\n1\r\n--XX--",
     415, "the charset 'klingon' is not read"},
    {"/form/n",
     "--XX\r\nContent-Disposition: form-data; name=f; filename=x.csv.gz\r\n\r\nm,y\r\n--XX--", 400,
     "the body is not gzip"},
};

START_TEST(what_is_no_form_with_a_file_is_refused)
{
    ck_assert_int_eq(post(faults[_i].target, "", faults[_i].body), faults[_i].status);
    expect(faults[_i].why);
    ck_assert_int_eq(atomic_load(&toy.handled), 0);
}
END_TEST

/* Of all requests with a body these need no preflight of a browser. */
START_TEST(forms_of_foreign_pages_are_refused)
{
    static const char *const foreign[] = {
        "Origin: https://evil.test\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n", "Origin: http://x:81\r\nSec-Fetch-Site: same-site\r\n"};

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        ck_assert_int_eq(post("/form/n", foreign[i], FILE_PART "--XX--"), 403);
        expect("a web page of another origin sent this");
    }
    ck_assert_int_eq(atomic_load(&toy.handled), 0);
    ck_assert_int_eq(
        post("/form/n", "Origin: http://x\r\nSec-Fetch-Site: same-origin\r\n", FILE_PART "--XX--"),
        200);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("form");
    TCase *t = tcase_create("types"), *q = tcase_create("requests");

    tcase_add_loop_test(t, type_and_name_decide, 0, sizeof(types) / sizeof(types[0]));
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(q, setup, teardown);
    tcase_add_test(q, the_file_is_the_body_and_fields_are_parameters);
    tcase_add_loop_test(q, what_is_no_form_with_a_file_is_refused, 0,
                        sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(q, forms_of_foreign_pages_are_refused);
    suite_add_tcase(s, q);
    return suite_run(s);
}
