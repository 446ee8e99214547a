/* test_hostile.c - bad input is refused and crashes nothing: each row is a request with its only
 * valid status. After every row the daemon still answers, and every refusal is a problem
 * document. */
#include "tests/integration/suite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;

#define CSV    "text/csv"
#define JSON   "application/json"
#define CONLLU "text/x-conllu"
#define DS     "/v1/datasets/h"
#define JOBS   "/v1/jobs"
#define FC     "/v1/models/flights/forecast"
#define TAG    "/v1/models/tagger/tag"
#define JOB(params)                                                                                \
    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"params\":" params "}"
#define TWELVE "1,2,3,4,5,6,7,8,9,10,11,12"
#define MANY   TWELVE "," TWELVE "," TWELVE "," TWELVE

struct row {
    const char *method, *path, *type, *body;
    int status;
    size_t len; /* of a body with NUL bytes */
};

static const struct row csv_rows[] = {
    {"PUT", DS, CSV, "", 400, 0},
    {"PUT", DS, CSV, "\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1\n2020-01,2\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-13,1\n", 422, 0},
    {"PUT", DS, CSV, "date,y\n2020-02-30,1\n", 422, 0},
    {"PUT", DS, CSV, "date,y\n2021-02-29,1\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1,2\n", 400, 0},
    {"PUT", DS, CSV, "month,y,z\n2020-01,1\n", 400, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,\"1\n", 400, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1e400\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,abc\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,inf\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,0x10\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1_000\n", 422, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1\n2020-02,\xff\xfe\n", 400, 0},
    {"PUT", DS, CSV, "month,y\n2020-01,1\n2020-02,\0\n", 400, 29},
    {"PUT", DS, CSV, "month,month\n2020-01,1\n", 422, 0},
    {"PUT", DS "?frequency=S", CSV,
     "date,y\n1900-01-01T00:00:00Z,1\n1900-01-01T00:00:01Z,2\n9999-01-01T00:00:00Z,3\n", 413, 0},
    {"PUT", DS, CSV,
     "date,y\n1900-01-01T00:00:00Z,1\n1900-01-01T00:00:01Z,2\n9999-01-01T00:00:00Z,3\n", 422, 0},
    {"PUT", DS "?time=nope", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", DS "?target=nope", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", DS "?frequency=fortnight", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", DS "?tmie=month", CSV, "month,y\n2020-01,1\n", 400, 0},
    {"PUT", DS "?time=month&time=month", CSV, "month,y\n2020-01,1\n", 400, 0},
    {"PUT", DS "?time=%zz", CSV, "month,y\n2020-01,1\n", 400, 0},
    {"PUT", DS "?time=%ff", CSV, "month,y\n2020-01,1\n", 400, 0},
    {"PUT", DS "?time=%00", CSV, "month,y\n2020-01,1\n", 400, 0},
    {"PUT", "/v1/datasets/UPPER", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", "/v1/datasets/-x", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", "/v1/datasets/..%2f..%2fetc", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", "/v1/datasets/a%20b", CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", "/v1/datasets/0123456789012345678901234567890123456789012345678901234567890123456789",
     CSV, "month,y\n2020-01,1\n", 422, 0},
    {"PUT", "/v1/datasets/", CSV, "month,y\n2020-01,1\n", 404, 0},
    {"PUT", DS, "image/png", "\x89PNG", 415, 0},
    {"PUT", DS, "application/x-www-form-urlencoded", "a=b", 415, 0},
};

static const struct row json_rows[] = {
    {"PUT", DS, JSON, "{", 400, 0},
    {"PUT", DS, JSON, "nonsense", 400, 0},
    {"PUT", DS, JSON, "[]", 422, 0},
    {"PUT", DS, JSON, "{}", 422, 0},
    {"PUT", DS, JSON, "null", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[]}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1,NaN]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1,1e400]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1,-Infinity]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[01]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1,]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[\"1\"]}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[true]}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":{\"a\":1}}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1]}{\"values\":[2]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"values\":[2]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"vlaues\":[2]}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"start\":\"1949-13\",\"frequency\":\"M\"}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"start\":1949,\"frequency\":\"M\"}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"start\":\"1949-01\",\"frequency\":\"Z\"}", 422, 0},
    {"PUT", DS, JSON, "{\"values\":[1],\"frequency\":\"M\"}", 422, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"a\",\"values\":[1]},{\"id\":\"a\",\"values\":[2]}]}",
     422, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"\",\"values\":[1]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"a\\u0000b\",\"values\":[1]}]}", 400, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"\\ud800\",\"values\":[1]}]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1,2],\"\\u0076alues\":[3,4]}", 400, 0},
    {"PUT", DS, JSON, "{\"\\u0076alues\":[1,2],\"values\":[3,4]}", 400, 0},
    {"PUT", DS, JSON, "{\"\\u0076alues\":[1,2],\"\\ud83d\\ude00\":1}", 422, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"\xed\xa0\x80\",\"values\":[1]}]}", 400, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"\xc0\xaf\",\"values\":[1]}]}", 400, 0},
    {"PUT", DS, JSON, "{\"series\":[{\"id\":\"a\nb\",\"values\":[1]}]}", 400, 0},
    {"PUT", DS, JSON, "{\"values\":[1]}\0", 400, 15},
    {"PUT", DS, JSON, "{\"sentences\":[]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[],\"tags\":[]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[\"X\",\"Y\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tags\":[\"X\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[1],\"tags\":[\"X\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"\"],\"tags\":[\"X\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"a\\nb\"],\"tags\":[\"X\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[\"\"]}]}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":\"The dog\"}", 422, 0},
    {"PUT", DS, JSON, "{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[\"X\"]}],\"values\":[1]}", 422,
     0},
};

