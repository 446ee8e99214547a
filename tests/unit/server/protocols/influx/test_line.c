/* test_line.c - InfluxDB's line protocol. */
#include "server/protocols/influx/line.h"

#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes what the text's lines say, or their faults: "measurement|key=value;|field=value;|time". */
static const char *form(const char *text)
{
    static char out[4000];
    struct line *l = malloc(sizeof(*l));
    struct lines in;
    bool more = true;
    size_t used = 0;

    ck_assert_ptr_nonnull(l);
    out[0] = '\0';
    lines_begin(&in, text, strlen(text));
    while (more) {
        struct err e = {0};
        enum status st = lines_next(l, &more, &in, &e);

        if (st) {
            ck_assert_int_eq(st, ST_INVALID);
            used +=
                (size_t)snprintf(out + used, sizeof(out) - used, "%ld: %s\n", e.line, e.message);
        }
        if (st || !more)
            continue;
        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s|", l->measurement);
        for (int i = 0; i < l->num_tags; i++)
            used += (size_t)snprintf(out + used, sizeof(out) - used, "%s=%s;", l->tags[i].key,
                                     l->tags[i].value);
        used += (size_t)snprintf(out + used, sizeof(out) - used, "|");
        for (int i = 0; i < l->num_fields; i++)
            used += l->fields[i].is_text
                        ? (size_t)snprintf(out + used, sizeof(out) - used, "%s;", l->fields[i].key)
                        : (size_t)snprintf(out + used, sizeof(out) - used, "%s=%.17g;",
                                           l->fields[i].key, l->fields[i].value);
        if (l->has_time)
            used += (size_t)snprintf(out + used, sizeof(out) - used, "|%lld", (long long)l->time);
        used += (size_t)snprintf(out + used, sizeof(out) - used, "\n");
    }
    lines_end(&in);
    free(l);
    return out;
}

START_TEST(points_are_read)
{
    ck_assert_str_eq(form("cpu,host=a,cpu=cpu0 idle=98.5,n=3i,u=18446744073709551615u,up=true 17"),
                     "cpu|cpu=cpu0;host=a;|idle=98.5;n=3;u=1.8446744073709552e+19;up=1;|17\n");
    ck_assert_str_eq(form("m f=1"), "m||f=1;\n");
    ck_assert_str_eq(form("m f=-1.5e3,g=.5,h=+2.,i=F,j=T,k=false,l=True -5"),
                     "m||f=-1500;g=0.5;h=2;i=0;j=1;k=0;l=1;|-5\n");
    ck_assert_str_eq(form("m   f=1   7  \r\n"), "m||f=1;|7\n");
}
END_TEST

START_TEST(comments_and_empty_lines_are_left_out)
{
    ck_assert_str_eq(form(""), "");
    ck_assert_str_eq(form("\n\r\n  \n# a \"comment\n\nm f=1\n#m f=2\n  # more\nm f=3"),
                     "m||f=1;\nm||f=3;\n");
}
END_TEST

START_TEST(escapes_are_read)
{
    ck_assert_str_eq(form("a\\,b\\ c=d,k\\=\\,\\ 1=v\\=\\,\\ 2 f\\ \\,\\=x=1"),
                     "a,b c=d|k=, 1=v=, 2;|f ,=x=1;\n");
    ck_assert_str_eq(form("a\\b,k\\x=\\n f\\=1"), "1: a field needs '=' and a value, at ''\n");
    ck_assert_str_eq(form("a\\b,k\\x=\\n f\\q=1"), "a\\b|k\\x=\\n;|f\\q=1;\n");
    ck_assert_str_eq(form("\"m\",\"k\"=\"v\" \"f\"=1"), "\"m\"|\"k\"=\"v\";|\"f\"=1;\n");
}
END_TEST

START_TEST(texts_have_no_value)
{
    ck_assert_str_eq(form("m s=\"a, b=\\\" \\\\\",f=1 5"), "m||s;f=1;|5\n");
    ck_assert_str_eq(form("m s=\"two\nlines\" 5\nm f=1"), "m||s;|5\nm||f=1;\n");
    ck_assert_str_eq(form("m s=\"\""), "m||s;\n");
}
END_TEST

START_TEST(faults_have_their_line_and_the_rest_goes_on)
{
    ck_assert_str_eq(form("m f=1\nm\nm f=2\nm s=\"a\nb\"\nm f=\nm f=3"),
                     "m||f=1;\n2: a line needs a field, at ''\nm||f=2;\nm||s;\n"
                     "6: a field needs a value, at ''\nm||f=3;\n");
    ck_assert_str_eq(form("m s=\"open\nm f=1"), "1: a text has no closing quote, at ''\nm||f=1;\n");
}
END_TEST

START_TEST(what_is_no_point_is_refused)
{
    static const char *const wrong[] = {",t=1 f=1",
                                        "m,t f=1",
                                        "m,t= f=1",
                                        "m,=v f=1",
                                        "m,t=1,t=2 f=1",
                                        "m,t=1=2 f=1",
                                        "m, f=1",
                                        "m f",
                                        "m f=",
                                        "m =1",
                                        "m f=1,",
                                        "m f=1,,g=2",
                                        "m f=NaN",
                                        "m f=inf",
                                        "m f=1e999",
                                        "m f=0x10",
                                        "m f=1.5i",
                                        "m f=-1u",
                                        "m f=9223372036854775808i",
                                        "m f=18446744073709551616u",
                                        "m f=i",
                                        "m f=yes",
                                        "m f=1 now",
                                        "m f=1 1.5",
                                        "m f=1 1 2",
                                        "m f=1 9223372036854775808",
                                        "m f=\"a\"b",
                                        "m f=\"a",
                                        "m\xff f=1",
                                        "m,t=\x01 f=1",
                                        "m f=e5",
                                        "m f=1e",
                                        "m f=--1"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_msg(strncmp(form(wrong[i]), "1: ", 3) == 0, "%s: %s", wrong[i], form(wrong[i]));
}
END_TEST

START_TEST(sizes_are_bounded)
{
    struct buf b;

    buf_init(&b, 1 << 22);
    buf_puts(&b, "m");
    for (int i = 0; i <= LINE_TAGS_MAX; i++)
        buf_printf(&b, ",t%d=1", i);
    buf_puts(&b, " f=1\nm ");
    for (int i = 0; i <= LINE_FIELDS_MAX; i++)
        buf_printf(&b, "%sf%d=1", i ? "," : "", i);
    buf_puts(&b, "\nm s=\"");
    for (int i = 0; i < LINE_BYTES_MAX; i++)
        buf_add(&b, "a", 1);
    buf_puts(&b, "\"\nm f=1");
    ck_assert_ptr_nonnull(strstr(form(b.data), "at most 64 tags"));
    ck_assert_ptr_nonnull(strstr(form(b.data), "at most 1024 fields"));
    ck_assert_ptr_nonnull(strstr(form(b.data), "bytes\nm||f=1;\n"));
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("line");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, points_are_read);
    tcase_add_test(tc, comments_and_empty_lines_are_left_out);
    tcase_add_test(tc, escapes_are_read);
    tcase_add_test(tc, texts_have_no_value);
    tcase_add_test(tc, faults_have_their_line_and_the_rest_goes_on);
    tcase_add_test(tc, what_is_no_point_is_refused);
    tcase_add_test(tc, sizes_are_bounded);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
