/* test_uploads.c - unusual but valid uploads: text columns, only gaps, ids of any text, some tags
 * missing. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

#define CSV    "text/csv"
#define JSON   "application/json"
#define CONLLU "text/x-conllu"

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

static void get_as(const char *path, const char *accept)
{
    char header[64];

    snprintf(header, sizeof(header), "Accept: %s", accept);
    http_send(&r, &d, &(struct request){.method = "GET", .path = path, .headers = {header}});
    expect_status(&r, 200, path);
}

START_TEST(text_beside_numbers_is_left_out_and_named)
{
    put(&r, &d, "/v1/datasets/shop", CSV,
        "month,\"place\",y\n2020-01,\"Sao \"\"P\"\"\",1\n2020-02,\"Oslo, N\",2\n", 201);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "columns")), 1);
    ck_assert_str_eq(text_at(r.json, "columns.0"), "y");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "notes")), 1);
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "column_left_out");
    ck_assert_str_eq(text_at(r.json, "notes.0.column"), "place");
    ck_assert_str_eq(text_at(r.json, "notes.0.parameter"), "target");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "notes.0.detail"), "line 2"));
    /* columns that were left out stay out, even if the appended rows have no value in them */
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/shop/rows",
                                .type = CSV,
                                .body = "month,place,y\n2020-03,,3\n2020-04,,\n"});
    expect_status(&r, 200, "rows");
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 4);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 1);
    ck_assert_str_eq(text_at(r.json, "notes.0.column"), "place");
    put(&r, &d, "/v1/datasets/shop?target=place", CSV, "month,place,y\n2020-01,a,1\n", 422);
    put(&r, &d, "/v1/datasets/shop", CSV, "month,place\n2020-01,a\n", 422);
    put(&r, &d, "/v1/datasets/shop", JSON, "{\"values\":[1]}", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "notes")), 0);
}
END_TEST

START_TEST(nothing_but_gaps_and_a_single_row_are_kept)
{
    put(&r, &d, "/v1/datasets/gaps", CSV, "month,y,z\n2020-01,,NA\n2020-02,null,\n", 201);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 4);
    ck_assert_str_eq(text_at(r.json, "columns.1"), "z");
    put(&r, &d, "/v1/datasets/gaps-json", JSON,
        "{\"start\":\"2020-01\",\"frequency\":\"M\",\"values\":[null,null,null]}", 201);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 3);
    put(&r, &d, "/v1/datasets/single", CSV, "date,y\n2020-01-01,5\n", 201);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 1);
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "D");
    /* training names what is wrong */
    post(&r, &d, "/v1/jobs", "{\"task\":\"forecast\",\"dataset\":\"gaps-json\",\"model\":\"m\"}",
         422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "all 3 observations are missing"));
    post(&r, &d, "/v1/jobs", "{\"task\":\"forecast\",\"dataset\":\"single\",\"model\":\"m\"}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "1 observation"));
}
END_TEST

static const char *const ids[] = {"%s%n%d",      "\xF0\x9F\x98\x80",
                                  "a\"b",        "a/b?c=d&e#f",
                                  "line\nbreak", "\r\n",
                                  "=1+1",        "+x",
                                  " blank ",     "\t",
                                  "a,b;",        "<b>&amp;",
                                  "back\\slash", "\\n",
                                  "..",          "null",
                                  "42",          "\x01",
                                  "'",           "\xC3\xA4",
                                  "{\"id\":1}",  "-1@home"};
enum { NUM_IDS = sizeof(ids) / sizeof(ids[0]) };

static char *long_id(void)
{
    static char text[1025];

    memset(text, 'x', 1024);
    return text;
}

static const char *id_of(int i)
{
    return i < NUM_IDS ? ids[i] : long_id();
}

/* Some years of months for every id. */
static char *panel(void)
{
    cJSON *o = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(o, "series");
    char *text;

    for (int i = 0; i <= NUM_IDS; i++) {
        cJSON *s = cJSON_CreateObject(), *values = cJSON_AddArrayToObject(s, "values");

        cJSON_AddStringToObject(s, "id", id_of(i));
        cJSON_AddStringToObject(s, "start", "2020-01");
        cJSON_AddStringToObject(s, "frequency", "M");
        for (int k = 0; k < 36; k++)
            cJSON_AddItemToArray(values, cJSON_CreateNumber(10 * i + k % 12));
        cJSON_AddItemToArray(list, s);
    }
    text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    ck_assert_ptr_nonnull(text);
    return text;
}

static void expect_ids(const char *what)
{
    const cJSON *list = at(r.json, "series"), *s;
    int i = 0;

    ck_assert_msg(cJSON_GetArraySize(list) == NUM_IDS + 1, "%s", what);
    cJSON_ArrayForEach(s, list)
    {
        ck_assert_str_eq(text_at(s, "id"), id_of(i));
        i++;
    }
}

START_TEST(ids_of_any_text_come_back)
{
    char *body = panel(), *csv;

    put(&r, &d, "/v1/datasets/ids", JSON, body, 201);
    expect_ids("resource");
    get_as("/v1/datasets/ids/data", JSON);
    expect_ids("JSON");
    get_as("/v1/datasets/ids/data", CSV);
    csv = strdup(r.body);
    ck_assert_ptr_nonnull(csv);
    put(&r, &d, "/v1/datasets/again", CSV, csv, 201);
    expect_ids("CSV read again");
    get_as("/v1/datasets/again/data", CSV);
    ck_assert_str_eq(r.body, csv);
    free(csv);
    free(body);
}
END_TEST

