/* test_influx.c - InfluxDB's line protocol on the wire: what Telegraf and curl send, keys, and
 * hostile input. */
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    static const char *const args[] = {"--influx", "--influx-step-seconds=10", "--api-key=all",
                                       NULL};

    daemon_init(&d);
    daemon_start(&d, args);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void write_as(const char *path, const char *key, const char *body, long status)
{
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = path,
                                .type = "text/plain; charset=utf-8",
                                .body = body,
                                .headers = {key}});
    expect_status(&r, status, path);
}

static void write_lines(const char *body, long status)
{
    write_as("/api/v2/write?org=o&bucket=telegraf&precision=s", "Authorization: Token all", body,
             status);
}

START_TEST(it_is_there_only_when_it_is_switched_on)
{
    struct daemon other;

    daemon_init(&other);
    daemon_start(&other, NULL);
    get(&r, &other, "/ping", 404);
    daemon_free(&other);
    get(&r, &d, "/ping", 204);
    get(&r, &d, "/health", 200);
    ck_assert_str_eq(text_at(r.json, "status"), "pass");
}
END_TEST

/* Telegraf: gzip, a token, irregular stamps every ten seconds. */
START_TEST(what_telegraf_sends_becomes_series)
{
    struct buf b;
    unsigned char packed[1 << 16];
    z_stream z = {0};

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 200; i++)
        buf_printf(&b,
                   "cpu,cpu=cpu0,host=a usage_idle=%d.5,usage_user=%di %d\n"
                   "system,host=a uptime_format=\"1 day\" %d\n",
                   50 + i % 12, i % 7, 1700000000 + 10 * i + i % 9, 1700000000 + 10 * i);
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)b.data;
    z.avail_in = (unsigned)b.len;
    z.next_out = packed;
    z.avail_out = sizeof(packed);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/api/v2/write?bucket=telegraf&org=o&precision=s",
                                .type = "text/plain; charset=utf-8",
                                .body = (const char *)packed,
                                .len = z.total_out,
                                .headers = {"Authorization: Token all", "Content-Encoding: gzip",
                                            "User-Agent: Telegraf/1.30.0"}});
    expect_status(&r, 204, "telegraf");
    deflateEnd(&z);
    buf_release(&b);
    get_keyed(&r, &d, "all", "/v1/datasets/telegraf.cpu.usage_idle", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "cpu=cpu0,host=a");
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "10S");
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 0);
    get_keyed(&r, &d, "all", "/v1/datasets/telegraf.system.uptime_format", 404);
}
END_TEST

/* A batch that arrived twice changes nothing. */
START_TEST(a_batch_may_be_sent_again)
{
    static const char lines[] = "m,h=a f=1 1700000001\nm,h=a f=2 1700000011\n";
    char *before;

    write_lines(lines, 204);
    get_keyed(&r, &d, "all", "/v1/datasets/telegraf.m.f/data?format=json", 200);
    before = strdup(r.body);
    write_lines(lines, 204);
    get_keyed(&r, &d, "all", "/v1/datasets/telegraf.m.f/data?format=json", 200);
    ck_assert_str_eq(r.body, before);
    free(before);
}
END_TEST

START_TEST(version_1_is_answered_in_its_form)
{
    write_as("/write?db=home&rp=autogen&precision=ms&consistency=any", "Authorization: Token all",
             "t v=1i 1700000000000", 204);
    write_as("/write", "Authorization: Token all", "t v=1", 400);
    (void)text_at(r.json, "error");
    write_as("/write?db=home", "Authorization: Token all", "t v=", 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "error"), "line 1: "));
}
END_TEST

START_TEST(a_line_without_a_time_is_of_now)
{
    time_t now = time(NULL);
    char today[12];
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(today, sizeof(today), "%Y-%m-%d", &tm);
    write_lines("now f=1\n", 204);
    get_keyed(&r, &d, "all", "/v1/datasets/telegraf.now.f", 200);
    ck_assert(strncmp(text_at(r.json, "series.0.start"), today, 10) == 0 || now % 86400 > 86300);
}
END_TEST

START_TEST(keys_are_needed)
{
    write_as("/api/v2/write?bucket=b", "X-Nothing: 1", "m f=1", 401);
    write_as("/api/v2/write?bucket=b", "Authorization: Token wrong", "m f=1", 401);
    write_as("/api/v2/write?bucket=b", "Authorization: token all", "m f=1", 204);
    write_as("/api/v2/write?bucket=b", "Authorization: Bearer all", "m f=1", 204);
}
END_TEST

START_TEST(hostile_lines_are_refused)
{
    struct buf b;

    write_lines("m f=1 99999999999999\nm f=2 1700000000\n", 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "message"), "precision"));
    write_lines("far f=1 1700000000\nfar f=2 -1700000000\n", 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "message"), "data set 'telegraf.far.f'"));
    write_lines("\xff\xfe,\x01", 400);
    buf_init(&b, 1 << 22);
    for (int i = 0; i < 100000; i++)
        buf_puts(&b, "\"\\,= ");
    write_lines(b.data, 400);
    buf_release(&b);
    write_lines("", 204);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("influx");
    TCase *t = tcase_create("influx");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, it_is_there_only_when_it_is_switched_on);
    tcase_add_test(t, what_telegraf_sends_becomes_series);
    tcase_add_test(t, a_batch_may_be_sent_again);
    tcase_add_test(t, version_1_is_answered_in_its_form);
    tcase_add_test(t, a_line_without_a_time_is_of_now);
    tcase_add_test(t, keys_are_needed);
    tcase_add_test(t, hostile_lines_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
