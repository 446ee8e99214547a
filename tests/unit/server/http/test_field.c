/* test_field.c - parameters in the value of a header field. */
#include "server/http/field.h"

#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *value, *name, *is; /* is NULL: there is none */
} fields[] = {
    {"text/csv; charset=utf-8", "charset", "utf-8"},
    {"text/csv;CHARSET=utf-8;x=y", "charset", "utf-8"},
    {"form-data; name=\"a b\"; filename=\"c;d\"", "filename", "c;d"},
    {"form-data; name=\"filename=x\"; y=z", "filename", NULL},
    {"form-data; filename*=utf-8''x.csv", "filename", NULL},
    {"form-data; filename*=utf-8''x.csv", "filename*", "utf-8''x.csv"},
    {"form-data; name=\"\\\"q\\\"\"", "name", "\"q\""},
    {"form-data; name=", "name", ""},
    {"form-data; name", "name", NULL},
    {"form-data; name=\"unended", "name", "unended"},
    {"form-data; name=123456789", "name", "1234567"},
    {"form-data; name=\"123456789\"; x=y", "name", "1234567"},
    {"name=x", "name", NULL},
    {"", "name", NULL},
    {";;;", "name", NULL},
};

START_TEST(parameters_are_found)
{
    char out[32] = "before";
    bool cut = fields[_i].is && strcmp(fields[_i].is, "1234567") == 0;
    size_t cap = cut ? 8 : sizeof(out);

    ck_assert_int_eq(field_parameter(out, cap, fields[_i].value, fields[_i].name),
                     fields[_i].is != NULL);
    if (fields[_i].is)
        ck_assert_str_eq(out, fields[_i].is);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("field");
    TCase *t = tcase_create("field");

    tcase_add_loop_test(t, parameters_are_found, 0, sizeof(fields) / sizeof(fields[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