START_TEST(ids_that_are_too_long_or_empty_are_refused)
{
    char body[1200];

    snprintf(body, sizeof(body), "{\"id\":\"%sx\",\"values\":[1]}", long_id());
    put(&r, &d, "/v1/datasets/long", JSON, body, 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "1024"));
    put(&r, &d, "/v1/datasets/long", JSON, "{\"id\":\"\",\"values\":[1]}", 422);
    put(&r, &d, "/v1/datasets/long", CSV, "id,y\n\"\",1\n", 422);
}
END_TEST

/* The chart has its closing tag, and no character that XML does not allow. */
static void expect_svg(const char *svg)
{
    ck_assert_ptr_nonnull(strstr(svg, "</svg>"));
    for (const char *p = svg; *p; p++)
        ck_assert((unsigned char)*p >= 0x20 || strchr("\t\n\r", *p));
    ck_assert_ptr_null(strstr(svg, "<b>"));
}

START_TEST(forecasts_find_ids_of_any_text)
{
    char *body = panel();
    CURL *curl = curl_easy_init();

    ck_assert_ptr_nonnull(curl);
    put(&r, &d, "/v1/datasets/ids", JSON, body, 200);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"ids\",\"model\":\"ids\",\"params\":"
            "{\"season_length\":12}}",
            "succeeded");
    for (int i = 0; i <= NUM_IDS; i++) {
        char path[4096];
        char *escaped = curl_easy_escape(curl, id_of(i), 0);

        snprintf(path, sizeof(path), "/v1/models/ids/forecast?horizon=2&series=%s", escaped);
        get_as(path, JSON);
        ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series")), 1);
        ck_assert_str_eq(text_at(r.json, "series.0.id"), id_of(i));
        get_as(path, "image/svg+xml");
        expect_svg(r.body);
        curl_free(escaped);
    }
    curl_easy_cleanup(curl);
    free(body);
}
END_TEST

/* Every third tag of two columns is not given; some sentences have none. */
static void tagged_text(char *out, size_t cap)
{
    static const char *const words[] = {"the", "dog", "sees", "a", "cat"};
    static const char *const upos[] = {"DET", "NOUN", "VERB", "DET", "NOUN"};
    size_t n = 0;

    for (int i = 0; i < 60; i++) {
        for (int k = 0; k < 5; k++)
            n += (size_t)snprintf(out + n, cap - n, "%d\t%s\t_\t%s\t%s\t_\t_\t_\t_\t_\n", k + 1,
                                  words[k], (i + k) % 3 && i % 10 ? upos[k] : "_",
                                  (i + k) % 2 ? "X" : "_");
        n += (size_t)snprintf(out + n, cap - n, "\n");
    }
    ck_assert_uint_lt(n, cap);
}

START_TEST(missing_tags_are_data)
{
    static char text[20000];
    char *json;

    tagged_text(text, sizeof(text));
    put(&r, &d, "/v1/datasets/tags", CONLLU, text, 201);
    ck_assert_int_eq((int)number_at(r.json, "tags.upos"), 3);
    get_as("/v1/datasets/tags/data", CONLLU);
    ck_assert_str_eq(r.body, text);
    get_as("/v1/datasets/tags/data", JSON);
    ck_assert(cJSON_IsNull(at(r.json, "sentences.1.upos.2")));
    ck_assert_str_eq(text_at(r.json, "sentences.1.upos.1"), "NOUN");
    json = strdup(r.body);
    ck_assert_ptr_nonnull(json);
    put(&r, &d, "/v1/datasets/tags-json", JSON, json, 201);
    get_as("/v1/datasets/tags-json/data", JSON);
    ck_assert_str_eq(r.body, json);
    free(json);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"tags-json\",\"model\":\"tags\",\"params\":"
            "{\"column\":\"upos\",\"epochs\":5,\"test_size\":20}}",
            "succeeded");
    /* of 100 held-out words two in three have a tag, but for those of two sentences */
    ck_assert_int_eq((int)number_at(r.json, "metrics.tokens"), 60);
    ck_assert_int_eq((int)number_at(r.json, "metrics.sentences"), 18);
    post(&r, &d, "/v1/models/tags/evaluate", "{\"dataset\":\"tags\"}", 200);
    ck_assert_int_eq((int)number_at(r.json, "metrics.tokens"), 180);
    post(&r, &d, "/v1/models/tags/tag", "{\"tokens\":[\"the\",\"dog\"]}", 200);
    ck_assert(strcmp(text_at(r.json, "sentences.0.tags.0"), "_") != 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("uploads");
    TCase *t = tcase_create("uploads");

    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_add_test(t, text_beside_numbers_is_left_out_and_named);
    tcase_add_test(t, nothing_but_gaps_and_a_single_row_are_kept);
    tcase_add_test(t, ids_of_any_text_come_back);
    tcase_add_test(t, ids_that_are_too_long_or_empty_are_refused);
    tcase_add_test(t, forecasts_find_ids_of_any_text);
    tcase_add_test(t, missing_tags_are_data);
    suite_add_tcase(s, t);
    return suite_run(s);
}
