/* test_door.c - files as users have them (tests/data/door): read correctly, or refused with a
 * message that helps. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* The bytes of a file of tests/data/door, malloc'ed. */
static char *file_of(size_t *len, const char *name)
{
    char path[200];
    FILE *f;
    char *text = malloc(1 << 20);

    ck_assert_ptr_nonnull(text);
    snprintf(path, sizeof(path), "tests/data/door/%s.csv", name);
    f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    *len = fread(text, 1, (1 << 20) - 1, f);
    text[*len] = '\0';
    fclose(f);
    return text;
}

static void upload(const char *name, const char *query)
{
    char path[200];
    size_t len;
    char *text = file_of(&len, name);

    snprintf(path, sizeof(path), "/v1/datasets/door%s%s", query[0] ? "?" : "", query);
    http_send(&r, &d,
              &(struct request){
                  .method = "PUT", .path = path, .type = "text/csv", .body = text, .len = len});
    free(text);
}

static const struct right {
    const char *file, *query;
    int series, length;
    const char *start, *end, *frequency;
    double first, last; /* value of the first column */
} rights[] = {
    {"d_dd_mon_yyyy", "", 1, 36, "01-Jan-2020", "05-Feb-2020", "D", 100, 130},
    {"d_dmy_datetime", "", 1, 36, "01/01/2020 00:00", "02/01/2020 11:00", "H", 100, 130},
    {"d_dmy_dot", "", 1, 36, "01.01.2020", "05.02.2020", "D", 100, 130},
    {"d_dmy_slash_daily", "", 1, 36, "01/01/2020", "05/02/2020", "D", 100, 130},
    {"d_dmy_slash_monthly", "", 1, 36, "01/01/2019", "01/12/2021", "M", 100, 130},
    {"d_iso_T_Z", "", 1, 36, "2020-01-01T00:00:00Z", "2020-01-02T11:00:00Z", "H", 100, 130},
    {"d_iso_offset_0530", "", 1, 36, "2024-06-04 17:00:00+05:30", "2024-06-06 04:00:00+05:30", "H",
     100, 130},
    {"d_mdy_2digit", "", 1, 36, "01/01/20", "02/05/20", "D", 100, 130},
    {"d_mdy_nopad_daily", "", 1, 36, "1/1/2020", "2/5/2020", "D", 100, 130},
    {"d_mdy_slash_daily", "", 1, 36, "01/01/2020", "02/05/2020", "D", 100, 130},
    {"d_mdy_slash_monthly", "", 1, 36, "01/01/2019", "12/01/2021", "M", 100, 130},
    {"d_mon_dash_yy_excel", "", 1, 36, "Jan-19", "Dec-21", "M", 100, 130},
    {"d_mon_yyyy_r", "", 1, 36, "2019 Jan", "2021 Dec", "M", 100, 130},
    {"d_q_2019-Q1", "", 1, 36, "2012-Q1", "2020-Q4", "Q", 100, 130},
    {"d_q_2019Q1", "", 1, 36, "2012Q1", "2020Q4", "Q", 100, 130},
    {"d_q_Q1-2019", "", 1, 36, "Q1-2012", "Q4-2020", "Q", 100, 130},
    {"d_q_Q1_2019", "", 1, 36, "Q1 2012", "Q4 2020", "Q", 100, 130},
    {"d_w_iso", "", 1, 36, "2020-W05", "2020-W40", "W", 100, 130},
    {"d_w_iso_53", "", 1, 36, "2020-W41", "2021-W23", "W", 100, 130},
    {"d_weekday_prefix", "", 1, 36, "Wed, 01 Jan 2020", "Wed, 05 Feb 2020", "D", 100, 130},
    {"d_yyyy_slash", "", 1, 36, "2020/01/01", "2020/02/05", "D", 100, 130},
    {"d_yyyymm", "", 1, 36, "201901", "202112", "M", 100, 130},
    {"d_yyyymm_M", "", 1, 36, "2019M01", "2021M12", "M", 100, 130},
    {"d_yyyymmdd", "", 1, 36, "20200101", "20200205", "D", 100, 130},
    {"m_day15", "", 1, 36, "2019-01-15", "2021-12-15", "M", 100, 130},
    {"m_day30", "", 1, 36, "2019-01-30", "2021-12-30", "M", 100, 130},
    {"m_month_end", "", 1, 36, "2019-01-31", "2021-12-31", "M", 100, 130},
    {"q_end", "", 1, 36, "2012-03-31", "2020-12-31", "Q", 100, 130},
    {"q_march", "", 1, 36, "2012-03-01", "2020-12-01", "Q", 100, 130},
    {"half_year", "", 1, 36, "2000-06-30", "2017-12-31", "6M", 100, 130},
    {"b_mon_fri", "", 1, 260, "2021-01-04", "2021-12-31", "B", 111.3, 119.6},
    {"b_mon_fri_holidays", "", 1, 260, "2021-01-04", "2021-12-31", "B", 109.7, 120.5},
    {"b_mon_sat", "", 1, 260, "2021-01-04", "2021-11-02", "D", 111.6, 110.9},
    {"h_open_hours", "", 1, 308, "2023-01-02 07:00:00", "2023-01-29 17:00:00", "H", 51.1, 51.3},
    {"tz_kolkata", "", 1, 240, "2024-06-04 17:00:00+05:30", "2024-06-14 16:00:00+05:30", "H", 127.8,
     133.1},
    {"dst_spring_naive", "", 1, 336, "2023-03-20 00:00", "2023-04-02 23:00", "H", 64.8, 73.9},
    {"d_epoch_s_float", "", 1, 36, "1577836800", "1580860800", "D", 100, 130},
    {"d_excel_serial", "", 1, 36, "2020-01-01", "2020-02-05", "D", 100, 130},
    {"d_w_range_pandas", "", 1, 36, "2020-01-27", "2020-09-28", "W", 100, 130},
    {"d_dmy_10days", "date_format=%25d/%25m/%25Y", 1, 10, "01/01/2020", "10/01/2020", "D", 100, 99},
    {"d_dmy_10days", "frequency=M", 1, 10, "01/01/2020", "10/01/2020", "M", 100, 99},
    {"flights_seaborn", "", 1, 144, "1949-01", "1960-12", "M", 112, 432},
    {"flights_wide_year_by_month", "", 1, 144, "1949-01", "1960-12", "M", 112, 432},
    {"flights_events", "aggregate=count&frequency=D&id=_from", 5, 60, "2008-01-01", "2008-02-29",
     "D", 9, 10},
    {"flights_events", "aggregate=count&frequency=H&id=_from", 5, 1434, "2008-01-01T05:00:00Z",
     "2008-02-29T22:00:00Z", "H", 0, 0},
    {"m_german", "", 1, 36, "2019-01", "2021-12", "M", 100, 130},
    {"m_french_columns", "", 1, 12, "2020-01", "2020-12", "M", 100, 111},
    {"d_month_name_fr", "", 1, 36, "2019-01", "2021-12", "M", 100, 130},
    {"y_fiscal", "", 1, 20, "FY2000", "FY2019", "Y", 100, 119},
    {"d_day_of_year", "", 1, 36, "2020-01-01", "2020-02-05", "D", 100, 130},
    {"x_worldbank_wide", "", 2, 20, "1990", "2009", "Y", 100, 119},
    {"x_r_wide", "", 2, 20, "1990", "2009", "Y", 100, 119},
    {"x_hour_ending", "", 1, 96, "2020-01-01T01:00:00", "2020-01-05T00:00:00", "H", 100, 195},
    {"x_midnight_24", "", 1, 48, "2020-01-01 01:00", "2020-01-03 00:00", "H", 100, 147},
    {"x_brackets", "", 1, 40, "2020-01-01", "2020-02-09", "D", 100, -139},
    {"x_blank_rows_end", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_bool_cov", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_comment_lines", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_currency", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_dash_missing", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_date_and_time_cols", "", 1, 40, "2006-12-16T00:00:00", "2006-12-17T15:00:00", "H", 1200,
     1195.61},
    {"x_german_excel", "", 1, 36, "01.01.2020", "05.02.2020", "D", 100, 130},
    {"x_holiday_name", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_kaggle_store_item", "", 4, 40, "2020-01-01", "2020-02-09", "D", 120, 119},
    {"x_m4_wide", "", 2, 5, "0", "4", "", 605, 511},
    {"x_no_header", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_only_numbers", "", 1, 40, "0", "39", "", 1200, 1195.61},
    {"x_pandas_index", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_pandas_unnamed", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_percent", "", 1, 40, "2020-01-01", "2020-02-09", "D", 12, 12},
    {"x_pipe", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_r_writecsv", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_reverse_order", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_sep_line", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_tab", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_text_column", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_thousands_comma_quoted", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_thousands_space_fr", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
    {"x_worldbank_titles", "", 3, 64, "1960", "2023", "Y", 54000, 54819},
    {"x_months_across_total", "", 2, 72, "2012-01", "2017-12", "M", 10, 21},
    {"x_months_across_total", "id=Product", 3, 72, "2012-01", "2017-12", "M", 10, 21},
    {"x_statcan", "", 1, 24, "2019-01", "2020-12", "M", 100, 106.9},
    {"x_usgs", "", 1, 48, "2024-01-01 00:00", "2024-01-02 23:00", "H", 11000, 11329},
    {"x_noaa_daily", "", 1, 31, "2020-01-01", "2020-01-31", "D", 0, 0},
    {"x_text_formula", "", 2, 20, "2020-01-01", "2020-01-20", "D", 5, 43},
    {"x_below_detection", "censored=limit", 1, 28, "2020-01-01", "2020-01-28", "D", 2, 4},
    {"x_below_detection", "censored=missing", 1, 28, "2020-01-01", "2020-01-28", "D", 2, 4},
    {"d_zone_name", "", 1, 24, "2020-01-01T00:00+01:00", "2020-01-01T23:00+01:00", "H", 100, 123},
    {"x_total_nameless", "", 2, 12, "2020-01", "2020-12", "M", 0, 22},
    {"b_closed_differ", "", 2, 86, "2020-01-01", "2020-04-29", "B", 0, 119},
    {"s_bls", "", 1, 36, "2019-01", "2021-12", "M", 100, 106.218},
    {"s_boardings", "", 2, 120, "2023-01-01T00:00:00", "2023-01-05T23:00:00", "H", 100, 117},
    {"s_bundesbank", "", 1, 60, "2015-01", "2019-12", "M", 1.05, 1.0677},
    {"s_eurostat_long", "", 2, 24, "2020-01", "2021-12", "M", 10, 9.8},
    {"s_eurostat_wide", "", 2, 5, "2015-01", "2015-05", "M", 1.2, 1.6},
    {"s_gistemp", "", 1, 392, "1990-01", "2022-08", "M", 1, 2.27},
    {"s_half_hours", "", 1, 960, "01/01/2023 00:00", "20/01/2023 23:30", "30min", 1, 1.195},
    {"s_home_assistant", "", 1, 72, "2023-01-01T00:00:00Z", "2023-01-03T23:00:00Z", "H", 20, 26.2},
    {"s_influx", "", 2, 24, "2023-01-01T00:00:00Z", "2023-01-01T23:00:00Z", "H", 100, 98.44},
    {"s_m5", "", 3, 60, "0", "59", "", 0, 2},
    {"s_nasa_power", "", 1, 40, "2023-01-01", "2023-02-09", "D", 10, 12.13},
    {"s_no_header_dates", "", 1, 60, "20230101", "20230301", "D", 100, 124},
    {"s_open_meteo", "", 1, 72, "2023-01-01T00:00", "2023-01-03T23:00", "H", 10, 13.1},
    {"s_pandas_columns", "", 1, 40, "2023-01-01", "2023-02-09", "D", 100, 121.3},
    {"s_sdmx", "", 2, 20, "2018-Q1", "2022-Q4", "Q", 100, 107.2},
    {"s_stooq", "", 1, 65, "2023-01-02T00:00:00", "2023-03-31T00:00:00", "B", 108.71, 135.3},
    {"s_payments", "frequency=D&aggregate=sum&target=Amount", 1, 25, "2023-01-01", "2023-01-25",
     "D", 86, 101},
    {"s_r_table", "", 1, 24, "2020-01-01", "2020-01-24", "D", 100, 111},
    {"s_listing", "", 1, 36, "1990-01", "1992-12", "M", 100, 111},
    {"x_trailing_comma", "", 1, 40, "2020-01-01", "2020-02-09", "D", 1200, 1195.61},
};

static bool is_like(const cJSON *got, const char *expect)
{
    return expect[0] ? cJSON_IsString(got) && strcmp(got->valuestring, expect) == 0
                     : cJSON_IsNull(got);
}

/* Of a row of one column or of several. */
static double first_column(const cJSON *row)
{
    return cJSON_IsArray(row) ? cJSON_GetArrayItem(row, 0)->valuedouble : row->valuedouble;
}

START_TEST(files_are_read_right)
{
    const struct right *row = &rights[_i];
    const cJSON *values;

    upload(row->file, row->query);
    ck_assert_msg(r.status == 200 || r.status == 201, "%s?%s: %ld %s", row->file, row->query,
                  r.status, r.body);
    ck_assert_msg(number_at(r.json, "num_series") == row->series &&
                      number_at(r.json, "series.0.length") == row->length &&
                      is_like(at(r.json, "series.0.start"), row->start) &&
                      is_like(at(r.json, "series.0.end"), row->end) &&
                      is_like(at(r.json, "series.0.frequency"), row->frequency),
                  "%s?%s: %.600s", row->file, row->query, r.body);
    http_send(&r, &d,
              &(struct request){.method = "GET",
                                .path = "/v1/datasets/door/data",
                                .headers = {"Accept: application/json"}});
    expect_status(&r, 200, row->file);
    values = cJSON_GetObjectItem(r.json, "series") ? at(r.json, "series.0.values")
                                                   : at(r.json, "values");
    ck_assert_msg(first_column(cJSON_GetArrayItem(values, 0)) == row->first &&
                      first_column(cJSON_GetArrayItem(values, row->length - 1)) == row->last,
                  "%s: %.300s", row->file, r.body);
}
END_TEST

static const struct refused {
    const char *file, *query, *detail;
} refusals[] = {
    {"d_dmy_10days", "", "date_format=%d/%m/%Y"},
    {"d_day_month_only", "", "date_format="},
    {"dst_autumn_naive", "", "lines 148 and 149"},
    {"dup_same_value", "", "?aggregate="},
    {"i_irregular", "", "aggregate="},
    {"i_random_events", "", "?frequency=D&aggregate="},
    {"t_clock_only", "", "a time of day without its date"},
    {"d_japanese", "", "?date_format="},
    {"x_below_detection", "", "?censored=limit reads it as 1"},
    {"x_across_ditto", "", "write the id in every row"},
    {"s_payments", "", "?frequency=D&aggregate="},
    {"x_percent_some", "", "have a percent sign"},
    {"x_ditto_blank", "", "lines 2 and 22"},
    {"x_german_excel", "decimal=.", "do not fit decimal=."},
    {"x_percent", "date_format=%25d", "does not tell the year"},
};

START_TEST(others_are_refused_with_the_sentence_that_helps)
{
    const struct refused *row = &refusals[_i];

    upload(row->file, row->query);
    expect_status(&r, 422, row->file);
    ck_assert_msg(strstr(text_at(r.json, "detail"), row->detail), "%s: %s", row->file, r.body);
    get(&r, &d, "/v1/datasets/nothing-was-stored", 404);
}
END_TEST

START_TEST(a_dry_run_answers_the_same_and_stores_nothing)
{
    const char *path = "/v1/datasets/rehearsal";

    upload("x_german_excel", "");
    put(&r, &d, "/v1/datasets/rehearsal?dry_run=1", "text/csv", "ds,y\n1/1/2020,5\n1/31/2020,7\n",
        200);
    ck_assert_str_eq(text_at(r.json, "name"), "rehearsal");
    ck_assert(cJSON_IsNull(at(r.json, "created_at")));
    ck_assert_str_eq(text_at(r.json, "series.0.start"), "1/1/2020");
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "date_format");
    get(&r, &d, path, 404);
    put(&r, &d, "/v1/datasets/rehearsal?dry_run=1", "text/csv", "ds,y\n1/1/2020,5\n2/1/2020,x\n",
        422);
    put(&r, &d, path, "text/csv", "ds,y\n2020-01-01,5\n2020-01-02,7\n", 201);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/rehearsal/rows?on_conflict=replace&dry_run=1",
                                .type = "text/csv",
                                .body = "ds,y\n2020-01-02,8\n2020-01-03,9\n"});
    expect_status(&r, 200, path);
    ck_assert(number_at(r.json, "rows.appended") == 1 && number_at(r.json, "rows.replaced") == 1);
    get(&r, &d, path, 200);
    ck_assert(number_at(r.json, "series.0.length") == 2);
}
END_TEST

