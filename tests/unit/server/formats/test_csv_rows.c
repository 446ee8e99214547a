/* test_csv_rows.c - CSV text row by row. */
#include "server/formats/csv_top.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

/* The rows of a text, cells joined by '|', with the names first. */
static const char *rows_of(const char *text, enum csv_header header)
{
    static char out[2000];
    struct csv_rows r;
    struct err e = {0};
    size_t n = 0;

    out[0] = '\0';
    if (csv_top_open(&r, text, strlen(text), header, &e)) {
        csv_rows_release(&r);
        snprintf(out, sizeof(out), "%s", e.message);
        return out;
    }
    for (size_t i = 0; i < r.t.columns; i++)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", i ? "|" : "", r.t.names[i]);
    while (r.t.next(&r.t)) {
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", r.t.blank ? "\n(blank) " : "\n");
        for (size_t i = 0; i < r.t.columns; i++)
            n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s", i ? "|" : "",
                                  (int)r.t.cells[i].len, r.t.cells[i].at);
    }
    if (r.t.st)
        snprintf(out + n, sizeof(out) - n, "\n%s", e.message);
    csv_rows_release(&r);
    return out;
}

static const struct {
    const char *text;
    enum csv_header header;
    const char *rows;
} texts[] = {
    {"a,b\n1,2\r\n\r\n3,4", CSV_HEADER_AUTO, "a|b\n1|2\n3|4"},
    {"\xef\xbb\xbf"
     "a;b\n1,5;2\n",
     CSV_HEADER_AUTO, "a|b\n1,5|2"},
    {"sep=|\na|b\n1|2\n", CSV_HEADER_AUTO, "a|b\n1|2"},
    {"# unit: kWh\n# a, b\na,b\n1,2\n#x\n3,4\n", CSV_HEADER_AUTO, "a|b\n1|2\n3|4"},
    {"# date,y\n2020-01-01,2\n2020-01-02,4\n", CSV_HEADER_AUTO,
     "date|y\n2020-01-01|2\n2020-01-02|4"},
    {"a,b\n#N/A,2\n", CSV_HEADER_AUTO, "a|b\n#N/A|2"},
    {"a,b,\n1,2,\n", CSV_HEADER_AUTO, "a|b|\n1|2|"},
    {"a,b\n1,2,\n", CSV_HEADER_AUTO, "a|b\n1|2"},
    {"a,b\n,\n1,2\n", CSV_HEADER_AUTO, "a|b\n(blank) |\n1|2"},
    {"\"ds\",\"y\"\n\"1\",\"2020-01-01\",5\n", CSV_HEADER_AUTO, "|ds|y\n1|2020-01-01|5"},
    {"2020-01-01,5\n2020-01-02,6\n", CSV_HEADER_AUTO,
     "column_1|column_2\n2020-01-01|5\n2020-01-02|6"},
    {"2020-01-01,5\n2020-01-02,6\n", CSV_HEADER_YES, "2020-01-01|5\n2020-01-02|6"},
    {"a,b\nc,d\n", CSV_HEADER_NO, "column_1|column_2\na|b\nc|d"},
    {"a,b\n\"x\"\"y\",\"p\nq\"\n", CSV_HEADER_AUTO, "a|b\nx\"y|p\nq"},
    {"a,b\n\"1\"\"\"\"\",\"\"\"2\"\n", CSV_HEADER_AUTO, "a|b\n1\"\"|\"2"},
    {"name,b\n#1000,2\n# x\n#1001,3\n", CSV_HEADER_AUTO, "name|b\n#1000|2\n#1001|3"},
    {"a,b\n1,\xfc\n", CSV_HEADER_AUTO,
     "line 2 is not valid UTF-8; if the file has another encoding, the request has to name it, "
     "such "
     "as Content-Type: text/csv; charset=windows-1252"},
    /* formulas of a text */
    {"a,b\n=\"1\",=\"x,y\"\n", CSV_HEADER_AUTO, "a|b\n1|x,y"},
    {"=\"a\",b\n\"=\"\"1\"\"\",2\n", CSV_HEADER_AUTO, "a|b\n1|2"},
    {"a,b\n=\"p\"\"q\",2\n", CSV_HEADER_AUTO, "a|b\np\"q|2"},
    {"a,b\n=5,x\"y\n", CSV_HEADER_AUTO,
     "line 2: a quote inside a cell that does not begin with one"},
    {"a,b\n1\n", CSV_HEADER_AUTO, "a|b\nline 2 has 1 cells; the header has 2"},
    {"a,b\n1,\"2\n", CSV_HEADER_AUTO, "line 2: a quote that is opened here is never closed"},
    {"a,b\n1,2\"3\"\n", CSV_HEADER_AUTO,
     "line 2: a quote inside a cell that does not begin with one"},
    {"\n\n", CSV_HEADER_AUTO, "the text is empty; a header row and at least one row are needed"},
    {"# only\n", CSV_HEADER_AUTO,
     "the text is empty; a header row and at least one row are needed"},
};

START_TEST(texts_give_rows)
{
    ck_assert_str_eq(rows_of(texts[_i].text, texts[_i].header), texts[_i].rows);
}
END_TEST

START_TEST(rows_are_found_again)
{
    static const char text[] = "a,b\n1,2\n\n\"3\n\",4\n5,6\n";
    struct csv_rows r;
    struct err e = {0};
    size_t place[3];

    ck_assert_int_eq(csv_top_open(&r, text, strlen(text), CSV_HEADER_AUTO, &e), ST_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert(r.t.next(&r.t));
        place[i] = r.t.row;
    }
    ck_assert(!r.t.next(&r.t));
    ck_assert_int_eq(r.t.line(&r.t, place[0]), 2);
    ck_assert_int_eq(r.t.line(&r.t, place[1]), 4);
    ck_assert_int_eq(r.t.line(&r.t, place[2]), 6);
    r.t.seek(&r.t, place[1]);
    ck_assert(r.t.next(&r.t) && r.t.cells[1].len == 1 && *r.t.cells[1].at == '4');
    r.t.seek(&r.t, SIZE_MAX);
    ck_assert(r.t.next(&r.t) && *r.t.cells[0].at == '1');
    csv_rows_release(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv rows");
    TCase *t = tcase_create("csv rows");

    tcase_add_test(t, rows_are_found_again);
    tcase_add_loop_test(t, texts_give_rows, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
