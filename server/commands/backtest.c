/* backtest.c - the command backtest. */
#include "server/commands/flag_list.h"
#include "server/commands/input_file.h"
#include "server/commands/job.h"
#include "server/commands/json_member.h"
#include "server/commands/metrics_text.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/scratch.h"
#include "server/commands/training_request.h"

#include <string.h>

static enum status read_data(cJSON **data, struct session *s, const char *name, struct err *e)
{
    struct buf path;
    enum status st;

    call_path(&path, "/v1/datasets/", name, "?series_limit=1");
    st = buf_status(&path, e);
    if (!st)
        st = call_json(data, s, "GET", path.data, NULL, e);
    buf_release(&path);
    return st == ST_NOT_FOUND ? err_wrap(e, "there is no file %.80s, and", name) : st;
}

static enum status print_result(struct session *s, const struct invocation *v, const cJSON *job,
                                struct err *e)
{
    const char *format = flag_value(v, "format");
    struct buf b;
    enum status st;

    if (format && strcmp(format, "text") != 0) {
        call_path(&b, "/v1/jobs/", member_text(job, "id", ""), "/backtest");
        call_query(&b, "format", format);
        st = buf_status(&b, e);
        if (!st)
            st = call_print(s, v, b.data, e);
        buf_release(&b);
        return st;
    }
    buf_init(&b, OUTPUT_MAX);
    buf_printf(&b, "%.0f windows of %.0f steps\n", member_number(job, "windows"),
               member_number(job, "horizon"));
    metrics_put(&b, member_of(job, "metrics"));
    return output_buf(v, &b) ? err_set(e, ST_IO, "the output cannot be written") : ST_OK;
}

static enum status backtest(struct session *s, const struct invocation *v, bool file, struct err *e)
{
    cJSON *data = NULL, *request = NULL, *job = NULL;
    struct scratch sc = {0};
    enum status st = file ? scratch_open(&sc, &data, s, v, v->operands[0], e)
                          : read_data(&data, s, v->operands[0], e);

    sc.model[0] = '\0'; /* a backtest keeps none */
    if (!st)
        st = backtest_request(&request, v, data, file ? sc.dataset : v->operands[0], e);
    if (!st)
        st = job_run(&job, s, v, request, e);
    (void)snprintf(sc.job, sizeof sc.job, "%s", member_text(job, "id", ""));
    if (!st)
        st = print_result(s, v, job, e);
    scratch_close(&sc, v);
    cJSON_Delete(job);
    cJSON_Delete(request);
    cJSON_Delete(data);
    return st;
}

int run_backtest(struct invocation *v)
{
    bool file = input_is_file(v->operands[0]);
    struct session *s = NULL;
    struct err e = {0};
    enum status st = ST_OK;

    if (!file && flag_only_for_file(v, 1U << FLAG_UPLOAD, &e))
        return output_fail(v, EXIT_USAGE, &e);
    st = session_open(&s, v, file ? SESSION_TEMPORARY : SESSION_TRAINS, &e);
    if (!st)
        st = backtest(s, v, file, &e);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}
