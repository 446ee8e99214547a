/* test_influx.c - InfluxDB's interface for writing as handlers. */
#include "server/protocols/influx/influx.h"

#include "server/config/config.h"
#include "tests/unit/server/api/handler.h"

#include <string.h>

static struct call writing(const char *lines)
{
    static const struct config config = {.influx_step_seconds = 60};

    handler_app()->config = &config;
    return (struct call){.handler = influx_write_v2,
                         .method = HTTP_POST,
                         .query = {{"bucket", "b"}, {"precision", "s"}, {"org", "o"}},
                         .type = "text/plain",
                         .body = lines};
}

static void write_lines(int status, const char *lines)
{
    struct call c = writing(lines);

    expect(status, &c);
}

static const char *stored(const char *name)
{
    const struct call c = {.handler = api_dataset_data,
                           .method = HTTP_GET,
                           .param = {name},
                           .query = {{"format", "json"}}};

    return expect(200, &c)->body;
}

START_TEST(lines_make_a_data_set_and_append_to_it)
{
    write_lines(204, "cpu,host=a idle=1 1700000040\ncpu,host=a idle=2 1700000103\n"
                     "cpu,host=b idle=3,state=\"on\" 1700000040\n");
    ck_assert_str_eq(stored("b.cpu.idle"),
                     "{\"series\":[{\"id\":\"host=a\",\"start\":\"2023-11-14T22:14:00Z\","
                     "\"frequency\":\"min\",\"values\":[1,2]},{\"id\":\"host=b\",\"start\":"
                     "\"2023-11-14T22:14:00Z\",\"frequency\":\"min\",\"values\":[3]}]}\n");
    write_lines(204, "cpu,host=a idle=5 1700000159\ncpu,host=a idle=4 1700000220\n"
                     "cpu,host=c idle=7 1700000520\n");
    ck_assert_str_eq(stored("b.cpu.idle"),
                     "{\"series\":[{\"id\":\"host=a\",\"start\":\"2023-11-14T22:14:00Z\","
                     "\"frequency\":\"min\",\"values\":[1,5,null,4]},{\"id\":\"host=b\",\"start\":"
                     "\"2023-11-14T22:14:00Z\",\"frequency\":\"min\",\"values\":[3]},{\"id\":"
                     "\"host=c\",\"start\":\"2023-11-14T22:22:00Z\",\"frequency\":\"min\","
                     "\"values\":[7]}]}\n");
}
END_TEST

START_TEST(sparse_values_are_stored_with_gaps)
{
    write_lines(204, "m f=1 1700000040\n");
    write_lines(204, "m f=2 1700003640\n");
    write_lines(204, "m f=3 1700010840\nm f=4 1700020840\n");
    ck_assert_ptr_nonnull(strstr(stored("b.m.f"), "null,3,null"));
}
END_TEST

START_TEST(a_data_set_that_exists_keeps_its_step)
{
    put_csv("b.t.v", "ds,id,temp\n2023-11-14T10:30:00Z,x=1,1\n2023-11-14T11:30:00Z,x=1,2\n");
    write_lines(204, "t,x=1 v=9 1699968599\n");
    ck_assert_ptr_nonnull(strstr(stored("b.t.v"), "[1,2,9]"));
    put_csv("b.m.v", "ds,id,temp\n2023-01,x=1,1\n2023-02,x=1,2\n");
    write_lines(400, "m,x=1 v=9 1699964999\n");
    ck_assert_ptr_nonnull(strstr(text("message"), "seconds, minutes, hours or days"));
    put_csv("b.d.v", "ds,id,temp\n2023-11-13,x=1,1\n2023-11-14,x=1,2\n");
    write_lines(204, "d,x=1 v=9 1700050000\n");
    ck_assert_ptr_nonnull(strstr(stored("b.d.v"), "[1,2,9]"));
}
END_TEST

START_TEST(good_lines_are_written_beside_wrong_ones)
{
    write_lines(400, "m f=1 1700000040\nm f= 1\nm f=2 1700000100\n");
    ck_assert_str_eq(text("code"), "invalid");
    ck_assert_ptr_nonnull(strstr(text("message"), "partial write: 1 of 3 lines: line 2: "));
    ck_assert_int_eq((int)number("line"), 2);
    ck_assert_ptr_nonnull(strstr(stored("b.m.f"), "[1,2]"));
}
END_TEST

START_TEST(rows_in_front_of_a_series_are_refused)
{
    write_lines(204, "m f=1 1700000040\n");
    write_lines(400, "m f=2 1600000020\n");
    ck_assert_ptr_nonnull(strstr(text("message"), "data set 'b.m.f': "));
    ck_assert_ptr_nonnull(strstr(stored("b.m.f"), "[1]"));
}
END_TEST

START_TEST(errors_have_the_form_of_their_version)
{
    struct call c = writing("m f=1");

    c.query[0].name = "db";
    expect(400, &c);
    ck_assert_ptr_nonnull(strstr(text("message"), "'bucket' is needed"));
    c.handler = influx_write_v1;
    expect(204, &c);
    c.query[1].value = "fast";
    expect(400, &c);
    ck_assert_ptr_nonnull(strstr(text("error"), "precision is 'fast'"));
    c.query[1].value = "ns";
    c.body = "m\xff";
    expect(400, &c);
    (void)text("error");
    c.body = "";
    expect(204, &c);
}
END_TEST

START_TEST(a_request_makes_a_bounded_number_of_data_sets)
{
    struct buf b;

    buf_init(&b, 1 << 16);
    for (int i = 0; i <= INFLUX_NEW_MAX; i++)
        buf_printf(&b, "m%d f=1 1700000040\n", i);
    write_lines(400, b.data);
    ck_assert_ptr_nonnull(strstr(text("message"), "at most 100 new data sets"));
    write_lines(204, b.data);
    buf_release(&b);
}
END_TEST

START_TEST(a_key_writes_into_its_names_only)
{
    const struct access key = {
        .id = 1, .name = "k", .scopes = SCOPE_READ | SCOPE_TRAIN, .names = "c.*"};
    struct call c = writing("m f=1");

    c.key = &key;
    expect(403, &c);
    ck_assert_str_eq(text("code"), "forbidden");
    c.query[0].value = "c";
    expect(204, &c);
}
END_TEST

START_TEST(pings_are_answered)
{
    struct call c = {.handler = influx_ping, .method = HTTP_GET};

    expect(204, &c);
    c.handler = influx_health;
    expect(200, &c);
    ck_assert_str_eq(text("status"), "pass");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lines_make_a_data_set_and_append_to_it,
        sparse_values_are_stored_with_gaps,
        a_data_set_that_exists_keeps_its_step,
        good_lines_are_written_beside_wrong_ones,
        rows_in_front_of_a_series_are_refused,
        errors_have_the_form_of_their_version,
        a_request_makes_a_bounded_number_of_data_sets,
        a_key_writes_into_its_names_only,
        pings_are_answered,
    };

    return handler_run(suite_create("influx"), tests, sizeof(tests) / sizeof(tests[0]));
}
