/* process_request.c - see process_request.h. */
#include "server/protocols/udpipe/process_request.h"

#include <string.h>

/* JSON writes a control character as six bytes; the rest of the body is short. */
enum { ESCAPED_MAX = 6, AROUND_TEXT_MAX = 64, DATA_MAX = 8 << 20 };

/* U+00A0: stands for a space inside of a word of the format horizontal. */
static const char no_break_space[] = "\xC2\xA0";

/* ---- the formats of the input ---- */

/* One sentence on each line becomes one word on each line. */
static void horizontal_to_vertical(struct buf *b, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, " \t\r\n");
        const char *end = s + n;

        while (s < end) {
            const char *hard = memmem(s, (size_t)(end - s), no_break_space, 2);

            buf_add(b, s, (size_t)((hard ? hard : end) - s));
            if (hard)
                buf_puts(b, " ");
            s = hard ? hard + 2 : end;
        }
        if (n > 0)
            buf_puts(b, "\n");
        if (*s == '\n')
            buf_puts(b, "\n");
        s += *s != '\0';
    }
}

/* Of each line only what precedes the first tab is a word. */
static void first_columns(struct buf *b, const char *s)
{
    while (*s) {
        size_t line = strcspn(s, "\n"), word = strcspn(s, "\t\r\n");

        buf_add(b, s, word);
        buf_puts(b, "\n");
        s += line + (s[line] == '\n');
    }
}

/* Makes {"text":DATA,"input":INPUT}. */
static enum status make_json(struct process_request *q, const char *data, const char *input,
                             struct err *e)
{
    buf_init(&q->text, strlen(data) * ESCAPED_MAX + AROUND_TEXT_MAX);
    buf_puts(&q->text, "{\"text\":");
    buf_put_json_string(&q->text, data);
    buf_printf(&q->text, ",\"input\":\"%s\"}", input);
    q->body = q->text.data;
    q->body_len = q->text.len;
    q->type = "application/json";
    return buf_status(&q->text, e);
}

static enum status make_vertical(struct process_request *q,
                                 void (*convert)(struct buf *b, const char *s), struct err *e)
{
    struct buf b;
    enum status st;

    buf_init(&b, 2 * strlen(q->data) + 2); /* a word of one byte takes another one for its line */
    convert(&b, q->data);
    st = buf_status(&b, e);
    if (!st)
        st = make_json(q, b.data ? b.data : "", "vertical", e);
    buf_release(&b);
    return st;
}

/* ---- parameters ---- */

/* Whether the value is the name, alone or with options after "=". */
static bool is(const char *value, const char *name)
{
    size_t n = strlen(name);

    return strncmp(value, name, n) == 0 && (value[n] == '\0' || value[n] == '=');
}

static enum status read_input(struct process_request *q, const char *input, struct err *e)
{
    if (is(input, "generic_tokenizer"))
        return make_json(q, q->data, "text", e);
    if (is(input, "horizontal"))
        return make_vertical(q, horizontal_to_vertical, e);
    if (is(input, "vertical"))
        return make_vertical(q, first_columns, e);
    if (is(input, "conllu")) {
        q->conllu = true;
        q->body = q->data;
        q->body_len = strlen(q->data);
        q->type = "text/x-conllu";
        return ST_OK;
    }
    err_set(e, ST_INVALID,
            "input is '%.40s'; conllu, horizontal, vertical and generic_tokenizer are read here",
            input);
    return err_at(e, "?input");
}

/* Reads "presegmented;normalized_spaces": the options of the tokenizer. */
static enum status read_tokenizer(struct process_request *q, const char *options, struct err *e)
{
    bool presegmented = false;

    while (*options) {
        size_t n = strcspn(options, ";");

        if (n == 12 && strncmp(options, "presegmented", n) == 0) {
            presegmented = true;
        } else if (n > 0 && !(n == 17 && strncmp(options, "normalized_spaces", n) == 0)) {
            err_set(e, ST_INVALID,
                    "the tokenizer has no option '%.*s' here; it has presegmented and "
                    "normalized_spaces",
                    n < 40 ? (int)n : 40, options);
            return err_at(e, "?tokenizer");
        }
        options += n + (options[n] == ';');
    }
    return make_json(q, q->data, presegmented ? "sentences" : "text", e);
}

static enum status read_output(struct process_request *q, const char *output, struct err *e)
{
    if (!output || is(output, "conllu"))
        q->output = OUTPUT_CONLLU;
    else if (is(output, "horizontal"))
        q->output = OUTPUT_HORIZONTAL;
    else if (is(output, "vertical"))
        q->output = OUTPUT_VERTICAL;
    else {
        err_set(e, ST_INVALID,
                "output is '%.40s'; conllu, horizontal and vertical are written "
                "here",
                output);
        return err_at(e, "?output");
    }
    return ST_OK;
}

enum status process_request_read(struct process_request *q, const struct http_req *rq,
                                 struct err *e)
{
    const char *tokenizer, *input;
    enum status st = form_fields_read(&q->fields, rq, e);

    if (st)
        return st;
    q->data = form_field(&q->fields, "data");
    q->model = form_field(&q->fields, "model");
    q->tag = form_field(&q->fields, "tagger") != NULL;
    q->parse = form_field(&q->fields, "parser") != NULL;
    tokenizer = form_field(&q->fields, "tokenizer");
    input = form_field(&q->fields, "input");
    if (q->model && !q->model[0])
        q->model = NULL;
    if (!q->data) {
        err_set(e, ST_INVALID, "the parameter 'data' is needed: the text to process");
        return err_at(e, "?data");
    }
    if (strlen(q->data) > DATA_MAX) {
        err_set(e, ST_TOO_LARGE, "data have %zu bytes, more than %d; send them in parts",
                strlen(q->data), DATA_MAX);
        return err_at(e, "?data");
    }
    st = read_output(q, form_field(&q->fields, "output"), e);
    if (!st && tokenizer)
        return read_tokenizer(q, tokenizer, e);
    return st ? st : read_input(q, input ? input : "conllu", e);
}

void process_request_release(struct process_request *q)
{
    form_fields_release(&q->fields);
    buf_release(&q->text);
}