static const struct row conllu_rows[] = {
    {"PUT", DS, CONLLU, "\n\n", 422, 0},
    {"PUT", DS, CONLLU, "# only a comment\n\n", 422, 0},
    {"PUT", DS, CONLLU, "1\tHi\thi\n\n", 400, 0},
    {"PUT", DS, CONLLU, "1\tHi\t_\tX\t_\t_\t_\t_\t_\t_\n3\tyou\t_\tX\t_\t_\t_\t_\t_\t_\n\n", 400,
     0},
    {"PUT", DS, CONLLU, "x\tHi\t_\tX\t_\t_\t_\t_\t_\t_\n\n", 400, 0},
    {"PUT", DS, CONLLU, "1\t\t_\tX\t_\t_\t_\t_\t_\t_\n\n", 400, 0},
    {"PUT", DS, CONLLU, "1\t\xff\t_\tX\t_\t_\t_\t_\t_\t_\n\n", 400, 0},
    {"PUT", DS, CONLLU, "99999999999999999999\tHi\t_\tX\t_\t_\t_\t_\t_\t_\n\n", 400, 0},
};

static const struct row job_rows[] = {
    {"POST", JOBS, JSON, "", 400, 0},
    {"POST", JOBS, JSON, "[1,2]", 422, 0},
    {"POST", JOBS, JSON, "{}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forcast\",\"dataset\":\"flights\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"flights\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":7,\"dataset\":\"flights\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"A B\"}", 422,
     0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"nope\",\"model\":\"m\"}", 404, 0},
    {"POST", JOBS, JSON, "{\"task\":\"tag\",\"dataset\":\"flights\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"words\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON,
     "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"recipe\":\"x\"}", 422, 0},
    {"POST", JOBS, JSON,
     "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"recipe\":"
     "\"tutorial-tagger\"}",
     422, 0},
    {"POST", JOBS, JSON, JOB("[]"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":0}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":-1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":1.5}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":2147483648}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":1e300}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":\"100\"}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":null}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":true}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"hidden_size\":4096,\"num_layers\":16}"), 413, 0},
    {"POST", JOBS, JSON, JOB("{\"horizon\":-1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"horizon\":1.5}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"horizon\":9223372036854775808}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"horizon\":1001}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"horizon\":500}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"window\":5000}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"test_size\":144}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"learning_rate\":0}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"learning_rate\":-0.1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"dropout\":1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"optimizer\":\"rmsprop\"}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"optimizer\":1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"shuffle\":1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"seed\":-1}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"seed\":1e17}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"epochs\":1e9}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"batch_size\":0}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"column\":\"upos\"}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"loss\":\"nll\"}"), 422, 0},
    {"POST", JOBS, JSON, JOB("{\"epochs\":1,\"epochs\":2}"), 400, 0},
    {"POST", JOBS "?x=1", JSON, JOB("{}"), 400, 0},
    {"POST", JOBS, CSV, "a,b\n", 415, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"two\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON, "{\"task\":\"forecast\",\"dataset\":\"missing\",\"model\":\"m\"}", 422, 0},
    {"POST", JOBS, JSON,
     "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"m\",\"params\":{\"column\":\"xpos\"}}",
     422, 0},
    {"GET", JOBS "/../../etc/passwd", NULL, NULL, 404, 0},
    {"GET", JOBS "/%00", NULL, NULL, 400, 0},
    {"GET", JOBS "?limit=abc", NULL, NULL, 400, 0},
    {"GET", JOBS "?limit=9223372036854775808", NULL, NULL, 400, 0},
    {"GET", JOBS "?cursor=%27%20OR%201=1", NULL, NULL, 400, 0},
    {"GET", JOBS "?state=", NULL, NULL, 400, 0},
    {"GET", JOBS "/x?wait=-1", NULL, NULL, 400, 0},
    {"GET", JOBS "/x?wait=1e9", NULL, NULL, 400, 0},
    {"GET", JOBS "/x/events", NULL, NULL, 404, 0},
    {"POST", JOBS "/x/cancel", JSON, "", 404, 0},
};

