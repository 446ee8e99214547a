/* case_variants.c - see case_variants.h. */
#include "core/tagging/case_variants.h"

#include "core/tagging/plain_token.h"
#include "core/text/truecase.h"

#include <stdlib.h>
#include <string.h>

/* The share of sentences that are trained on in another case. */
static const float share = 0.2F;

enum { WORDS_LEAST = 2, TOKEN_WORK = 256 }; /* estimated operations for one */

void case_variants_release(struct case_variants *v)
{
    for (int c = 0; c < NUM_CASES; c++) {
        free(v->types[c]);
        v->types[c] = NULL;
    }
}

static enum status number_token(int32_t *type, struct vocabulary *forms, enum letter_case c,
                                const char *token, struct err *e)
{
    char plain[TOKEN_BYTES_MAX + 1], changed[TOKEN_BYTES_MAX + 1], space[FORM_BYTES_MAX + 1];

    token = plain_token(plain, token);
    if (!case_has(token))
        return ST_OK;
    case_change(changed, c, token);
    return vocabulary_add(type, forms, truecase_mark_uniform(space, changed), NET_VOCAB_MAX,
                          "words", e);
}

/* at: the first token of the sentence. */
static enum status number_sentence(struct case_variants *out, struct vocabulary *forms,
                                   const struct sentence_view *v, size_t at, struct err *e)
{
    enum status st = ST_OK;

    for (int c = 0; c < NUM_CASES; c++)
        for (int k = 0; !st && k < v->length; k++)
            st = number_token(&out->types[c][at + (size_t)k], forms, (enum letter_case)c,
                              v->tokens[k], e);
    return st;
}

static enum status copy_types(struct case_variants *out, const int32_t *types,
                              const struct sentence_view *v, int count, struct err *e)
{
    size_t tokens = 0;

    for (int i = 0; i < count; i++)
        tokens += (size_t)v[i].length;
    for (int c = 0; c < NUM_CASES; c++) {
        out->types[c] = malloc((tokens + 1) * sizeof(*types));
        if (!out->types[c])
            return err_nomem(e, tokens * sizeof(*types));
        memcpy(out->types[c], types, tokens * sizeof(*types));
    }
    return ST_OK;
}

enum status case_variants_init(struct case_variants *out, struct vocabulary *forms,
                               const int32_t *types, const struct sentence_view *v, int count,
                               const struct stop_flag *stop, struct err *e)
{
    struct stop_meter m = {.stop = stop};
    enum status st = copy_types(out, types, v, count, e);
    bool any = false;
    size_t at = 0;

    for (int i = 0; !st && i < count; at += (size_t)v[i].length, i++) {
        if (case_count(v[i].tokens, v[i].length, WORDS_LEAST) == WORDS_LEAST) {
            st = number_sentence(out, forms, &v[i], at, e);
            any = true;
        }
        if (stop_meter_take(&m, TOKEN_WORK * (size_t)v[i].length))
            st = err_set(e, ST_CANCELLED, "the training was cancelled");
    }
    if (!any)
        case_variants_release(out);
    return st;
}

const int32_t *case_variants_draw(const struct case_variants *v, const int32_t *types,
                                  struct rng *rng)
{
    float r = v->types[0] ? rng_uniform(rng, 0.0F, 1.0F) : 1.0F;

    return r < share ? v->types[(int)(r / share * NUM_CASES) % NUM_CASES] : types;
}

/* ---- copies for the context model ---- */

/* One sentence in COPY_EVERY is copied, in each case by turns. */
enum { COPY_EVERY = 4 };

/* The forms of sentence i in another case, or NULL: it has no copy. */
static const int32_t *copy_of(const struct case_variants *v, const struct context_corpus *c, int i)
{
    size_t at = c->offset[i], size = (c->offset[i + 1] - at) * sizeof(*c->types);
    const int32_t *types = v->types[i / COPY_EVERY % NUM_CASES] + at;

    return i % COPY_EVERY == 0 && memcmp(types, c->types + at, size) != 0 ? types : NULL;
}

static enum status allocate(struct case_copies *out, const struct context_corpus *c, size_t tokens,
                            int sentences, struct err *e)
{
    bool made;

    out->offset = calloc((size_t)sentences + 1, sizeof(*out->offset));
    out->types = calloc(tokens + 1, sizeof(*out->types));
    made = out->offset && out->types;
    for (int k = 0; k < TAG_COLUMNS; k++) {
        if (!c->classes[k])
            continue;
        out->classes[k] = calloc(tokens + 1, sizeof(*out->classes[k]));
        made = made && out->classes[k];
    }
    return made ? ST_OK : err_nomem(e, tokens * sizeof(*out->types));
}

/* Appends sentence i of c with these forms at *at, and moves *at behind it. */
static void append(struct case_copies *out, size_t *at, const struct context_corpus *c, int i,
                   const int32_t *types)
{
    size_t from = c->offset[i], n = c->offset[i + 1] - from;

    memcpy(out->types + *at, types, n * sizeof(*types));
    for (int k = 0; k < TAG_COLUMNS; k++)
        if (c->classes[k])
            memcpy(out->classes[k] + *at, c->classes[k] + from, n * sizeof(*types));
    *at += n;
}

enum status case_copies_init(struct case_copies *out, struct context_corpus *c,
                             const struct case_variants *v, struct err *e)
{
    size_t tokens, at = 0;
    int sentences = c->count, n = 0;
    enum status st;

    if (!v->types[0])
        return ST_OK;
    tokens = c->offset[c->count];
    for (int i = 0; i < c->count; i++) {
        bool copied = copy_of(v, c, i);

        sentences += copied;
        tokens += copied ? c->offset[i + 1] - c->offset[i] : 0;
    }
    st = allocate(out, c, tokens, sentences, e);
    if (st)
        return st;
    for (int copies = 0; copies < 2; copies++)
        for (int i = 0; i < c->count; i++) {
            const int32_t *types = copies ? copy_of(v, c, i) : c->types + c->offset[i];

            if (!types)
                continue;
            append(out, &at, c, i, types);
            out->offset[++n] = at;
        }
    c->offset = out->offset;
    c->types = out->types;
    for (int k = 0; k < TAG_COLUMNS; k++)
        c->classes[k] = out->classes[k];
    c->count = sentences;
    return ST_OK;
}

void case_copies_release(struct case_copies *copies)
{
    free(copies->offset);
    free(copies->types);
    for (int k = 0; k < TAG_COLUMNS; k++)
        free(copies->classes[k]);
    memset(copies, 0, sizeof(*copies));
}
