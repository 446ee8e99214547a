/* test_blank_columns.c - tables whose cells are separated by blanks. */
#include "server/formats/blank_columns.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <stdlib.h>

static const struct {
    const char *text, *parted; /* NULL: it is none */
} texts[] = {
    {"date  value\n2020-01-01   5.5\n2020-01-02  6\n",
     "date\tvalue\n2020-01-01\t5.5\n2020-01-02\t6\n"},
    {"  YR MON  TOTAL \n1990   1  5\r\n1990   2  6", "YR\tMON\tTOTAL\n1990\t1\t5\r\n1990\t2\t6"},
    {"\"ds\" \"the y\"\n\"1\" \"2020-01-01\" 5\n\"2\" \"2020-01-02\" 6\n",
     "\"ds\"\t\"the y\"\n\"1\"\t\"2020-01-01\"\t5\n\"2\"\t\"2020-01-02\"\t6\n"},
    {"# a comment\nds y\n\n1990 1\n1991 2\n", "#\ta\tcomment\nds\ty\n\n1990\t1\n1991\t2\n"},
    {"y\n1 234\n5 678\n", NULL}, /* thousands */
    {"1 234\n5 678\n9 000\n", NULL},
    {"ds,y\n2020-01-01 00:00,5\n2020-01-01 01:00,6\n", NULL},
    {"ds y\n1990 1\n1991\n", NULL},
    {"the old man\nand the sea\nis a book\n", NULL},
    {"ds y\n1990 1\n", NULL}, /* too short to tell */
    {"", NULL},
};

START_TEST(blanks_become_tabs)
{
    const char *text = texts[_i].text;
    struct err e = {0};
    char *out = NULL;
    size_t len = 0;

    ck_assert_msg(blank_columns_likely(text, strlen(text)) == (texts[_i].parted != NULL), "%s",
                  text);
    ck_assert_int_eq(blank_columns_part(&out, &len, text, strlen(text), &e), ST_OK);
    if (texts[_i].parted)
        ck_assert_msg(len == strlen(texts[_i].parted) && memcmp(out, texts[_i].parted, len) == 0,
                      "%.*s", (int)len, out);
    free(out);
}
END_TEST

static const struct {
    const char *text, *shown;
} files[] = {
    {"date  value  other\n2020-01-01   5.5  1\n2020-01-02  6   3\n2020-01-03  7 2\n",
     "x D 2020-01-01 [5.5 1 6 3 7 2]"},
    {" SEAS  YR  TOTAL\n DJF 1990  5\n JFM 1991 7\n FMA 1992 6\n",
     "x Y 1990 [5 7 6] {column_left_out}"},
    {"\"ds\" \"y\"\n\"1\" 1990 5\n\"2\" 1991 7\n\"3\" 1992 6\n",
     "x Y 1990 [5 7 6] {column_left_out}"},
};

START_TEST(such_tables_are_read)
{
    ck_assert_str_eq(shown(files[_i].text, NULL), files[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("blank columns");
    TCase *t = tcase_create("blank columns");

    tcase_add_loop_test(t, blanks_become_tabs, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_loop_test(t, such_tables_are_read, 0, (int)(sizeof(files) / sizeof(files[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
