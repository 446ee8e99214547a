/* test_prometheus.c - Prometheus' HTTP API on the wire: what Grafana sends, the queries of the
 * dashboard in config/grafana, keys, and hostile input. */
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    static const char *const args[] = {"--prometheus", NULL};
    char *csv = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, args);
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
            "\"params\":{\"epochs\":2,\"ensemble\":false}}",
            "succeeded");
    free(csv);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1 << 16);

    ck_assert_msg(f && text, "%s", path);
    ck_assert_uint_gt(fread(text, 1, (1 << 16) - 1, f), 0);
    fclose(f);
    return text;
}

/* Appends text with each `name` replaced by the value. */
static void put_replaced(struct buf *b, const char *text, const char *name, const char *value)
{
    const char *at;

    for (; (at = strstr(text, name)) != NULL; text = at + strlen(name)) {
        buf_add(b, text, (size_t)(at - text));
        buf_puts(b, value);
    }
    buf_puts(b, text);
}

START_TEST(it_is_there_only_when_it_is_switched_on)
{
    struct daemon other;

    daemon_init(&other);
    daemon_start(&other, NULL);
    get(&r, &other, "/api/v1/query?query=1", 404);
    daemon_free(&other);
    get(&r, &d, "/api/v1/query?query=1", 200);
}
END_TEST

/* ---- Grafana ---- */

static int send_line(char *line)
{
    struct buf b;
    char *method, *path, *form, *rest = NULL;

    buf_init(&b, 1 << 16);
    put_replaced(&b, line, "%M", "flights");
    method = strtok_r(b.data, " \n", &rest);
    path = strtok_r(NULL, " \n", &rest);
    form = strtok_r(NULL, " \n", &rest);
    ck_assert_ptr_nonnull(path);
    http_send(&r, &d,
              &(struct request){.method = method,
                                .path = path,
                                .type = form ? "application/x-www-form-urlencoded" : NULL,
                                .body = form});
    expect_status(&r, 200, path);
    ck_assert_str_eq(text_at(r.json, "status"), "success");
    ck_assert_ptr_nonnull(at(r.json, "data"));
    /* Expressions must find something. */
    if (strstr(path, "/query") && !strstr(path, "exemplars"))
        ck_assert_msg(cJSON_GetArraySize(at(r.json, "data.result")) > 0, "%s", line);
    if (strstr(path, "/label") || strstr(path, "/series"))
        ck_assert_msg(cJSON_GetArraySize(at(r.json, "data")) > 0, "%s", line);
    buf_release(&b);
    return 1;
}

START_TEST(what_grafana_sends_is_answered)
{
    char *text = read_file("tests/data/grafana/requests.txt"), *rest = NULL;
    int sent = 0;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (line[0] != '#')
            sent += send_line(line);
    ck_assert_int_gt(sent, 15);
    free(text);
}
END_TEST

/* The variables of the dashboard that were asked for so far. */
static struct {
    const char *name;
    char value[200];
} variables[10];
static int num_variables;

/* Replaces the variables in text; the longest names first, because one may begin another. */
static char *expand(const char *text)
{
    char *out = strdup(text);

    for (int i = 0; i < num_variables; i++) {
        char name[40];
        struct buf b;

        snprintf(name, sizeof(name), "$%s", variables[i].name);
        buf_init(&b, 10000);
        put_replaced(&b, out, name, variables[i].value);
        free(out);
        out = b.data;
    }
    ck_assert_msg(!strchr(out, '$'), "%s", out);
    return out;
}

static void ask_escaped(const char *path, const char *name, const char *value, const char *more)
{
    char *escaped = curl_easy_escape(NULL, value, 0);
    struct buf b;

    buf_init(&b, 10000);
    buf_printf(&b, "%s?%s=%s%s", path, name, escaped, more);
    get(&r, &d, b.data, 200);
    curl_free(escaped);
    buf_release(&b);
}

/* Asks for "label_values(SELECTOR, LABEL)" as Grafana does, and keeps the first value. */
static void ask_variable(const cJSON *variable)
{
    const char *query = text_at(variable, "query.query");
    const char *comma = strrchr(query, ',');
    char selector[400], label[40], path[100];
    char *expanded;

    ck_assert_ptr_nonnull(comma);
    ck_assert_int_eq(sscanf(comma, ", %39[a-z_])", label), 1);
    ck_assert(strncmp(query, "label_values(", 13) == 0);
    snprintf(selector, sizeof(selector), "%.*s", (int)(comma - query - 13), query + 13);
    snprintf(path, sizeof(path), "/api/v1/label/%s/values", label);
    expanded = expand(selector);
    ask_escaped(path, "match[]", expanded, "");
    free(expanded);
    ck_assert_msg(cJSON_GetArraySize(at(r.json, "data")) == 1, "%s: %s", query, r.body);
    variables[num_variables].name = text_at(variable, "name");
    snprintf(variables[num_variables++].value, sizeof(variables[0].value), "%s",
             text_at(r.json, "data.0"));
}

