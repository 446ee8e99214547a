/* test_multipart.c - the parts of a form, and what is no form. */
#include "server/http/multipart.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

#define TYPE "multipart/form-data; boundary=XX"
#define DATA "Content-Disposition: form-data; name="

/* Reads all parts, and writes each as "name[file|type]=data;". */
static enum status read_all(char *out, size_t cap, const char *type, const char *body, size_t n,
                            struct err *e)
{
    struct multipart m;
    struct multipart_part p;
    bool more = true;
    size_t used = 0;
    enum status st = multipart_begin(&m, type, body, n, e);

    out[0] = '\0';
    while (!st && more) {
        st = multipart_next(&p, &m, &more, e);
        if (!st && more)
            used +=
                (size_t)snprintf(out + used, cap - used, "%s[%s%s|%s]=%.*s;", p.name,
                                 p.is_file ? "f:" : "", p.file_name, p.type, (int)p.len, p.data);
        ck_assert_uint_lt(used, cap);
    }
    return st;
}

static const struct {
    const char *type, *body, *is;
} forms[] = {
    {TYPE, "--XX\r\n" DATA "\"a\"\r\n\r\n1\r\n--XX--\r\n", "a[|]=1;"},
    {TYPE, "--XX\r\n" DATA "\"a\"\r\n\r\n\r\n--XX--", "a[|]=;"},
    {TYPE, "--XX\r\n" DATA "\"a\"\r\n\r\n--XX--", "a[|]=;"},
    {TYPE, "\r\n--XX \t\r\n" DATA "a\r\n\r\n1\r\n2\r\n\r\n--XX--  \r\n\r\n", "a[|]=1\r\n2\r\n;"},
    {TYPE, "--XX\r\n" DATA "a\r\n\r\nx--XX\r\n-XX\r\n--YX\r\n--XX--", "a[|]=x--XX\r\n-XX\r\n--YX;"},
    {TYPE,
     "--XX\r\ncontent-disposition:form-data;name=\"f\"; filename=\"x.csv\"\r\nX-Y: z\r\n"
     "CONTENT-TYPE: text/csv; charset=latin1\r\nContent-Transfer-Encoding: binary\r\n\r\n"
     "a,b\r\n1,2\r\n\r\n--XX\r\n" DATA "time\r\n\r\na\r\n--XX--\r\n",
     "f[f:x.csv|text/csv; charset=latin1]=a,b\r\n1,2\r\n;time[|]=a;"},
    {TYPE, "--XX\r\n" DATA "f; filename=\"\"\r\n\r\n\r\n--XX--\r\n", "f[f:|]=;"},
    {TYPE, "--XX\r\n" DATA "f; filename*=utf-8''%c3%a9.csv\r\n\r\n1\r\n--XX--\r\n",
     "f[f:utf-8''%c3%a9.csv|]=1;"},
    {"multipart/form-data; boundary=\"a b'()+_,-./:=?c\"; x=y",
     "--a b'()+_,-./:=?c\r\n" DATA "a\r\n\r\n1\r\n--a b'()+_,-./:=?c--", "a[|]=1;"},
    {TYPE, "--XX--\r\n", ""},
};

START_TEST(forms_are_read)
{
    struct err e = {0};
    char text[512];

    ck_assert_msg(read_all(text, sizeof(text), forms[_i].type, forms[_i].body,
                           strlen(forms[_i].body), &e) == ST_OK,
                  "%s", e.message);
    ck_assert_str_eq(text, forms[_i].is);
}
END_TEST

