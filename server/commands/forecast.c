/* forecast.c - the command forecast: by a model, or by one that is trained on a file and then
 * forgotten. */
#include "server/commands/columns.h"
#include "server/commands/flag_list.h"
#include "server/commands/input_file.h"
#include "server/commands/job.h"
#include "server/commands/json_member.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/scratch.h"
#include "server/commands/training_request.h"

#include <string.h>
#include <unistd.h>

enum { DIGITS = 6, NAME_COLUMNS = 2 }; /* of a table: the series and the time */

/* The format of the answer: --format, else csv in a pipe; "table" on a terminal. */
static const char *format_of(const struct invocation *v)
{
    const char *format = flag_value(v, "format");
    int fd = fileno(v->io.out);

    if (format)
        return format;
    return fd >= 0 && isatty(fd) ? "table" : "csv";
}

static enum status print_table(struct session *s, const struct invocation *v, const char *path,
                               struct err *e)
{
    const struct exchange x = {.method = "GET", .path = path};
    struct answer a = {0};
    struct buf b;
    enum status st = session_send(&a, s, &x, e);

    if (!st) {
        buf_init(&b, (size_t)2 * ANSWER_MAX);
        columns_put(&b, a.body.data ? a.body.data : "", a.body.len, ',', NAME_COLUMNS, DIGITS);
        if (output_buf(v, &b) != EXIT_DONE)
            st = err_set(e, ST_IO, "the output cannot be written");
    }
    answer_release(&a);
    return st;
}

static enum status print_forecast(struct session *s, const struct invocation *v, const char *model,
                                  struct err *e)
{
    const char *format = format_of(v);
    bool table = strcmp(format, "table") == 0;
    struct buf path;
    enum status st;

    call_path(&path, "/v1/models/", model, "/forecast");
    call_flags(&path, v, FLAG_QUERY);
    call_query(&path, "format", table ? "csv" : format);
    st = buf_status(&path, e);
    if (!st)
        st = table ? print_table(s, v, path.data, e) : call_print(s, v, path.data, e);
    buf_release(&path);
    return st;
}

/* Trains on a file, forecasts, and forgets both. */
static enum status forecast_file(struct session *s, const struct invocation *v, struct err *e)
{
    cJSON *data = NULL, *request = NULL, *job = NULL;
    struct scratch sc;
    enum status st = scratch_open(&sc, &data, s, v, v->operands[0], e);

    if (!st)
        st = training_needs_series(data, e);
    if (!st)
        st = training_request(&request, v, data, sc.dataset, sc.model, e);
    if (!st)
        st = job_run(&job, s, v, request, e);
    (void)snprintf(sc.job, sizeof sc.job, "%s", member_text(job, "id", ""));
    if (!st)
        st = print_forecast(s, v, sc.model, e);
    scratch_close(&sc, v);
    cJSON_Delete(job);
    cJSON_Delete(request);
    cJSON_Delete(data);
    return st;
}

int run_forecast(struct invocation *v)
{
    bool file = input_is_file(v->operands[0]);
    struct session *s = NULL;
    struct err e = {0};
    enum status st = ST_OK;

    if (!file &&
        flag_only_for_file(v, 1U << FLAG_PARAM | 1U << FLAG_UPLOAD | 1U << FLAG_REQUEST, &e))
        return output_fail(v, EXIT_USAGE, &e);
    st = session_open(&s, v, file ? SESSION_TEMPORARY : SESSION_READS, &e);
    if (!st)
        st = file ? forecast_file(s, v, &e) : print_forecast(s, v, v->operands[0], &e);
    if (st == ST_NOT_FOUND && !file)
        (void)err_wrap(&e, "there is no file %.80s, and", v->operands[0]);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}