/* The year before the end of the data, and the one after it. */
static void ask_target(const cJSON *target, const char *title)
{
    char *expression = expand(text_at(target, "expr"));

    ask_escaped("/api/v1/query_range", "query", expression,
                "&start=1960-01-01T00:00:00Z&end=1961-12-01T00:00:00Z&step=1w");
    ck_assert_msg(cJSON_GetArraySize(at(r.json, "data.result")) == 1, "%s: %s", title, r.body);
    ck_assert_int_gt(cJSON_GetArraySize(at(r.json, "data.result.0.values")), 50);
    free(expression);
}

START_TEST(the_dashboard_draws_the_demo)
{
    char *text = read_file("config/grafana/lstmd_forecasts.json");
    cJSON *board = cJSON_Parse(text);
    const cJSON *variable, *panel, *target;
    int targets = 0;

    num_variables = 0;
    cJSON_ArrayForEach(variable, at(board, "templating.list"))
    {
        if (strcmp(text_at(variable, "type"), "query") == 0)
            ask_variable(variable);
    }
    cJSON_ArrayForEach(panel, at(board, "panels"))
    {
        cJSON_ArrayForEach(target, at(panel, "targets"))
        {
            ask_target(target, text_at(panel, "title"));
            targets++;
        }
    }
    ck_assert_int_eq(targets, 5);
    cJSON_Delete(board);
    free(text);
}
END_TEST

/* ---- keys ---- */

START_TEST(a_key_reads_what_it_may)
{
    static const char *const args[] = {"--prometheus", "--api-key=all", NULL};
    struct daemon other;
    char key[200];

    daemon_init(&other);
    daemon_start(&other, args);
    get_keyed(&r, &other, "", "/api/v1/query?query=1", 401);
    http_send(&r, &other,
              &(struct request){.method = "POST",
                                .path = "/v1/keys",
                                .type = "application/json",
                                .body = "{\"name\":\"g\",\"scopes\":[\"read\"]}",
                                .headers = {"X-Api-Key: all"}});
    expect_status(&r, 201, "a key");
    snprintf(key, sizeof(key), "%s", text_at(r.json, "key"));
    get_keyed(&r, &other, key, "/api/v1/query?query=1", 200);
    get_keyed(&r, &other, key, "/api/v1/labels", 200);
    daemon_free(&other);
}
END_TEST

/* ---- hostile input ---- */

static void refuse(const char *path, long status, const char *what)
{
    get(&r, &d, path, status);
    ck_assert_str_eq(text_at(r.json, "status"), "error");
    ck_assert_msg(strstr(text_at(r.json, "error"), what) != NULL, "%s", r.body);
}

START_TEST(hostile_requests_are_refused)
{
    struct buf b;

    refuse("/api/v1/query", 400, "'query' is needed");
    refuse("/api/v1/query?query=sum(up)", 400, "no functions");
    refuse("/api/v1/query?query=up&time=never", 400, "time is 'never'");
    refuse("/api/v1/query_range?query=up&start=0&end=1e9&step=1", 400, "11000");
    refuse("/api/v1/series", 400, "match[]");
    refuse("/api/v1/series?match[]=%7B%7D", 400, "empty text");
    refuse("/api/v1/query?query=%7B__name__%3D~%22((.%2B)%2B)%2B[!?]%22%7D", 400, "too many steps");
    refuse("/api/v1/query?query=%7Ba%3D~%22((a%7B1000%7D)%7B1000%7D)%7B1000%7D%22%7D", 400,
           "no regular expression");
    buf_init(&b, 1 << 20);
    buf_puts(&b, "query=");
    for (int i = 0; i < 100000; i++)
        buf_puts(&b, "{");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/api/v1/query",
                                .type = "application/x-www-form-urlencoded",
                                .body = b.data});
    expect_status(&r, 400, "a long expression");
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prometheus");
    TCase *t = tcase_create("prometheus");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, it_is_there_only_when_it_is_switched_on);
    tcase_add_test(t, what_grafana_sends_is_answered);
    tcase_add_test(t, the_dashboard_draws_the_demo);
    tcase_add_test(t, a_key_reads_what_it_may);
    tcase_add_test(t, hostile_requests_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