static const struct {
    const char *type, *body, *why;
} faults[] = {
    {"multipart/form-data", "--XX", "has no boundary"},
    {"multipart/form-data; boundary=", "--XX", "is not of 1 to 70"},
    {"multipart/form-data; boundary=\"a \"", "--a ", "is not of 1 to 70"},
    {"multipart/form-data; boundary=a\"b", "--a", "is not of 1 to 70"},
    {"multipart/form-data; "
     "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
     "", "is not of 1 to 70"},
    {TYPE, "", "does not begin with '--XX'"},
    {TYPE, "\n--XX\r\n", "does not begin with '--XX'"},
    {TYPE, "preamble\r\n--XX\r\n", "does not begin with '--XX'"},
    {TYPE, "--XY\r\n" DATA "a\r\n\r\n1\r\n--XY--", "does not begin with '--XX'"},
    {TYPE, "--XX\n" DATA "a\n\n1\n--XX--\n", "must stand on a line that ends with CRLF"},
    {TYPE, "--XXX\r\n", "must stand on a line"},
    {TYPE, "--XX\r\n" DATA "a\n\r\n1\r\n--XX--", "does not end with CRLF"},
    {TYPE, "--XX\r\n" DATA "a", "does not end with CRLF"},
    {TYPE, "--XX\r\n\r\n1\r\n--XX--", "part 1 of the form has no Content-Disposition"},
    {TYPE, "--XX\r\n" DATA "a\r\n\r\n1\r\n--XX", "must stand on a line"},
    {TYPE, "--XX\r\n" DATA "a\r\n\r\n1\r\n", "part 1 of the form is not ended"},
    {TYPE, "--XX\r\n" DATA "a\r\n\r\n1\r\n--XX\r\n" DATA "b\r\n\r\n", "part 2 of the form is not"},
    {TYPE, "--XX\r\n" DATA "a\r\n\r\n1\r\n--XX--\r\nepilogue", "something follows"},
    {TYPE, "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--", "not form-data"},
    {TYPE, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", "has no name"},
    {TYPE, "--XX\r\n" DATA "a\r\n" DATA "b\r\n\r\n1\r\n--XX--", "two Content-Disposition"},
    {TYPE, "--XX\r\n" DATA "a\r\nContent-Type: text/csv\r\nContent-Type: a/b\r\n\r\n1\r\n--XX--",
     "two Content-Type"},
    {TYPE, "--XX\r\n" DATA "a\r\nContent-Type: multipart/mixed; boundary=Y\r\n\r\n1\r\n--XX--",
     "is multipart itself"},
    {TYPE, "--XX\r\n" DATA "a\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--XX--",
     "send the bytes as they are"},
    {TYPE, "--XX\r\n" DATA "a\r\n folded: x\r\n\r\n1\r\n--XX--", "header line"},
    {TYPE, "--XX\r\n" DATA "a\r\nno colon\r\n\r\n1\r\n--XX--", "header line"},
    {TYPE, "--XX\r\n" DATA "a\001\r\n\r\n1\r\n--XX--", "control character"},
};

START_TEST(what_is_no_form_is_refused)
{
    struct err e = {0};
    char text[512];

    ck_assert_int_eq(
        read_all(text, sizeof(text), faults[_i].type, faults[_i].body, strlen(faults[_i].body), &e),
        ST_MALFORMED);
    ck_assert_msg(strstr(e.message, faults[_i].why) != NULL, "%s", e.message);
}
END_TEST

START_TEST(parts_and_headers_are_bounded)
{
    static char body[1 << 16], text[1 << 16];
    struct err e = {0};
    size_t n = 0;

    for (int i = 0; i <= MULTIPART_PARTS_MAX; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "--XX\r\n" DATA "a\r\n\r\n1\r\n");
    n += (size_t)snprintf(body + n, sizeof(body) - n, "--XX--");
    ck_assert_int_eq(read_all(text, sizeof(text), TYPE, body, n, &e), ST_TOO_LARGE);
    n = (size_t)snprintf(body, sizeof(body), "--XX\r\n" DATA "a\r\n");
    for (int i = 0; i < 1000; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "x: y\r\n");
    ck_assert_int_eq(read_all(text, sizeof(text), TYPE, body, n, &e), ST_TOO_LARGE);
    n = (size_t)snprintf(body, sizeof(body), "--XX\r\nx: %02000d\r\n", 1);
    ck_assert_int_eq(read_all(text, sizeof(text), TYPE, body, n, &e), ST_TOO_LARGE);
}
END_TEST

START_TEST(a_long_file_name_keeps_its_extension)
{
    struct multipart m;
    struct multipart_part p;
    struct err e = {0};
    char body[1024];
    bool more;

    snprintf(body, sizeof(body), "--XX\r\n" DATA "f; filename=\"%0500d.csv\"\r\n\r\n1\r\n--XX--",
             1);
    ck_assert_int_eq(multipart_begin(&m, TYPE, body, strlen(body), &e), ST_OK);
    ck_assert_int_eq(multipart_next(&p, &m, &more, &e), ST_OK);
    ck_assert_uint_eq(strlen(p.file_name), MULTIPART_TEXT_MAX - 1);
    ck_assert_str_eq(p.file_name + strlen(p.file_name) - 5, "1.csv");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("multipart");
    TCase *t = tcase_create("multipart");

    tcase_add_loop_test(t, forms_are_read, 0, sizeof(forms) / sizeof(forms[0]));
    tcase_add_loop_test(t, what_is_no_form_is_refused, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, parts_and_headers_are_bounded);
    tcase_add_test(t, a_long_file_name_keeps_its_extension);
    suite_add_tcase(s, t);
    return suite_run(s);
}
