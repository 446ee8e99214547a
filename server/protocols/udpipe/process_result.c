/* process_result.c - see process_result.h. */
#include "server/protocols/udpipe/process_result.h"

#include "server/base/version.h"
#include "server/formats/conllu.h"

#include <string.h>

enum { RESULT_BYTES_MAX = 64 << 20 };

/* Whether the line is a word. Others may have fewer columns, or more than the struct holds. */
static bool is_word(const struct conllu_line *l)
{
    return l->kind == CONLLU_WORD && l->columns == CONLLU_COLUMNS;
}

/* Appends a line of CoNLL-U, with "_" in place of its tags, lemma and features. */
static void put_untagged(struct buf *b, const struct conllu_line *l)
{
    if (!is_word(l)) {
        buf_add(b, l->text.at, l->text.len);
        buf_puts(b, "\n");
        return;
    }
    for (int i = 0; i < l->columns; i++) {
        if (i)
            buf_puts(b, "\t");
        if (i == CONLLU_LEMMA || i == CONLLU_UPOS || i == CONLLU_XPOS || i == CONLLU_FEATS)
            buf_puts(b, "_");
        else
            buf_add(b, l->column[i].at, l->column[i].len);
    }
    buf_puts(b, "\n");
}

/* A space inside of a word becomes U+00A0. */
static void put_horizontal(struct buf *b, const struct conllu_line *l, bool first)
{
    const struct conllu_field *form = &l->column[CONLLU_FORM];

    if (!first)
        buf_puts(b, " ");
    for (size_t i = 0; i < form->len; i++) {
        if (form->at[i] == ' ')
            buf_puts(b, "\xC2\xA0");
        else
            buf_add(b, form->at + i, 1);
    }
}

/* Appends the words only. */
static void put_words(struct buf *b, const char *s, size_t len, bool vertical)
{
    const char *end = s + len;
    struct conllu_line l;
    int words = 0; /* of this sentence */

    while (conllu_next(&l, &s, end)) {
        bool word = is_word(&l);

        if (word && vertical) {
            buf_add(b, l.column[CONLLU_FORM].at, l.column[CONLLU_FORM].len);
            buf_puts(b, "\n");
        } else if (word) {
            put_horizontal(b, &l, words == 0);
        }
        words += word;
        if (l.kind == CONLLU_BLANK && words > 0) {
            buf_puts(b, "\n");
            words = 0;
        }
    }
    if (words > 0)
        buf_puts(b, "\n");
}

static void put_conllu(struct buf *b, const struct process_request *q, const char *model,
                       const char *s, size_t len)
{
    const char *end = s + len;
    struct conllu_line l;

    buf_printf(b, "# generator = lstmd %s\n# udpipe_model = %s\n", LSTMD_VERSION, model);
    if (q->tag || q->conllu) {
        buf_add(b, s, len);
        return;
    }
    while (conllu_next(&l, &s, end))
        put_untagged(b, &l);
}

void process_result_put(struct buf *b, const struct process_request *q, const char *model,
                        const char *conllu, size_t len)
{
    struct buf text;

    if (q->conllu && !q->tag) { /* as it came: nothing is to be added */
        conllu = q->data;
        len = strlen(conllu);
    }
    buf_init(&text, RESULT_BYTES_MAX);
    if (q->output == OUTPUT_CONLLU)
        put_conllu(&text, q, model, conllu, len);
    else
        put_words(&text, conllu, len, q->output == OUTPUT_VERTICAL);
    buf_puts(b, "{\"model\":");
    buf_put_json_string(b, model);
    buf_puts(b, ",\"acknowledgements\":[]");
    if (q->parse)
        buf_puts(b, ",\"warnings\":[\"parser: no model of this server parses; HEAD, DEPREL and "
                    "DEPS are as they came, or _\"]");
    buf_puts(b, ",\"result\":");
    if (text.st && !b->st)
        b->st = text.st;
    buf_put_json_string(b, text.data ? text.data : "");
    buf_puts(b, "}\n");
    buf_release(&text);
}