/* More value columns than a series may have are as many series. */
START_TEST(thousands_of_columns_are_series)
{
    enum { COLUMNS = 9000, ROWS = 3 };
    char *text = malloc(1 << 20), *p = text;

    ck_assert_ptr_nonnull(text);
    p += sprintf(p, "date");
    for (int k = 0; k < COLUMNS; k++)
        p += sprintf(p, ",c%d", k);
    for (int i = 0; i < ROWS; i++) {
        p += sprintf(p, "\n2020-01-%02d", i + 1);
        for (int k = 0; k < COLUMNS; k++)
            p += sprintf(p, ",%d.5", i + k);
    }
    put(&r, &d, "/v1/datasets/wide?series_limit=2&series_offset=8998", "text/csv", text, 201);
    free(text);
    ck_assert(number_at(r.json, "num_series") == COLUMNS);
    ck_assert_str_eq(text_at(r.json, "series.1.id"), "c8999");
    ck_assert(number_at(r.json, "series.1.length") == ROWS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("door");
    TCase *t = tcase_create("files");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, files_are_read_right, 0, (int)(sizeof(rights) / sizeof(rights[0])));
    tcase_add_loop_test(t, others_are_refused_with_the_sentence_that_helps, 0,
                        (int)(sizeof(refusals) / sizeof(refusals[0])));
    tcase_add_test(t, a_dry_run_answers_the_same_and_stores_nothing);
    tcase_add_test(t, thousands_of_columns_are_series);
    suite_add_tcase(s, t);
    return suite_run(s);
}
