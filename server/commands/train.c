/* train.c - the command train. */
#include "server/commands/flag_list.h"
#include "server/commands/input_file.h"
#include "server/commands/job.h"
#include "server/commands/json_member.h"
#include "server/commands/metrics_text.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/training_request.h"
#include "server/commands/upload.h"
#include "server/formats/json.h"

#include <stdlib.h>
#include <string.h>

/* What the operand and the flags name. */
struct names {
    bool file;
    char dataset[INPUT_NAME_MAX + 1], model[INPUT_NAME_MAX + 1];
};

static enum status read_names(struct names *n, const struct invocation *v, struct err *e)
{
    const char *operand = v->operands[0], *model = flag_value(v, "model"),
               *dataset = flag_value(v, "dataset");

    n->file = input_is_file(operand);
    if (n->file && strcmp(operand, "-") == 0 && !model)
        return err_set(e, ST_INVALID, "needs --model NAME when it reads standard input");
    if (!n->file && dataset)
        return err_set(e, ST_INVALID, "%.80s is no file; --dataset names the data set of a file",
                       operand);
    if (!n->file && flag_only_for_file(v, 1U << FLAG_UPLOAD, e))
        return ST_INVALID;
    if (n->file)
        input_name(n->dataset, operand);
    else
        (void)snprintf(n->dataset, sizeof n->dataset, "%s", operand);
    (void)snprintf(n->model, sizeof n->model, "%s", model ? model : n->dataset);
    if (dataset || (n->file && model))
        (void)snprintf(n->dataset, sizeof n->dataset, "%s", dataset ? dataset : model);
    return ST_OK;
}

/* Reads what kind of data there is, after the upload of a file. */
static enum status find_data(cJSON **data, struct session *s, const struct invocation *v,
                             const struct names *n, struct err *e)
{
    struct buf path;
    enum status st;

    if (n->file)
        return upload_file(data, s, v, v->operands[0], n->dataset, true, e);
    call_path(&path, "/v1/datasets/", n->dataset, "?series_limit=1");
    st = buf_status(&path, e);
    if (!st)
        st = call_json(data, s, "GET", path.data, NULL, e);
    buf_release(&path);
    return st == ST_NOT_FOUND ? err_wrap(e, "there is no file %.80s, and", v->operands[0]) : st;
}

static int print_job(const struct invocation *v, const cJSON *job)
{
    const char *format = flag_value(v, "format");
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (format && strcmp(format, "json") == 0) {
        char *text = json_print(job);

        buf_puts(&b, text ? text : "");
        buf_puts(&b, "\n");
        free(text);
    } else {
        buf_printf(&b, "%s version %.0f\n", member_text(job, "model", ""),
                   member_number(job, "model_version"));
        metrics_put(&b, member_of(job, "metrics"));
    }
    return output_buf(v, &b);
}

static enum status train(cJSON **job, struct session *s, const struct invocation *v,
                         const struct names *n, struct err *e)
{
    cJSON *data = NULL, *request = NULL;
    enum status st = find_data(&data, s, v, n, e);

    if (!st)
        st = training_request(&request, v, data, n->dataset, n->model, e);
    if (!st)
        st = job_run(job, s, v, request, e);
    cJSON_Delete(request);
    cJSON_Delete(data);
    return st;
}

int run_train(struct invocation *v)
{
    struct session *s = NULL;
    cJSON *job = NULL;
    struct names n;
    struct err e = {0};
    int code;

    if (read_names(&n, v, &e))
        return output_fail(v, EXIT_USAGE, &e);
    if (session_open(&s, v, SESSION_TRAINS, &e) || train(&job, s, v, &n, &e))
        code = output_fail(v, EXIT_FAILED, &e);
    else
        code = print_job(v, job);
    cJSON_Delete(job);
    session_close(s);
    return code;
}
