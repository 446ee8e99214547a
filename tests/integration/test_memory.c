/* test_memory.c - memory of request bodies: at most four times the size of the body, for any
 * content, and nothing afterwards. */
#include "tests/integration/suite.h"
#include "tests/sanitizer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CSV    "text/csv"
#define JSON   "application/json"
#define CONLLU "text/x-conllu"
#define DS     "/v1/datasets/x"
#define MEBI   ((size_t)1 << 20)

enum { MEASURED = !ANY_SANITIZER }; /* a sanitizer keeps memory of its own */

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

/* Bytes of a line of /proc/PID/status. */
static size_t memory(const char *name)
{
    char path[64], line[256];
    unsigned long kib = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)d.pid);
    f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof(line), f))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoul(line + strlen(name) + 1, NULL, 10);
    fclose(f);
    ck_assert(kib > 0);
    return kib * 1024;
}

/* A body of mebi MiB: head, unit again and again, tail. In unit, # is the number of the unit. */
static const struct shape {
    const char *name, *method, *path, *type, *head, *unit, *tail;
    int mebi, status;
} shapes[] = {
    {"lists", "PUT", DS, JSON, "[", "[],", "[]]", 60, 422},
    {"objects", "PUT", DS, JSON, "[", "{},", "{}]", 48, 422},
    {"nested lists", "PUT", DS, JSON, "[", "[[[[[[[[[[]]]]]]]]]],", "1]", 16, 422},
    {"strings", "PUT", DS, JSON, "[", "\"a\",", "1]", 16, 422},
    {"values of lists", "PUT", DS, JSON, "{\"values\":[", "[],", "[]]}", 16, 413},
    {"a member of lists", "PUT", DS, JSON, "{\"start\":[", "[],", "[]],\"values\":[1]}", 16, 413},
    {"many members", "PUT", DS, JSON, "{", "\"#\":0,", "\"x\":0}", 16, 413},
    {"objects with members", "POST", "/v1/jobs", JSON, "{\"params\":[", "{\"a\":1},", "{}]}", 16,
     413},
    {"series without a value", "PUT", DS, JSON, "{\"series\":[", "{\"id\":\"#\",\"values\":[]},",
     "{}]}", 16, 422},
    {"series of a value", "PUT", DS, JSON, "{\"series\":[", "{\"id\":\"#\",\"values\":[1]},",
     "{}]}", 16, 413},
    {"sentences of a word", "PUT", DS, JSON, "{\"sentences\":[", "{\"tokens\":[\"a\"]},",
     "{\"tokens\":[\"b\"]}]}", 16, 413},
    {"sentences", "PUT", DS, JSON, "{\"sentences\":[",
     "{\"tokens\":[\"The\",\"dog\",\"ate\",\"the\",\"apple\",\"#\",\".\"],"
     "\"tags\":[\"DET\",\"NOUN\",\"VERB\",\"DET\",\"NOUN\",\"NUM\",\"PUNCT\"]},",
     "{\"tokens\":[\"b\"]}]}", 60, 201},
    {"CoNLL-U", "PUT", DS, CONLLU, "",
     "1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n2\tdog\tdog\tNOUN\tNN\t_\t3\tnsubj\t_\t_\n"
     "3\tate\teat\tVERB\tVBD\t_\t0\troot\t_\t_\n\n",
     "", 60, 201},
    {"CoNLL-U of a word", "PUT", DS, CONLLU, "", "1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n\n", "", 16, 413},
    {"empty cells", "PUT", DS, CSV, "a,b,c,d,e,f,g,h\n", ",,,,,,,\n", "", 16, 422},
    {"rows of a digit", "PUT", DS, CSV, "y\n", "5\n", "", 16, 413},
    {"empty lines", "PUT", DS, CSV, "y\n", "\n", "5\n", 16, 201},
    {"many columns", "PUT", DS, CSV, "a", ",b", "\n1\n", 16, 400},
    {"one cell", "PUT", DS, CSV, "y\n\"", "aaaaaaaa", "\"\n", 16, 422},
    {"a panel", "PUT", DS, CSV, "unique_id,y,z\n", "s%,#.25,-#.5\n", "", 60, 201},
    {"no model", "PUT", "/v1/models/m/checkpoint", "application/octet-stream", "", "{\"a\":[]},",
     "", 16, 422},
};

static char *build(size_t *len, const struct shape *s)
{
    size_t size = (size_t)s->mebi * MEBI, tail = strlen(s->tail), n;
    char *text = malloc(size + 1024);

    ck_assert_ptr_nonnull(text);
    n = strlen(s->head);
    memcpy(text, s->head, n);
    for (unsigned i = 0; n + tail + 256 < size; i++)
        for (const char *p = s->unit; *p; p++) {
            if (*p == '#')
                n += (size_t)snprintf(text + n, 16, "%u", i);
            else if (*p == '%')
                n += (size_t)snprintf(text + n, 16, "%u", i / 1000);
            else
                text[n++] = *p;
        }
    memcpy(text + n, s->tail, tail + 1);
    *len = n + tail;
    return text;
}

/* Within 10 seconds the process is as small as before, apart from the memory that a database
 * needs. */
static void expect_given_back(const char *name, size_t before)
{
    int64_t until = now_ms() + 10000;
    const struct timespec moment = {.tv_nsec = 20000000};

    while (memory("VmRSS:") > before + 12 * MEBI) {
        ck_assert_msg(now_ms() < until, "%s: %zu MiB are kept, %zu were there before", name,
                      memory("VmRSS:") / MEBI, before / MEBI);
        nanosleep(&moment, NULL);
    }
}

START_TEST(a_body_takes_four_times_its_size_and_gives_it_back)
{
    const struct shape *s = &shapes[_i];
    size_t len = 0, before, peak;
    char *body = build(&len, s);

    get(&r, &d, "/healthz", 200);
    before = memory("VmRSS:");
    http_send(&r, &d,
              &(struct request){.method = s->method,
                                .path = s->path,
                                .type = s->type,
                                .body = body,
                                .len = len,
                                .headers = {"Expect:"}});
    free(body);
    ck_assert_msg(r.status == s->status, "%s: %ld: %.200s", s->name, r.status, r.body);
    if (!MEASURED)
        return;
    peak = memory("VmHWM:");
    ck_assert_msg(peak <= before + 4 * len + 8 * MEBI, "%s: %zu MiB at the peak for %zu MiB",
                  s->name, (peak - before) / MEBI, len / MEBI);
    expect_given_back(s->name, before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("bodies");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_body_takes_four_times_its_size_and_gives_it_back, 0,
                        (int)(sizeof(shapes) / sizeof(shapes[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
