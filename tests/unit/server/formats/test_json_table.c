/* test_json_table.c - tables within documents of other services. */
#include "server/formats/json_table.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *place, *records; /* place NULL: there is none, records is the message */
} documents[] = {
    /* Prometheus */
    {"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
     "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"values\":[[1.5,\"5\"],[2,\"NaN\"]]},"
     "{\"metric\":{},\"values\":[[1,\"7\"]]}]}}",
     "",
     "[{\"unique_id\":\"up{job=\\\"a\\\"}\",\"time\":1.5,\"value\":\"5\"},\n"
     "{\"unique_id\":\"up{job=\\\"a\\\"}\",\"time\":2,\"value\":\"NaN\"},\n"
     "{\"unique_id\":\"{}\",\"time\":1,\"value\":\"7\"}]"},
    {"{\"data\":{\"result\":[{\"metric\":{\"a\":\"b\"},\"value\":[1,\"5\"]},"
     "{\"metric\":{\"a\":\"c\"},\"value\":[1,\"6\"]}]}}",
     "",
     "[{\"unique_id\":\"{a=\\\"b\\\"}\",\"time\":1,\"value\":\"5\"},\n"
     "{\"unique_id\":\"{a=\\\"c\\\"}\",\"time\":1,\"value\":\"6\"}]"},
    /* lists of equal length */
    {"{\"ds\":[\"2020\",\"2021\"],\"y\":[1,null],\"unit\":\"kWh\"}", "",
     "[{\"ds\":\"2020\",\"y\":1},\n{\"ds\":\"2021\",\"y\":null}]"},
    {"{\"units\":{\"time\":\"iso\"},\"hourly\":{\"time\":[\"a\",\"b\"],\"t\":[1,2]}}", "/hourly",
     "[{\"time\":\"a\",\"t\":1},\n{\"time\":\"b\",\"t\":2}]"},
    /* pandas */
    {"{\"columns\":[\"ds\",\"y\"],\"index\":[0,1],\"data\":[[\"2020\",1],[\"2021\",2]]}", "",
     "[{\"ds\":\"2020\",\"y\":1},\n{\"ds\":\"2021\",\"y\":2}]"},
    {"{\"columns\":[\"y\"],\"index\":[1577836800000,1577923200000],\"data\":[[1],[2]]}", "",
     "[{\"time\":1577836800000,\"y\":1},\n{\"time\":1577923200000,\"y\":2}]"},
    {"{\"ds\":{\"0\":\"2020\",\"1\":\"2021\"},\"y\":{\"0\":1,\"1\":true}}", "",
     "[{\"ds\":\"2020\",\"y\":1},\n{\"ds\":\"2021\",\"y\":true}]"},
    {"{\"y\":{\"2020-01\":1,\"2020-02\":2}}", "",
     "[{\"time\":\"2020-01\",\"y\":1},\n{\"time\":\"2020-02\",\"y\":2}]"},
    /* one row */
    {"{\"ds\":[\"2020-01\"],\"y\":[1]}", "", "[{\"ds\":\"2020-01\",\"y\":1}]"},
    {"{\"columns\":[\"ds\",\"y\"],\"index\":[0],\"data\":[[\"2020\",1]]}", "",
     "[{\"ds\":\"2020\",\"y\":1}]"},
    {"{\"ds\":{\"0\":\"2020-01-05\"},\"y\":{\"0\":1}}", "", "[{\"ds\":\"2020-01-05\",\"y\":1}]"},
    {"{\"y\":{\"2020-01\":1}}", "", "[{\"time\":\"2020-01\",\"y\":1}]"},
    {"{\"2020-01-05\":{\"o\":1,\"c\":2}}", "", "[{\"time\":\"2020-01-05\",\"o\":1,\"c\":2}]"},
    {"{\"2020-01\":5}", "", "[{\"time\":\"2020-01\",\"value\":5}]"},
    /* records, the longest list of them */
    {"{\"a\":[{\"x\":1},{\"x\":2}],\"b\":{\"rows\":[{\"x\":1,\"l\":[5]},{\"x\":2},{\"y\":3}]}}",
     "/b/rows", "[{\"x\":1},\n{\"x\":2},\n{\"y\":3}]"},
    {"{\"2020-01\":5,\"2020-02\":null}", "",
     "[{\"time\":\"2020-01\",\"value\":5},\n{\"time\":\"2020-02\",\"value\":null}]"},
    /* InfluxDB */
    {"{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},"
     "\"columns\":[\"time\",\"mean\"],\"values\":[[\"2024-01-01T00:00:00Z\",1],[\"2024-01-02T00:00:"
     "00Z\",null]]},{\"name\":\"mem\",\"columns\":[\"time\",\"mean\"],\"values\":[[5,6]]}]}]}",
     "",
     "[{\"name\":\"cpu\",\"host\":\"a\",\"time\":\"2024-01-01T00:00:00Z\",\"mean\":1},\n"
     "{\"name\":\"cpu\",\"host\":\"a\",\"time\":\"2024-01-02T00:00:00Z\",\"mean\":null},\n"
     "{\"name\":\"mem\",\"time\":5,\"mean\":6}]"},
    /* rows by their times or numbers */
    {"{\"2024-01-01\":{\"o\":\"1\",\"c\":2},\"2024-01-02\":{\"o\":3,\"c\":4}}", "",
     "[{\"time\":\"2024-01-01\",\"o\":\"1\",\"c\":2},\n{\"time\":\"2024-01-02\",\"o\":3,\"c\":4}]"},
    {"{\"0\":{\"ds\":\"2024\",\"y\":2},\"1\":{\"ds\":\"2025\",\"y\":4}}", "",
     "[{\"ds\":\"2024\",\"y\":2},\n{\"ds\":\"2025\",\"y\":4}]"},
    {"{\"schema\":{\"fields\":[{\"name\":\"ds\"},{\"name\":\"x\"},{\"name\":\"y\"}]},"
     "\"data\":[{\"ds\":\"2024\",\"y\":1},{\"ds\":\"2025\",\"y\":2}]}",
     "/data", "[{\"ds\":\"2024\",\"y\":1},\n{\"ds\":\"2025\",\"y\":2}]"},
    /* times with their values */
    {"{\"prices\":[[1704067200000,1.5],[1704153600000,2]]}", "/prices",
     "[{\"time\":1704067200000,\"value\":1.5},\n{\"time\":1704153600000,\"value\":2}]"},
    {"{\"values\":[[\"2024-01-01\",1],[\"2024-01-02\",2]]}", "/values",
     "[{\"time\":\"2024-01-01\",\"value\":1},\n{\"time\":\"2024-01-02\",\"value\":2}]"},
    {"{\"series\":[{\"date\":\"2024\",\"value\":1},{\"date\":\"2025\",\"value\":2}]}", "/series",
     "[{\"date\":\"2024\",\"value\":1},\n{\"date\":\"2025\",\"value\":2}]"},
    /* none */
    {"{\"values\":[[1704067200,1],[1704067260,2]]}", NULL, "the document has series or sentences"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1]}]}", NULL, "the document has series or sentences"},
    {"{\"sentences\":[{\"a\":1},{\"a\":2}]}", NULL, "the document has series or sentences"},
    {"{\"values\":[1,2],\"other\":[3,4]}", NULL, "the document has series or sentences"},
    {"{\"a\":1,\"b\":2}", NULL, "the document has no table"},
    {"{\"a\":[1,2],\"b\":[1]}", NULL, "the document has no table"},
    {"{\"a\":[[1,2],[3,4]]}", NULL, "the document has no table"},
    {"{\"data\":{\"result\":[]}}", NULL, "the document has no table"},
    {"{\"data\":{\"result\":[{\"metric\":{},\"values\":[5]}]}}", NULL, "the document has no table"},
    {"5", NULL, "the document has no table"},
    {"[[1],[\"2020\"]]", NULL, "the document has no table"},
    {"{\"a\":[\"x\"],\"b\":[1]}", NULL, "the document has no table"},
    {"{\"a\":{\"x\":5}}", NULL, "the document has no table"},
    {"{\"a\":{\"ds\":[\"2020-01\"],\"y\":[1]}}", NULL, "the document has no table"},
    {"{\"a\":[1,2]", NULL, "line 1"},
};

