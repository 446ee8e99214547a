/* stored.c - the commands list, show and delete. */
#include "server/commands/call.h"
#include "server/commands/columns.h"
#include "server/commands/interrupt.h"
#include "server/commands/json_member.h"
#include "server/commands/output.h"
#include "server/commands/resources.h"
#include "server/commands/runs.h"
#include "server/formats/json.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 64 << 20, DIGITS = 12 };

/* The kind and the name among the operands: "sales" or "datasets sales". */
static enum status read_operands(const struct resource **r, const char **name,
                                 const struct invocation *v, struct err *e)
{
    const char *kind = v->num_operands > 1 ? v->operands[0] : "models";

    *r = resource_find(kind);
    *name = v->operands[v->num_operands > 1];
    if (*r)
        return ST_OK;
    return err_set(e, ST_INVALID, "'%.40s' is no kind; there are models, datasets and jobs", kind);
}

/* ---- list ---- */

/* Appends one page. next: the cursor of the page before, and of the next one; "" at the end. */
static enum status put_page(struct buf *out, struct buf *next, struct session *s,
                            const struct resource *r, bool json, struct err *e)
{
    const cJSON *item;
    cJSON *page = NULL;
    struct buf path;
    enum status st;

    call_path(&path, r->path, "", "?limit=100");
    call_query(&path, "cursor", next->len ? next->data : NULL);
    st = buf_status(&path, e);
    if (!st)
        st = call_json(&page, s, "GET", path.data, NULL, e);
    cJSON_ArrayForEach(item, member_of(page, "items"))
    {
        char *text = json ? json_print(item) : NULL;

        if (json)
            buf_printf(out, "%s\n", text ? text : "");
        else
            resource_put_row(out, r, item);
        free(text);
    }
    buf_release(next);
    buf_init(next, CALL_PATH_MAX);
    buf_puts(next, member_text(page, "next", ""));
    cJSON_Delete(page);
    buf_release(&path);
    return st;
}

static enum status list(struct session *s, const struct invocation *v, const struct resource *r,
                        struct err *e)
{
    const char *format = flag_value(v, "format");
    bool json = format && strcmp(format, "json") == 0;
    struct buf rows, next, out;
    enum status st;

    buf_init(&rows, LIST_MAX);
    buf_init(&next, CALL_PATH_MAX);
    if (!json)
        resource_put_head(&rows, r);
    do {
        st = put_page(&rows, &next, s, r, json, e);
    } while (!st && next.len && !interrupted());
    if (!st)
        st = buf_status(&rows, e);
    buf_init(&out, (size_t)2 * LIST_MAX);
    if (!st && json)
        buf_puts(&out, rows.len ? rows.data : "");
    else if (!st)
        columns_put(&out, rows.data, rows.len, '\t', 0, DIGITS);
    if (!st && output_buf(v, &out))
        st = err_set(e, ST_IO, "the output cannot be written");
    buf_release(&next);
    buf_release(&rows);
    return st;
}

int run_list(struct invocation *v)
{
    const char *kind = v->num_operands ? v->operands[0] : "models";
    const struct resource *r = resource_find(kind);
    struct session *s = NULL;
    struct err e = {0};
    enum status st;

    if (!r) {
        (void)err_set(&e, ST_INVALID, "'%.40s' is no kind; there are models, datasets and jobs",
                      kind);
        return output_fail(v, EXIT_USAGE, &e);
    }
    st = session_open(&s, v, SESSION_READS, &e);
    if (!st)
        st = list(s, v, r, &e);
    session_close(s);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}

/* ---- show and delete ---- */

static enum status show(struct session *s, const struct invocation *v, const char *path,
                        struct err *e)
{
    cJSON *o = NULL;
    char *text;
    enum status st = call_json(&o, s, "GET", path, NULL, e);

    if (st)
        return st;
    text = cJSON_Print(o);
    cJSON_Delete(o);
    if (!text)
        return err_nomem(e, 0);
    if (fprintf(v->io.out, "%s\n", text) < 0)
        st = err_set(e, ST_IO, "the output cannot be written");
    cJSON_free(text);
    return st;
}

static int with_one(struct invocation *v, bool deletes)
{
    const struct resource *r = NULL;
    const char *name = NULL;
    struct session *s = NULL;
    struct err e = {0};
    struct buf path;
    enum status st;

    if (read_operands(&r, &name, v, &e))
        return output_fail(v, EXIT_USAGE, &e);
    call_path(&path, r->path, "", "/");
    client_put_encoded(&path, name);
    call_flags(&path, v, FLAG_QUERY);
    st = buf_status(&path, &e);
    if (!st)
        st = session_open(&s, v, SESSION_READS, &e);
    if (!st)
        st =
            deletes ? call_json(NULL, s, "DELETE", path.data, NULL, &e) : show(s, v, path.data, &e);
    session_close(s);
    buf_release(&path);
    return st ? output_fail(v, EXIT_FAILED, &e) : EXIT_DONE;
}

int run_show(struct invocation *v)
{
    return with_one(v, false);
}

int run_delete(struct invocation *v)
{
    return with_one(v, true);
}