static const struct row model_rows[] = {
    {"GET", FC "?horizon=0", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=-1", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=1.5", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=9223372036854775808", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=10001", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=", NULL, NULL, 400, 0},
    {"GET", FC "?horizon=0x10", NULL, NULL, 400, 0},
    {"GET", FC "?level=0", NULL, NULL, 422, 0},
    {"GET", FC "?level=100", NULL, NULL, 422, 0},
    {"GET", FC "?level=-5", NULL, NULL, 422, 0},
    {"GET", FC "?level=nan", NULL, NULL, 422, 0},
    {"GET", FC "?level=80;95", NULL, NULL, 422, 0},
    {"GET", FC "?level=1,2,3,4,5,6,7,8,9,10,11", NULL, NULL, 422, 0},
    {"GET", FC "?version=0", NULL, NULL, 400, 0},
    {"GET", FC "?version=99999999999999999999", NULL, NULL, 400, 0},
    {"GET", FC "?format=png", NULL, NULL, 400, 0},
    {"GET", FC "?format=conllu", NULL, NULL, 406, 0},
    {"GET", "/v1/models/none/forecast", NULL, NULL, 404, 0},
    {"POST", FC, JSON, "", 400, 0},
    {"POST", FC, JSON, "{\"series\":[],\"horizon\":1}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"horizon\":0}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"horizon\":-1}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"horizon\":1.5}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"horizon\":9223372036854775808}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"horizon\":\"12\"}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"level\":[80,\"95\"]}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"level\":101}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"levels\":80}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[1,2]}", 422, 0},
    {"POST", FC, JSON, "{\"values\":[null,null,null,null,null,null,null,null,null,null,null,null]}",
     422, 0},
    {"POST", FC, JSON, "{\"values\":[" MANY "],\"start\":\"2020-01-01\",\"frequency\":\"D\"}", 422,
     0},
    {"POST", TAG, JSON, "", 400, 0},
    {"POST", TAG, JSON, "{}", 422, 0},
    {"POST", TAG, JSON, "{\"text\":5}", 422, 0},
    {"POST", TAG, JSON, "{\"text\":\"\\u0007\"}", 422, 0},
    {"POST", TAG, JSON, "{\"text\":\"\\udfff\"}", 400, 0},
    {"POST", TAG, JSON, "{\"tokens\":\"The dog\"}", 422, 0},
    {"POST", TAG, JSON, "{\"tokens\":[null]}", 422, 0},
    {"POST", TAG, JSON, "{\"tokens\":[\"\"]}", 422, 0},
    {"POST", TAG, JSON, "{\"tokens\":[[\"a\"]]}", 422, 0},
    {"POST", TAG, JSON, "{\"sentences\":[\"a\"]}", 422, 0},
    {"POST", TAG, JSON, "{\"sentences\":{}}", 422, 0},
    {"POST", TAG, JSON, "{\"text\":\"a\",\"top\":3}", 422, 0},
    {"POST", TAG, CONLLU, "garbage\n", 400, 0},
    {"GET", TAG "?text=%ff", NULL, NULL, 400, 0},
    {"GET", TAG "?text=a&all_scores=maybe", NULL, NULL, 400, 0},
    {"PUT", "/v1/models/i/checkpoint", "application/octet-stream", "", 400, 0},
    {"PUT", "/v1/models/i/checkpoint", "application/octet-stream", "garbage", 422, 0},
    {"PUT", "/v1/models/i/checkpoint", "application/octet-stream",
     "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 422, 0},
    {"PUT", "/v1/models/i/checkpoint", "application/octet-stream", "\2\0\0\0\0\0\0\0{}", 422, 10},
    {"PUT", "/v1/models/i/checkpoint", "application/json", "{}", 415, 0},
    {"PUT", "/v1/models/I/checkpoint", "application/octet-stream", "garbage", 422, 0},
    {"GET", "/v1/models/flights/versions/0", NULL, NULL, 400, 0},
    {"GET", "/v1/models/flights/versions/-1", NULL, NULL, 400, 0},
    {"GET", "/v1/models/flights/versions/9999", NULL, NULL, 404, 0},
    {"GET", "/v1/models/flights/evaluation?version=-x", NULL, NULL, 400, 0},
    {"DELETE", "/v1/models/none", NULL, NULL, 404, 0},
    {"GET", "/v1/datasets/flights/", NULL, NULL, 404, 0},
    {"GET", "/v1//datasets", NULL, NULL, 404, 0},
    {"GET", "/v1/%2e%2e/datasets", NULL, NULL, 404, 0},
    {"GET", "/healthz?verbose=1", NULL, NULL, 400, 0},
    {"BREW", "/v1/jobs", NULL, NULL, 405, 0},
    {"GET", "/v1/datasets", JSON, "{}", 400, 0},
};

static void setup(void)
{
    char *text;

    daemon_init(&d);
    daemon_start(&d, (const char *const[]){"--max-body-bytes", "2M", "--request-deadline-seconds",
                                           "5", NULL});
    text = example("airpassengers.csv");
    put(&r, &d, "/v1/datasets/flights", CSV, text, 201);
    free(text);
    text = example("tutorial.json");
    put(&r, &d, "/v1/datasets/words", JSON, text, 201);
    free(text);
    put(&r, &d, "/v1/datasets/two", JSON, "{\"values\":[1,2]}", 201);
    put(&r, &d, "/v1/datasets/missing", JSON, "{\"values\":[null,null,null,null,null,null]}", 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"params\":"
            "{\"epochs\":2}}",
            "succeeded");
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"tagger\",\"recipe\":"
            "\"tutorial-tagger\"}",
            "succeeded");
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void check_problem(const struct row *q)
{
    char type[128];

    if (r.status < 400)
        return;
    reply_header(type, sizeof(type), &r, "Content-Type");
    ck_assert_msg(strcmp(type, "application/problem+json") == 0, "%s %s: Content-Type %s: %.200s",
                  q->method, q->path, type, r.body);
    ck_assert_int_eq((int)number_at(r.json, "status"), (int)r.status);
    ck_assert_int_gt((int)strlen(text_at(r.json, "detail")), 8);
}

static int check_rows(const struct row *rows, size_t n)
{
    int wrong = 0;

    for (size_t i = 0; i < n; i++) {
        const struct row *q = &rows[i];

        http_send(&r, &d,
                  &(struct request){.method = q->method,
                                    .path = q->path,
                                    .type = q->type,
                                    .body = q->body,
                                    .len = q->len});
        if (r.status != q->status) {
            fprintf(stderr, "%s %s %.80s: %ld, expected %d: %.300s\n", q->method, q->path,
                    q->body ? q->body : "", r.status, q->status, r.body);
            wrong++;
        }
        check_problem(q);
    }
    get(&r, &d, "/readyz", 200);
    return wrong;
}

#define ROWS_TEST(name)                                                                            \
    START_TEST(hostile_##name)                                                                     \
    {                                                                                              \
        ck_assert_int_eq(check_rows(name##_rows, sizeof(name##_rows) / sizeof(name##_rows[0])),    \
                         0);                                                                       \
    }                                                                                              \
    END_TEST

ROWS_TEST(csv)
ROWS_TEST(json)
ROWS_TEST(conllu)
ROWS_TEST(job)
ROWS_TEST(model)

START_TEST(deep_nesting_is_refused)
{
    size_t n = 1000000;
    char *body = malloc(n + 1);

    ck_assert_ptr_nonnull(body);
    memset(body, '[', n);
    body[n] = '\0';
    put(&r, &d, DS, JSON, body, 400);
    ck_assert_ptr_nonnull(strstr(r.body, "max_json_depth"));
    free(body);
}
END_TEST

START_TEST(too_large_a_body_is_refused_by_name)
{
    size_t n = 3 << 20;
    char *body = malloc(n + 1);

    ck_assert_ptr_nonnull(body);
    memset(body, '1', n);
    body[n] = '\0';
    put(&r, &d, DS, CSV, body, 413);
    ck_assert_ptr_nonnull(strstr(r.body, "max_body_bytes"));
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = DS,
                                .type = CSV,
                                .body = body,
                                .headers = {"Transfer-Encoding: chunked"}});
    expect_status(&r, 413, "chunked");
    free(body);
}
END_TEST

/* Series that look hopeless but are data: they train, forecast finite numbers, and nothing more. */
START_TEST(odd_series_train)
{
    static const char *const bodies[] = {
        "{\"values\":[5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,"
        "5]}",
        "{\"values\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
        "0]}",
        "{\"values\":[1,null,3,null,null,6,7,8,null,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,"
        "4,5,"
        "6,7,8,9,10,11,12,13,14]}",
        "{\"values\":[-1,5,-3,4,-5,6,-7,8,-9,10,-11,12,-1,2,-3,4,-5,6,-7,8,-9,10,-11,12,-1,2,-"
        "3,4,"
        "-5,6,-7,8,-9,10,-11,12,-13]}",
        "{\"values\":[1e15,2e15,3e15,4e15,1e15,2e15,3e15,4e15,1e15,2e15,3e15,4e15,1e15,2e15,"
        "3e15,"
        "4e15,1e15,2e15,3e15,4e15,1e15,2e15,3e15,4e15,1e15,2e15,3e15,4e15,1e15,2e15,3e15,4e15]"
        "}",
        "{\"values\":[1e-15,2e-15,3e-15,4e-15,1e-15,2e-15,3e-15,4e-15,1e-15,2e-15,3e-15,4e-15,"
        "1e-15,2e-15,3e-15,4e-15,1e-15,2e-15,3e-15,4e-15,1e-15,2e-15,3e-15,4e-15,1e-15,2e-15,"
        "3e-15,4e-15,1e-15,2e-15,3e-15,4e-15]}",
    };
    char path[64], body[256];

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        snprintf(path, sizeof(path), "/v1/datasets/odd%zu", i);
        put(&r, &d, path, JSON, bodies[i], 201);
        snprintf(body, sizeof(body),
                 "{\"task\":\"forecast\",\"dataset\":\"odd%zu\",\"model\":\"odd%zu\",\"params\":"
                 "{\"epochs\":5}}",
                 i, i);
        run_job(&r, &d, body, "succeeded");
        snprintf(path, sizeof(path), "/v1/models/odd%zu/forecast?horizon=30", i);
        get(&r, &d, path, 200);
        for (int h = 0; h < 30; h++) {
            snprintf(body, sizeof(body), "series.0.mean.%d", h);
            number_at(r.json, body);
        }
    }
}
END_TEST

/* ---- requests that curl would not send ---- */

/* Sends n bytes to the daemon and reads to the end, at most 10 s. The status, or 0. */
static int raw(char *answer, size_t cap, const char *bytes, size_t n)
{
    const struct sockaddr_in a = {.sin_family = AF_INET,
                                  .sin_port =
                                      htons((uint16_t)strtol(strrchr(d.url, ':') + 1, NULL, 10)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct timeval tv = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t used = 0;
    ssize_t got = 1;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
    while (got > 0 && used + 1 < cap) {
        got = recv(fd, answer + used, cap - used - 1, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    answer[used] = '\0';
    close(fd);
    ck_assert_msg(got == 0, "the connection stays open: %.300s", answer);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

#define BYTES(s) s, sizeof(s) - 1
#define END      "Host: localhost\r\nConnection: close\r\n\r\n"
#define PUT_KEPT "PUT /v1/datasets/kept HTTP/1.1\r\nContent-Type: text/csv\r\n"
#define GET_KEPT "GET /v1/datasets/kept HTTP/1.1\r\n"
#define CSV_15   "t,y\n2020-01,10\n"

static const struct {
    const char *bytes;
    size_t n;
    int status;
} raw_rows[] = {
    {BYTES("DELETE /v1/datasets/kept\0zzz HTTP/1.1\r\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept\0 HTTP/1.1\r\n" END), 400},
    {BYTES("DELETE\0 /v1/datasets/kept HTTP/1.1\r\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept\r HTTP/1.1\r\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept HTTP/1.1\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept HTTP/1.1\r\nX: a\rb\r\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept HTTP/1.1\r\nX: a\r\n b\r\n" END), 400},
    {BYTES("DELETE /v1/datasets/kept HTTP/1.1\r\nX\0: a\r\n" END), 400},
    {BYTES(PUT_KEPT "Content-Length : 15\r\n" END CSV_15), 400},
    {BYTES(PUT_KEPT "Content-Length: +15\r\n" END CSV_15), 400},
    {BYTES(PUT_KEPT "Content-Length: 15,15\r\n" END CSV_15), 400},
    {BYTES(PUT_KEPT "Content-Length:\r\n 15\r\n" END CSV_15), 400},
    {BYTES(PUT_KEPT "Transfer-Encoding : chunked\r\n" END "f\r\n" CSV_15 "\r\n0\r\n\r\n"), 400},
    {BYTES(PUT_KEPT "Transfer-Encoding: chunked, chunked\r\n" END "f\r\n" CSV_15 "\r\n0\r\n\r\n"),
     400},
    {BYTES(PUT_KEPT "Transfer-Encoding: chunked\r\n" END "f\n" CSV_15 "\r\n0\r\n\r\n"), 400},
    {BYTES(PUT_KEPT "Transfer-Encoding: chunked\r\n" END "e\r\n" CSV_15 "\r\n0\r\n\r\n"), 400},
    {BYTES(GET_KEPT "Authorization: Bearer key\0junk\r\n" END), 400},
    {BYTES(GET_KEPT "Accept: application/json \t\r\n" END), 200},
    {BYTES(PUT_KEPT "Content-Length: 15 \t\r\n" END CSV_15), 200},
    {BYTES(PUT_KEPT "Transfer-Encoding: chunked \r\n" END "f;a=b\r\n" CSV_15 "\r\n0\r\n\r\n"), 200},
};

/* Requests with broken framing must not delete or replace the data set. */
START_TEST(broken_framing_does_nothing)
{
    char answer[8192], etag[128], now[128];

    put(&r, &d, "/v1/datasets/kept", CSV, "month,y\n2020-01,1\n", 201);
    get(&r, &d, "/v1/datasets/kept", 200);
    reply_header(etag, sizeof(etag), &r, "ETag");
    ck_assert_int_gt((int)strlen(etag), 2);
    for (size_t i = 0; i < sizeof(raw_rows) / sizeof(raw_rows[0]); i++) {
        int status = raw(answer, sizeof(answer), raw_rows[i].bytes, raw_rows[i].n);

        ck_assert_msg(status == raw_rows[i].status, "row %zu: %d, expected %d: %.500s", i, status,
                      raw_rows[i].status, answer);
        if (status == 400) {
            ck_assert_ptr_nonnull(strstr(answer, "application/problem+json"));
            get(&r, &d, "/v1/datasets/kept", 200);
            ck_assert_str_eq(reply_header(now, sizeof(now), &r, "ETag"), etag);
        }
    }
}
END_TEST

START_TEST(an_endless_chunk_size_is_refused)
{
    size_t zeros = 100000;
    char *bytes = malloc(zeros + 1024), answer[8192];
    int n;

    ck_assert_ptr_nonnull(bytes);
    n = snprintf(bytes, 1024, "%sTransfer-Encoding: chunked\r\n%s", PUT_KEPT, END);
    memset(bytes + n, '0', zeros);
    memcpy(bytes + (size_t)n + zeros, "1\r\nx\r\n0\r\n\r\n", 12);
    ck_assert_int_eq(raw(answer, sizeof(answer), bytes, (size_t)n + zeros + 12), 400);
    ck_assert_ptr_nonnull(strstr(answer, "16 digits"));
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hostile input");
    TCase *t = tcase_create("refused");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, hostile_csv);
    tcase_add_test(t, hostile_json);
    tcase_add_test(t, hostile_conllu);
    tcase_add_test(t, hostile_job);
    tcase_add_test(t, hostile_model);
    tcase_add_test(t, deep_nesting_is_refused);
    tcase_add_test(t, too_large_a_body_is_refused_by_name);
    tcase_add_test(t, odd_series_train);
    tcase_add_test(t, broken_framing_does_nothing);
    tcase_add_test(t, an_endless_chunk_size_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
