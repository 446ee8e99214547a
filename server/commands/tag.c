/* tag.c - the command tag: a text goes to the model in pieces, so that it may be long. */
#include "server/commands/call.h"
#include "server/commands/input_file.h"
#include "server/commands/output.h"
#include "server/commands/runs.h"
#include "server/commands/text_pieces.h"

#include <string.h>

static enum status send_piece(struct session *s, const struct invocation *v, const char *path,
                              const char *type, const struct buf *piece, struct err *e)
{
    const struct exchange x = {.method = "POST",
                               .path = path,
                               .type = type,
                               .body = piece->data,
                               .len = piece->len,
                               .to = v->io.out};
    struct answer a = {0};
    enum status st = session_send(&a, s, &x, e);

    if (!st && strcmp(a.type, "application/json") == 0)
        (void)fputc('\n', v->io.out);
    if (!st && ferror(v->io.out))
        st = err_set(e, ST_IO, "the output cannot be written");
    answer_release(&a);
    return st;
}

static enum status tag_file(struct session *s, const struct invocation *v, const char *path,
                            const char *name, struct err *e)
{
    struct input_file in;
    struct text_pieces t;
    struct buf piece;
    enum status st = input_open(&in, v, name, e);
    bool more = !st, first = true;

    if (st)
        return st;
    text_pieces_init(&t, in.f);
    while (more) {
        st = text_pieces_next(&piece, &t, e);
        more = !st && (piece.len || first);
        if (more)
            st = send_piece(s, v, path,
                            in.type && strcmp(in.type, "text/x-conllu") == 0 ? in.type
                                                                             : "text/plain",
                            &piece, e);
        if (st)
            more = false;
        first = false;
        buf_release(&piece);
    }
    text_pieces_release(&t);
    input_close(&in);
    return st;
}

int run_tag(struct invocation *v)
{
    const char *format = flag_value(v, "format");
    struct session *s = NULL;
    struct err e = {0};
    struct buf path;
    enum status st;

    call_path(&path, "/v1/models/", v->operands[0], "/tag");
    call_flags(&path, v, FLAG_QUERY);
    call_query(&path, "format", format ? format : "tsv");
    st = buf_status(&path, &e);
    if (!st)
        st = session_open(&s, v, SESSION_READS, &e);
    if (!st && v->num_operands < 2)
        st = tag_file(s, v, path.data, "-", &e);
    for (int i = 1; i < v->num_operands && !st; i++)
        st = tag_file(s, v, path.data, v->operands[i], &e);
    session_close(s);
    buf_release(&path);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}
