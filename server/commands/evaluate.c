/* evaluate.c - the command evaluate. */
#include "server/commands/call.h"
#include "server/commands/input_file.h"
#include "server/commands/json_member.h"
#include "server/commands/metrics_text.h"
#include "server/commands/notes.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/scratch.h"
#include "server/formats/json.h"
#include "server/formats/json_build.h"

#include <stdlib.h>
#include <string.h>

static enum status print_answer(const struct invocation *v, const cJSON *answer, struct err *e)
{
    const char *format = flag_value(v, "format");
    struct buf b;

    buf_init(&b, ANSWER_MAX);
    if (format && strcmp(format, "json") == 0) {
        char *text = json_print(answer);

        buf_printf(&b, "%s\n", text ? text : "");
        free(text);
    } else {
        notes_show(v, answer);
        metrics_put(&b, member_of(answer, "metrics"));
    }
    return output_buf(v, &b) ? err_set(e, ST_IO, "the output cannot be written") : ST_OK;
}

/* The evaluation that was made when the model was trained. */
static enum status on_held_out(struct session *s, const struct invocation *v, struct err *e)
{
    const char *format = flag_value(v, "format");
    cJSON *answer = NULL;
    struct buf path;
    enum status st;

    call_path(&path, "/v1/models/", v->operands[0], "/evaluation");
    call_flags(&path, v, FLAG_QUERY);
    if (format && strcmp(format, "svg") == 0)
        call_query(&path, "format", format);
    st = buf_status(&path, e);
    if (!st && format && strcmp(format, "svg") == 0) {
        st = call_print(s, v, path.data, e);
    } else if (!st) {
        st = call_json(&answer, s, "GET", path.data, NULL, e);
        if (!st)
            st = print_answer(v, answer, e);
    }
    cJSON_Delete(answer);
    buf_release(&path);
    return st;
}

static enum status on_dataset(struct session *s, const struct invocation *v, const char *dataset,
                              struct err *e)
{
    cJSON *body = json_put_text(cJSON_CreateObject(), "dataset", dataset), *answer = NULL;
    struct buf path;
    enum status st;

    call_path(&path, "/v1/models/", v->operands[0], "/evaluate");
    call_flags(&path, v, FLAG_QUERY);
    st = body ? buf_status(&path, e) : err_nomem(e, 0);
    if (!st)
        st = call_json(&answer, s, "POST", path.data, body, e);
    if (!st)
        st = print_answer(v, answer, e);
    cJSON_Delete(answer);
    cJSON_Delete(body);
    buf_release(&path);
    return st;
}

static enum status on_file(struct session *s, const struct invocation *v, struct err *e)
{
    struct scratch sc;
    cJSON *data = NULL;
    enum status st = scratch_open(&sc, &data, s, v, v->operands[1], e);

    sc.model[0] = '\0'; /* nothing is trained */
    if (!st)
        st = on_dataset(s, v, sc.dataset, e);
    scratch_close(&sc, v);
    cJSON_Delete(data);
    return st;
}

int run_evaluate(struct invocation *v)
{
    struct session *s = NULL;
    struct err e = {0};
    enum status st = session_open(&s, v, SESSION_READS, &e);

    if (!st && v->num_operands < 2)
        st = on_held_out(s, v, &e);
    else if (!st && input_is_file(v->operands[1]))
        st = on_file(s, v, &e);
    else if (!st)
        st = on_dataset(s, v, v->operands[1], &e);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}
