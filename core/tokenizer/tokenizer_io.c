/* tokenizer_io.c - a tokenizer in a checkpoint that may hold other things, and back. */
#include "core/tokenizer/tokenizer_model.h"
#include <lstm/checkpoint.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "tokenizer."

struct number {
    const char *key;
    size_t offset;
    bool real;
    double min, max;
};

#define INT(name, min, max)                                                                        \
    {                                                                                              \
        PREFIX #name, offsetof(struct tokenizer_params, name), false, min, max                     \
    }
#define REAL(name, max)                                                                            \
    {                                                                                              \
        PREFIX #name, offsetof(struct tokenizer_params, name), true, 0, max                        \
    }

static const struct number numbers[] = {
    INT(hidden_size, 1, NET_HIDDEN_MAX),
    INT(embedding_dim, 1, NET_HIDDEN_MAX),
    INT(num_layers, 1, NET_LAYERS_MAX),
    REAL(input_dropout, 0.99),
    REAL(output_dropout, 0.99),
    REAL(unknown_rate, 1),
    INT(batch_size, 1, 4096),
    INT(epochs, 0, 1000000),
    REAL(learning_rate, 1e9),
    REAL(weight_decay, 1e9),
    REAL(gradient_clip, 1e12),
};
enum { NUM_NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

bool tokenizer_owns(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

static enum status save_params(const struct tokenizer_params *p, struct checkpoint *c,
                               struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < NUM_NUMBERS; i++) {
        const char *at = (const char *)p + numbers[i].offset;

        st = numbers[i].real ? checkpoint_set_f64(c, numbers[i].key, *(const double *)at, e)
                             : checkpoint_set_i64(c, numbers[i].key, *(const int *)at, e);
    }
    return st ? st : checkpoint_set_i64(c, PREFIX "seed", p->seed, e);
}

static enum status save_list(struct checkpoint *c, const char *key, const struct vocabulary *l,
                             struct err *e)
{
    return checkpoint_set_strings(c, key, (const char *const *)l->words, (size_t)l->count, e);
}

enum status tokenizer_save(const struct tokenizer *t, struct checkpoint *c, struct err *e)
{
    enum status st = save_params(&t->params, c, e);

    if (!st)
        st = save_list(c, PREFIX "features", &t->rows, e);
    if (!st)
        st = save_list(c, PREFIX "splits", &t->splits, e);
    if (!st && t->rules)
        st = checkpoint_set_i64(c, PREFIX "rules", 1, e);
    return st ? st : checkpoint_add_net(c, PREFIX, t->net, e);
}

static enum status load_params(struct tokenizer_params *p, const struct checkpoint *c,
                               struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < NUM_NUMBERS; i++) {
        const struct number *n = &numbers[i];
        char *at = (char *)p + n->offset;
        int64_t whole = 0;

        if (n->real) {
            st = checkpoint_get_f64((double *)at, c, n->key, e);
            if (!st && (*(double *)at < n->min || *(double *)at > n->max))
                st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s is out of range", n->key);
        } else {
            st = checkpoint_get_i64(&whole, c, n->key, (int64_t)n->min, (int64_t)n->max, e);
            *(int *)at = (int)whole;
        }
    }
    return st ? st : checkpoint_get_i64(&p->seed, c, PREFIX "seed", INT64_MIN, INT64_MAX, e);
}

static enum status load_rows(struct tokenizer *t, const struct checkpoint *c, struct err *e)
{
    char **v = NULL;
    size_t n = 0;
    enum status st = checkpoint_get_strings(&v, &n, c, PREFIX "features", NET_VOCAB_MAX, e);

    for (size_t i = 0; !st && i < n; i++) {
        int32_t id;

        if (!v[i][0] || vocabulary_find(&t->rows, v[i]) >= 0)
            st = err_set(
                e, ST_CORRUPT,
                "checkpoint: entry %zu of metadata " PREFIX "features is empty or there twice", i);
        else
            st = vocabulary_add(&id, &t->rows, v[i], NET_VOCAB_MAX, "features of text", e);
    }
    free(v);
    if (!st && n == 0)
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata " PREFIX "features is empty");
    return st;
}

static bool sane_split(const char *s)
{
    size_t n = strlen(s);

    return n > 2 && n < TOKEN_TEXT_MAX && s[0] != '|' && s[n - 1] != '|' && strchr(s, '|') &&
           !strstr(s, "||") && utf8_check(s, n) == n;
}

static enum status load_splits(struct tokenizer *t, const struct checkpoint *c, struct err *e)
{
    char **v = NULL;
    size_t n = 0;
    enum status st = checkpoint_get_strings(&v, &n, c, PREFIX "splits", NET_VOCAB_MAX, e);

    for (size_t i = 0; !st && i < n; i++) {
        if (!sane_split(v[i]))
            st = err_set(e, ST_CORRUPT,
                         "checkpoint: entry %zu of metadata " PREFIX
                         "splits is not letters with | between them",
                         i);
        else
            st = tokenizer_add_split(t, v[i], e);
    }
    free(v);
    return st;
}

/* Checked before memory is allocated for the net, because a small file may describe a giant one. */
static enum status check_size(const struct checkpoint *c, const struct net_config *nc,
                              struct err *e)
{
    int64_t want = net_config_num_parameters(nc);
    int64_t have = 0;

    for (int i = 0; i < checkpoint_num_tensors(c); i++) {
        struct checkpoint_tensor t;

        checkpoint_tensor(&t, c, i);
        if (tokenizer_owns(t.name))
            have += checkpoint_elements(&t);
    }
    if (have == want)
        return ST_OK;
    return err_set(e, ST_CORRUPT,
                   "checkpoint: the tensors of the tokenizer have %" PRId64
                   " numbers; its metadata ask for %" PRId64,
                   have, want);
}

static enum status load_net(struct tokenizer *t, const struct checkpoint *c, struct err *e)
{
    struct net_config nc = tokenizer_net_config(t);
    enum status st = checkpoint_check_net_config(&nc, e);

    if (!st)
        st = check_size(c, &nc, e);
    if (!st)
        st = net_new(&t->net, &nc, e);
    if (!st)
        st = checkpoint_get_net(t->net, c, PREFIX, true, e);
    return st ? st : checkpoint_check_finite(t->net, e);
}

enum status tokenizer_load(struct tokenizer **out, const struct checkpoint *c, struct err *e)
{
    struct tokenizer *t;
    enum status st;

    if (!checkpoint_get(c, PREFIX "hidden_size")) {
        *out = NULL;
        return ST_OK;
    }
    t = calloc(1, sizeof(*t));
    if (!t)
        return err_nomem(e, sizeof(*t));
    st = load_params(&t->params, c, e);
    if (!st && checkpoint_get(c, PREFIX "rules")) {
        int64_t rules = 0;

        st = checkpoint_get_i64(&rules, c, PREFIX "rules", 0, 1, e);
        t->rules = rules == 1;
    }
    if (!st)
        st = load_rows(t, c, e);
    if (!st)
        st = load_splits(t, c, e);
    if (!st)
        st = load_net(t, c, e);
    if (st) {
        tokenizer_free(t);
        return st;
    }
    *out = t;
    return ST_OK;
}
