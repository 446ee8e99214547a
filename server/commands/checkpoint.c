/* checkpoint.c - the commands export and import: models as files. */
#include "server/commands/call.h"
#include "server/commands/input_file.h"
#include "server/commands/json_member.h"
#include "server/commands/notes.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/formats/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH = 64 };

/* ---- export ---- */

static enum status fetch(struct session *s, const struct invocation *v, FILE *to, struct err *e)
{
    struct exchange x = {.method = "GET", .to = to};
    struct answer a = {0};
    struct buf path;
    enum status st;

    call_path(&path, "/v1/models/", v->operands[0], "/checkpoint");
    call_query(&path, "format", flag_value(v, "format"));
    call_flags(&path, v, FLAG_QUERY);
    st = buf_status(&path, e);
    x.path = path.data;
    if (!st)
        st = session_send(&a, s, &x, e);
    if (!st && (fflush(to) != 0 || ferror(to)))
        st = err_set(e, ST_IO, "the output cannot be written: %s", strerror(errno));
    answer_release(&a);
    buf_release(&path);
    return st;
}

/* Writes beside the file, and renames it at the end: there is never half a file. */
static enum status fetch_file(struct session *s, const struct invocation *v, const char *path,
                              struct err *e)
{
    char *part = NULL;
    FILE *f;
    enum status st;

    if (asprintf(&part, "%s.part", path) < 0)
        return err_nomem(e, 0);
    f = fopen(part, "we");
    if (!f)
        st = err_set(e, ST_IO, "cannot write %.300s: %s", part, strerror(errno));
    else
        st = fetch(s, v, f, e);
    if (f && fclose(f) != 0 && !st)
        st = err_set(e, ST_IO, "cannot write %.300s: %s", part, strerror(errno));
    if (!st && rename(part, path) != 0)
        st = err_set(e, ST_IO, "cannot write %.300s: %s", path, strerror(errno));
    if (st && f)
        (void)unlink(part);
    free(part);
    return st;
}

/* Remarks that an ONNX file has only a part of what the model computes. */
static enum status note_part(struct session *s, const struct invocation *v, struct err *e)
{
    const char *format = flag_value(v, "format"), *text = NULL;
    const cJSON *params;
    cJSON *model = NULL, *note = NULL;
    struct buf path;
    enum status st;

    if (!format || strcmp(format, "onnx") != 0)
        return ST_OK;
    call_path(&path, "/v1/models/", v->operands[0], "");
    call_flags(&path, v, FLAG_QUERY);
    st = buf_status(&path, e);
    if (!st)
        st = call_json(&model, s, "GET", path.data, NULL, e);
    params = member_of(model, "params");
    if (cJSON_IsTrue(member_of(params, "ensemble")))
        text = "the file has the LSTMs of the ensemble alone; the model's own forecast also has "
               "other methods";
    else if (cJSON_IsTrue(member_of(params, "context")))
        text = "the file has the LSTM alone; the model also has a log-linear context model";
    if (!st && text) {
        note = cJSON_CreateObject();
        st = cJSON_AddStringToObject(note, "note", text) ? ST_OK : err_nomem(e, 0);
        notes_show(v, note);
    }
    cJSON_Delete(note);
    cJSON_Delete(model);
    buf_release(&path);
    return st;
}

int run_export(struct invocation *v)
{
    const char *path = flag_value(v, "output");
    struct session *s = NULL;
    struct err e = {0};
    enum status st;

    if ((!path || strcmp(path, "-") == 0) && fileno(v->io.out) >= 0 && isatty(fileno(v->io.out))) {
        (void)err_set(&e, ST_INVALID,
                      "a model is no text for a terminal; name a file with --output");
        return output_fail(v, EXIT_USAGE, &e);
    }
    st = session_open(&s, v, SESSION_READS, &e);
    if (!st)
        st = path && strcmp(path, "-") != 0 ? fetch_file(s, v, path, &e)
                                            : fetch(s, v, v->io.out, &e);
    if (!st)
        st = note_part(s, v, &e);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}

/* ---- import ---- */

static enum status send_file(cJSON **out, struct session *s, const struct invocation *v,
                             struct err *e)
{
    struct exchange x = {.method = "PUT", .type = "application/octet-stream"};
    struct answer a = {0};
    struct input_file in;
    struct buf path;
    enum status st = input_open(&in, v, v->num_operands > 1 ? v->operands[1] : "-", e);

    if (st)
        return st;
    call_path(&path, "/v1/models/", v->operands[0], "/checkpoint");
    st = buf_status(&path, e);
    x.path = path.data;
    x.from = in.f;
    if (!st)
        st = session_send(&a, s, &x, e);
    if (!st && json_read(out, a.body.data ? a.body.data : "", a.body.len, DEPTH, e))
        st = err_wrap(e, "the server's answer is not JSON");
    answer_release(&a);
    buf_release(&path);
    input_close(&in);
    return st;
}

int run_import(struct invocation *v)
{
    struct session *s = NULL;
    cJSON *model = NULL;
    struct err e = {0};
    enum status st = session_open(&s, v, SESSION_READS, &e);

    if (!st)
        st = send_file(&model, s, v, &e);
    if (!st)
        (void)fprintf(v->io.out, "%s version %.0f\n", v->operands[0],
                      member_number(model, "version"));
    cJSON_Delete(model);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}
