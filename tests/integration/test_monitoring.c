/* test_monitoring.c - the alerts and the dashboard ask for metrics that the daemon serves. */
#include "tests/integration/suite.h"
#include "tests/unit/server/http/certificate.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;
static char *text; /* the file that is looked at */

/* A daemon of which every metric is known: some need a certificate or a backup. */
static void setup(void)
{
    struct certificate c;
    char copy[128], out[400];

    daemon_init(&d);
    certificate_make(&c, d.dir, "one", 100, NULL);
    snprintf(d.ca, sizeof(d.ca), "%s", c.certificate);
    daemon_start(&d, (const char *const[]){"--tls-cert", c.certificate, "--tls-key", c.key, NULL});
    snprintf(copy, sizeof(copy), "%s/copy.db", d.dir);
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"backup", copy, "--database", d.db, NULL}),
                     0);
    get(&r, &d, "/metrics", 200);
}

static void teardown(void)
{
    free(text);
    text = NULL;
    reply_release(&r);
    daemon_free(&d);
}

static void read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    long n;

    ck_assert_msg(f != NULL, "%s cannot be opened", path);
    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    n = ftell(f);
    rewind(f);
    free(text);
    text = calloc(1, (size_t)n + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)n, f), (size_t)n);
    fclose(f);
}

static bool has_type(const char *name, const char *type)
{
    char line[160];

    snprintf(line, sizeof(line), "\n# TYPE %s %s", name, type);
    return strstr(r.body, line) != NULL;
}

/* Whether the daemon serves a name of an expression: a metric, or the samples of a histogram. */
static bool served(const char *name)
{
    static const char *const ends[] = {"_bucket", "_sum", "_count"};
    char base[120];

    if (has_type(name, "counter\n") || has_type(name, "gauge\n"))
        return true;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t n = strlen(name), m = strlen(ends[i]);

        if (n <= m || strcmp(name + n - m, ends[i]) != 0)
            continue;
        snprintf(base, sizeof(base), "%.*s", (int)(n - m), name);
        if (has_type(base, "histogram\n"))
            return true;
    }
    return false;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Checks every name in the expression that has the prefix of our metrics; returns their number. */
static int check_names(const char *expression, const char *where)
{
    static const char *const begins[] = {"lstmd_", "process_"};
    int found = 0;

    for (size_t k = 0; k < sizeof(begins) / sizeof(begins[0]); k++)
        for (const char *p = expression; (p = strstr(p, begins[k])) != NULL;) {
            char name[120];
            size_t n = 0;

            while (in_name(p[n]))
                n++;
            snprintf(name, sizeof(name), "%.*s", (int)n, p);
            if (p == expression || !in_name(p[-1])) {
                ck_assert_msg(served(name), "%s asks for %s, which the daemon does not serve",
                              where, name);
                found++;
            }
            p += n;
        }
    return found;
}

/* Checks each line of the file, except comments. */
static int check_lines(void)
{
    char *rest = NULL;
    int found = 0;

    for (char *l = strtok_r(text, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest))
        if (l[strspn(l, " ")] != '#' && !strstr(l, "runbook:"))
            found += check_names(l, l);
    return found;
}

START_TEST(alerts_ask_for_what_is_served)
{
    read_file("config/prometheus/lstmd.rules.yml");
    ck_assert_int_ge(check_lines(), 18);
    read_file("config/prometheus/lstmd.rules.test.yml");
    ck_assert_int_ge(check_lines(), 18);
}
END_TEST

static void check_panel(const cJSON *panel)
{
    const char *title = text_at(panel, "title");
    const cJSON *target;

    ck_assert_int_gt((int)strlen(title), 0);
    if (strcmp(text_at(panel, "type"), "row") == 0)
        return;
    ck_assert_str_eq(text_at(panel, "datasource.uid"), "${datasource}");
    ck_assert_int_gt(cJSON_GetArraySize(at(panel, "targets")), 0);
    cJSON_ArrayForEach(target, at(panel, "targets"))
    {
        const char *expression = text_at(target, "expr");

        ck_assert_ptr_nonnull(strstr(expression, "job=\"$job\",instance=~\"$instance\""));
        if (strncmp(expression, "up{", 3) != 0)
            ck_assert_msg(check_names(expression, title) > 0, "%s asks for nothing", title);
    }
}

static bool apart(const cJSON *a, const cJSON *b)
{
    double ax = number_at(a, "gridPos.x"), ay = number_at(a, "gridPos.y");
    double bx = number_at(b, "gridPos.x"), by = number_at(b, "gridPos.y");

    return ax + number_at(a, "gridPos.w") <= bx || bx + number_at(b, "gridPos.w") <= ax ||
           ay + number_at(a, "gridPos.h") <= by || by + number_at(b, "gridPos.h") <= ay;
}

START_TEST(the_dashboard_asks_for_what_is_served)
{
    const cJSON *panels, *a, *b;
    cJSON *board;

    read_file("config/grafana/lstmd.json");
    board = cJSON_Parse(text);
    ck_assert_ptr_nonnull(board);
    panels = at(board, "panels");
    ck_assert_int_gt(cJSON_GetArraySize(panels), 20);
    cJSON_ArrayForEach(a, panels)
    {
        check_panel(a);
        ck_assert(number_at(a, "gridPos.x") + number_at(a, "gridPos.w") <= 24);
        for (b = a->next; b; b = b->next) {
            ck_assert_msg(apart(a, b), "%s lies over %s", text_at(a, "title"), text_at(b, "title"));
            ck_assert(number_at(a, "id") != number_at(b, "id")); /* NOLINT: whole numbers */
        }
    }
    cJSON_Delete(board);
}
END_TEST

START_TEST(a_name_that_is_not_served_is_found)
{
    ck_assert(served("lstmd_workers"));
    ck_assert(served("lstmd_job_duration_seconds_bucket"));
    ck_assert(served("lstmd_certificate_expires_timestamp_seconds"));
    ck_assert(served("lstmd_last_backup_timestamp_seconds"));
    ck_assert(!served("lstmd_job_duration_seconds"));
    ck_assert(!served("lstmd_workers_count"));
    ck_assert(!served("lstmd_worker"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("monitoring");
    TCase *t = tcase_create("monitoring");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, alerts_ask_for_what_is_served);
    tcase_add_test(t, the_dashboard_asks_for_what_is_served);
    tcase_add_test(t, a_name_that_is_not_served_is_found);
    suite_add_tcase(s, t);
    return suite_run(s);
}