START_TEST(tables_become_records)
{
    char place[JSON_TABLE_PLACE] = "?";
    struct err e = {0};
    struct buf out;
    enum status st;

    buf_init(&out, 1 << 16);
    st = json_table_records(&out, place, documents[_i].text, strlen(documents[_i].text), 16, &e);
    if (documents[_i].place) {
        ck_assert_msg(st == ST_OK, "%s", e.message);
        ck_assert_str_eq(out.data, documents[_i].records);
        ck_assert_str_eq(place, documents[_i].place);
    } else {
        ck_assert(st == ST_NOT_FOUND || st == ST_MALFORMED);
        ck_assert_msg(strstr(e.message, documents[_i].records) != NULL, "%s", e.message);
    }
    buf_release(&out);
}
END_TEST

/* The caller's buffer limits the length of the records. */
START_TEST(records_may_be_too_long)
{
    static const char text[] = "{\"name\":[1,2,3],\"other\":[4,5,6]}";
    char place[JSON_TABLE_PLACE];
    struct err e = {0};
    struct buf out;

    buf_init(&out, 40);
    ck_assert_int_eq(json_table_records(&out, place, text, strlen(text), 16, &e), ST_TOO_LARGE);
    buf_release(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json table");
    TCase *t = tcase_create("json table");

    tcase_add_loop_test(t, tables_become_records, 0,
                        (int)(sizeof(documents) / sizeof(documents[0])));
    tcase_add_test(t, records_may_be_too_long);
    suite_add_tcase(s, t);
    return suite_run(s);
}
