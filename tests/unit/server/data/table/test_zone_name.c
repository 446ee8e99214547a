/* test_zone_name.c - names of zones after times. */
#include "server/data/table/zone_name.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text, *time;
} cells[] = {
    {"2020-01-01T00:00+01:00[Europe/Berlin]", "2020-01-01T00:00+01:00"},
    {"2020-01-01T00:00:00Z[UTC]", "2020-01-01T00:00:00Z"},
    {"2020-01-01T00:00-03:00[America/Argentina/Buenos_Aires]", "2020-01-01T00:00-03:00"},
    {"2020-01-01 00:00 Europe/Berlin", "2020-01-01 00:00"},
    {"01/02/2020 00:00 [Etc/GMT+1]", "01/02/2020 00:00"},
    {"2020-01-01T00:00[]", "2020-01-01T00:00[]"},
    {"2020-01-01T00:00]", "2020-01-01T00:00]"},
    {"2020-01-01 00:00 CET", "2020-01-01 00:00 CET"},
    {"01/January", "01/January"},
    {"name of Europe/Berlin", "name of Europe/Berlin"},
    {"[Europe/Berlin]", "[Europe/Berlin]"},
    {"", ""},
};

START_TEST(names_are_cut_off)
{
    struct cell c = zone_name_cut(cell_of(cells[_i].text));

    ck_assert_msg(c.len == strlen(cells[_i].time) && memcmp(c.at, cells[_i].time, c.len) == 0,
                  "%.*s", (int)c.len, c.at);
}
END_TEST

static const struct {
    const char *text, *shown;
} files[] = {
    {"time,y\n2020-01-01T00:00+01:00[Europe/Berlin],1\n2020-01-01T01:00+01:00[Europe/Berlin],2\n",
     "x H 2020-01-01T00:00+01:00 [1 2] {zone_names}"},
    /* the summer begins */
    {"time,y\n2020-03-29T01:00+01:00[Europe/Berlin],1\n2020-03-29T03:00+02:00[Europe/Berlin],2\n",
     "x H 2020-03-29T00:00:00Z [1 2] {zone_names}"},
    {"time,y\n2020-01-01 00:00 Asia/Tokyo,1\n2020-01-01 01:00 Asia/Tokyo,2\n",
     "x H 2020-01-01 00:00 [1 2] {zone_names}"},
};

START_TEST(times_with_names_are_read)
{
    ck_assert_str_eq(shown(files[_i].text, NULL), files[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zone name");
    TCase *t = tcase_create("zone name");

    tcase_add_loop_test(t, names_are_cut_off, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, times_with_names_are_read, 0, (int)(sizeof(files) / sizeof(files[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
