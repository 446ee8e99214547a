/* call.c - see call.h. */
#include "server/commands/call.h"

#include "server/commands/flag_list.h"
#include "server/formats/json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { DEPTH = 64 };

void call_path(struct buf *b, const char *before, const char *name, const char *after)
{
    buf_init(b, CALL_PATH_MAX);
    buf_puts(b, before);
    client_put_encoded(b, name);
    buf_puts(b, after);
}

void call_query(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(b, "%c%s=", b->data && strchr(b->data, '?') ? '&' : '?', name);
    client_put_encoded(b, value);
}

void call_flags(struct buf *b, const struct invocation *v, enum flag_use use)
{
    char name[FLAG_NAME_MAX];

    for (int i = 0; i < v->num_flags; i++)
        if (v->flags[i].use == use && v->values[i])
            call_query(b, flag_member(name, &v->flags[i]),
                       v->flags[i].placeholder ? v->values[i] : "true");
}

/* Sends x with the body, and reads the answer. */
static enum status send_json(cJSON **out, struct session *s, struct exchange *x, const cJSON *body,
                             struct err *e)
{
    char *text = body ? json_print(body) : NULL;
    struct answer a = {0};
    enum status st;

    x->type = body ? "application/json" : NULL;
    x->accept = "application/json";
    x->body = text;
    x->len = text ? strlen(text) : 0;
    st = body && !text ? err_nomem(e, 0) : session_send(&a, s, x, e);
    if (out)
        *out = NULL;
    if (!st && out && json_read(out, a.body.data ? a.body.data : "", a.body.len, DEPTH, e))
        st = err_wrap(e, "the server's answer is not JSON");
    answer_release(&a);
    free(text);
    return st;
}

enum status call_json(cJSON **out, struct session *s, const char *method, const char *path,
                      const cJSON *body, struct err *e)
{
    struct exchange x = {.method = method, .path = path};

    return send_json(out, s, &x, body, e);
}

enum status call_once(cJSON **out, struct session *s, const char *path, const cJSON *body,
                      struct err *e)
{
    char once[CALL_RANDOM_MAX];
    struct exchange x = {.method = "POST", .path = path, .once = once};
    enum status st = call_random(once, e);

    return st ? st : send_json(out, s, &x, body, e);
}

enum status call_random(char out[CALL_RANDOM_MAX], struct err *e)
{
    unsigned char random[CALL_RANDOM_MAX / 2];

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return err_set(e, ST_IO, "the system gives no random numbers");
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", random[i]);
    return ST_OK;
}

enum status call_print(struct session *s, const struct invocation *v, const char *path,
                       struct err *e)
{
    const struct exchange x = {.method = "GET", .path = path, .to = v->io.out};
    struct answer a = {0};
    enum status st = session_send(&a, s, &x, e);

    if (!st && strcmp(a.type, "application/json") == 0)
        (void)fputc('\n', v->io.out);
    if (!st && (fflush(v->io.out) != 0 || ferror(v->io.out)))
        st = err_set(e, ST_IO, "the output cannot be written");
    answer_release(&a);
    return st;
}
