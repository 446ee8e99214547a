/* tagged_lines.c - see tagged_lines.h.
 *
 * The layout is found from the first lines: equally many columns in each, none of which is full of
 * numbers; or words that all end with a mark and a tag. Among several columns after the word, those
 * of chunks and names (B-NP, I-PER, O) are left out. The column of tags is the one of the others
 * with the fewest different texts, because lemmas have more. */
#include "server/formats/tagged_lines.h"

#include "server/data/text_check.h"
#include "server/formats/csv_dialect.h"

#include <lstm/tagger.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINES_SEEN = 1000,
    COLUMNS_MOST = 16,
    ITEMS_SEEN = 500,
    DIFFERENT_MOST = 400, /* texts of a column that are counted */
    SOURCE_TOKENS = 64
};

static const char document[] = "-DOCSTART-";
static const char *const upos_tags[] = {"ADJ",   "ADP",   "ADV", "AUX",  "CCONJ", "DET",
                                        "INTJ",  "NOUN",  "NUM", "PART", "PRON",  "PROPN",
                                        "PUNCT", "SCONJ", "SYM", "VERB", "X"};

/* ---- lines and cells ---- */

struct text {
    const char *at, *end;
};

/* Reads the next line without its end; false: there is none. */
static bool take_line(struct cell *out, struct text *t)
{
    const char *nl;

    if (t->at >= t->end)
        return false;
    nl = memchr(t->at, '\n', (size_t)(t->end - t->at));
    *out = (struct cell){t->at, (size_t)((nl ? nl : t->end) - t->at)};
    t->at = nl ? nl + 1 : t->end;
    if (out->len > 0 && out->at[out->len - 1] == '\r')
        out->len--;
    return true;
}

/* Cuts off the first cell; false: there is none. mark: a tab, between which cells may be empty, or
 * ' '. */
static bool take_cell(struct cell *out, struct cell *line, char mark)
{
    size_t n = 0;

    if (mark == ' ')
        *line = cell_trim(*line);
    if (!line->at || (mark == ' ' && line->len == 0))
        return false;
    while (n < line->len && line->at[n] != mark && !(mark == ' ' && line->at[n] == '\t'))
        n++;
    *out = (struct cell){line->at, n};
    if (n < line->len)
        *line = (struct cell){line->at + n + 1, line->len - n - 1};
    else
        *line = (struct cell){NULL, 0};
    return true;
}

/* Splits a line into cells, of which at most COLUMNS_MOST are kept; returns their number. A tab
 * after the last cell is ignored. */
static int cut(struct cell cells[COLUMNS_MOST], struct cell line, char mark)
{
    struct cell c;
    int n = 0;

    while (mark == '\t' && line.len > 0 && line.at[line.len - 1] == '\t')
        line.len--;
    for (; take_cell(&c, &line, mark); n++)
        if (n < COLUMNS_MOST)
            cells[n] = c;
    return n;
}

static bool is_text(struct cell c, const char *text)
{
    return strlen(text) == c.len && memcmp(c.at, text, c.len) == 0;
}

static bool is_document(struct cell line)
{
    return line.len >= strlen(document) && memcmp(line.at, document, strlen(document)) == 0;
}

static bool is_upos(struct cell c)
{
    for (size_t i = 0; i < sizeof(upos_tags) / sizeof(upos_tags[0]); i++)
        if (is_text(c, upos_tags[i]))
            return true;
    return false;
}

/* "O", "B-NP", "I-PER", "E-LOC", "S-ORG" */
static bool is_chunk(struct cell c)
{
    return is_text(c, "O") || (c.len > 2 && c.at[1] == '-' && strchr("BIESLU", c.at[0]));
}

static void skip_mark(struct text *t)
{
    if (t->end - t->at >= 3 && memcmp(t->at, "\xef\xbb\xbf", 3) == 0)
        t->at += 3;
}

/* ---- columns ---- */

struct column {
    int filled, numbers, chunks, upos, small, wordy, different;
    struct cell *seen; /* (different) owned */
};

static bool count_text(struct column *k, struct cell c)
{
    if (!k->seen)
        k->seen = calloc(DIFFERENT_MOST, sizeof(*k->seen));
    if (!k->seen)
        return false;
    for (int i = 0; i < k->different; i++)
        if (k->seen[i].len == c.len && k->seen[i].at && memcmp(k->seen[i].at, c.at, c.len) == 0)
            return true;
    if (k->different < DIFFERENT_MOST)
        k->seen[k->different++] = c;
    return true;
}

static bool has_digit(struct cell c)
{
    for (size_t i = 0; i < c.len; i++)
        if (c.at[i] >= '0' && c.at[i] <= '9')
            return true;
    return false;
}

/* Whether the cell has a small letter, or one outside of ASCII, as names have and most tags have
 * not. */
static bool is_wordy(struct cell c)
{
    for (size_t i = 0; i < c.len; i++)
        if ((c.at[i] >= 'a' && c.at[i] <= 'z') || (unsigned char)c.at[i] >= 0x80)
            return true;
    return false;
}

static bool count_cell(struct column *k, struct cell c)
{
    enum cell_kind kind = dialect_kind(c);

    if (c.len == 0 || is_text(c, "_"))
        return true;
    k->filled++;
    k->numbers += has_digit(c) && (kind == KIND_NUMBER || kind == KIND_TIME);
    k->chunks += is_chunk(c);
    k->upos += is_upos(c);
    k->small += *c.at >= 'a' && *c.at <= 'z';
    k->wordy += is_wordy(c);
    return count_text(k, c);
}

/* Counts the lines of words at the beginning; 0: not all have equally many cells. */
static int count_lines(struct column columns[COLUMNS_MOST], struct tagged_lines *out, struct text t)
{
    struct cell line, cells[COLUMNS_MOST];
    int n = 0;

    for (int i = 0; i < LINES_SEEN && take_line(&line, &t); i++) {
        int count = cut(cells, line, out->mark);

        if (cell_trim(line).len == 0 || is_document(line))
            continue;
        if (out->columns == 0)
            out->columns = count;
        if (count != out->columns || count < 2 || count > COLUMNS_MOST)
            return 0;
        for (int k = 0; k < count; k++)
            if (!count_cell(&columns[k], cells[k]))
                return 0;
        n++;
    }
    return n;
}

/* Whether the column numbers the words of each sentence: 1, 2, 3. */
static bool is_number_column(const struct column *k, int lines)
{
    return k->numbers == lines;
}

static int tag_column(const struct column *columns, const struct tagged_lines *shape)
{
    int best = -1;

    for (int i = shape->word + 1; i < shape->columns; i++) {
        const struct column *k = &columns[i];

        if (k->filled == 0 || k->chunks == k->filled)
            continue;
        if (k->upos == k->filled)
            return i;
        if (best < 0 || (k->different < columns[best].different && k->different > 1))
            best = i;
    }
    return best < 0 ? shape->word + 1 : best;
}

/* Whether a column between blanks has tags. A text has blanks, too: "Dear Anna", or a list of
 * names. */
static bool are_tags(const struct column *k)
{
    return k->small == 0 && 2 * k->wordy <= k->filled;
}

static bool find_columns(struct tagged_lines *out, struct text t)
{
    struct column columns[COLUMNS_MOST] = {{0}};
    int lines = count_lines(columns, out, t);
    bool fine = lines > 0;

    if (fine)
        out->word = out->columns > 2 && is_number_column(&columns[0], lines);
    for (int i = out->word; fine && i < out->columns; i++)
        fine = 2 * columns[i].numbers <= lines;
    if (fine) {
        out->tag = tag_column(columns, out);
        fine = out->tag < out->columns && columns[out->tag].filled > 0 &&
               columns[out->tag].numbers == 0 &&
               (out->mark == '\t' || are_tags(&columns[out->tag]));
    }
    if (fine)
        out->upos = columns[out->tag].upos == columns[out->tag].filled;
    for (int i = 0; i < COLUMNS_MOST; i++)
        free(columns[i].seen);
    return fine;
}

/* ---- words and tags with a mark between them ---- */

/* Cuts at the last mark; false: there is none, or nothing before or after it. */
static bool cut_item(struct cell *word, struct cell *tag, struct cell c, char mark)
{
    size_t at = c.len;

    while (at > 0 && c.at[at - 1] != mark)
        at--;
    if (at < 2 || at == c.len)
        return false;
    *word = (struct cell){c.at, at - 1};
    *tag = (struct cell){c.at + at, c.len - at};
    return true;
}

/* In ordinary text only some words contain a slash, never all. */
static bool find_marks(struct tagged_lines *out, struct text t)
{
    struct cell line, c, word, tag;
    int items = 0, tagged = 0, upos = 0;

    while (items < ITEMS_SEEN && take_line(&line, &t))
        while (items < ITEMS_SEEN && take_cell(&c, &line, ' ')) {
            if (c.len == 0)
                continue;
            items++;
            if (!cut_item(&word, &tag, c, out->mark))
                continue;
            tagged++;
            upos += is_upos(tag);
        }
    out->columns = 2;
    out->word = 0;
    out->tag = 1;
    out->upos = tagged > 0 && upos == tagged;
    return items > 1 && tagged == items;
}

bool tagged_lines_likely(struct tagged_lines *out, const char *bytes, size_t len)
{
    static const struct {
        enum tagged_layout layout;
        char mark;
    } ways[] = {
        {TAGGED_MARKED, '/'}, {TAGGED_MARKED, '_'}, {TAGGED_COLUMNS, '\t'}, {TAGGED_COLUMNS, ' '}};
    struct text t = {bytes, bytes + len};

    skip_mark(&t);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        *out = (struct tagged_lines){.layout = ways[i].layout, .mark = ways[i].mark};
        if (out->layout == TAGGED_MARKED ? find_marks(out, t) : find_columns(out, t))
            return true;
    }
    return false;
}

/* ---- reading ---- */

struct token {
    struct cell word, tag;
};

struct reader {
    struct tagged_set *out;
    struct tagged_lines *shape;
    const struct data_limits *limits;
    size_t len; /* of the text */
    long line;
    struct token *tokens; /* (cap) of the sentence under way; owned */
    int count, cap;
    size_t total;
};

static enum status fail(struct reader *r, enum status st, struct err *e)
{
    err_at_line(e, r->line);
    return st;
}

/* "1\/2": the mark is part of the word (Penn Treebank). */
static char *copy_word(struct reader *r, struct cell c)
{
    char *word = tagged_set_text(r->out, c.at, c.len), *to = word;

    if (!word || r->shape->layout != TAGGED_MARKED)
        return word;
    for (const char *from = word; *from; from++)
        if (*from != '\\' || (from[1] != r->shape->mark && from[1] != '\\'))
            *to++ = *from;
    *to = '\0';
    return word;
}

static enum status end_sentence(struct reader *r, struct err *e)
{
    struct tagged_sentence *s;

    if (r->count == 0)
        return ST_OK;
    if ((size_t)r->out->count >= r->limits->max_sentences)
        return fail(r,
                    err_set(e, ST_TOO_LARGE, "more than max_sentences = %zu sentences",
                            r->limits->max_sentences),
                    e);
    s = tagged_set_add(r->out, r->count);
    if (!s)
        return err_nomem(e, 0);
    for (int i = 0; i < r->count; i++) {
        const struct token *t = &r->tokens[i];
        char **tag = r->shape->upos ? &s->upos[i] : &s->xpos[i];

        s->form[i] = copy_word(r, t->word);
        if (!is_text(t->tag, "_") && !(*tag = tagged_set_tag(r->out, t->tag.at, t->tag.len)))
            return err_nomem(e, 0);
        if (!s->form[i])
            return err_nomem(e, 0);
    }
    r->count = 0;
    return tagged_set_bytes(r->out) > data_memory(r->len) ? data_too_large(r->len, e) : ST_OK;
}

static enum status add_token(struct reader *r, struct cell word, struct cell tag, struct err *e)
{
    enum status st = text_check(word.at, word.len, TOKEN_LENGTH_MAX, "word", e);

    if (!st)
        st = text_check(tag.at, tag.len, TOKEN_BYTES_MAX, "tag", e);
    if (!st && r->count >= SENTENCE_TOKENS_MAX)
        st = err_set(e, ST_TOO_LARGE, "a sentence has more than %d words", SENTENCE_TOKENS_MAX);
    if (!st && ++r->total > r->limits->max_tokens)
        st = err_set(e, ST_TOO_LARGE, "more than %zu words", r->limits->max_tokens);
    if (st)
        return fail(r, st, e);
    if (r->count == r->cap) {
        int cap = r->cap ? 2 * r->cap : SOURCE_TOKENS;
        struct token *p = reallocarray(r->tokens, (size_t)cap, sizeof(*p));

        if (!p)
            return err_nomem(e, 0);
        r->tokens = p;
        r->cap = cap;
    }
    r->tokens[r->count++] = (struct token){word, tag};
    return ST_OK;
}

static enum status read_columns(struct reader *r, struct cell line, struct err *e)
{
    struct cell cells[COLUMNS_MOST];
    int n;

    if (cell_trim(line).len == 0)
        return end_sentence(r, e);
    if (is_document(line)) {
        if (r->shape->documents++ == 0)
            r->shape->first_document = r->line;
        return end_sentence(r, e);
    }
    n = cut(cells, line, r->shape->mark);
    if (n == r->shape->columns)
        return add_token(r, cells[r->shape->word], cells[r->shape->tag], e);
    err_set(e, ST_MALFORMED, "the line has %d %s; those before it have %d", n,
            n == 1 ? "column" : "columns", r->shape->columns);
    return fail(r, ST_MALFORMED, e);
}

static enum status read_marked(struct reader *r, struct cell line, struct err *e)
{
    struct cell c, word, tag;
    enum status st = ST_OK;

    while (!st && take_cell(&c, &line, ' ')) {
        if (c.len == 0)
            continue;
        if (cut_item(&word, &tag, c, r->shape->mark)) {
            st = add_token(r, word, tag, e);
            continue;
        }
        err_set(e, ST_MALFORMED, "'%.*s' has no tag behind a '%c'", (int)(c.len < 40 ? c.len : 40),
                c.at, r->shape->mark);
        st = fail(r, ST_MALFORMED, e);
    }
    return st ? st : end_sentence(r, e);
}

static enum status refuse(struct err *e)
{
    return err_set(e, ST_INVALID,
                   "the text is neither lines of a word and its tag, separated by a tab or blanks, "
                   "with as many columns in each and blank lines between sentences, nor sentences "
                   "like The/DT dog/NN");
}

enum status tagged_lines_read(struct tagged_set *out, struct tagged_lines *shape, const char *bytes,
                              size_t len, const struct data_limits *limits, struct err *e)
{
    struct reader r = {.out = out, .shape = shape, .limits = limits, .len = len};
    struct text t = {bytes, bytes + len};
    struct cell line;
    enum status st = text_valid(bytes, len, e);

    tagged_set_init(out);
    if (!st && !tagged_lines_likely(shape, bytes, len))
        st = refuse(e);
    skip_mark(&t);
    while (!st && take_line(&line, &t)) {
        r.line++;
        st = shape->layout == TAGGED_COLUMNS ? read_columns(&r, line, e) : read_marked(&r, line, e);
    }
    if (!st)
        st = end_sentence(&r, e);
    free(r.tokens);
    if (st)
        tagged_set_release(out);
    return st;
}

/* ---- writing ---- */

void tagged_lines_write(struct buf *out, const struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        const struct tagged_sentence *s = &t->items[i];

        for (int k = 0; k < s->length; k++) {
            const char *tag = s->upos[k] ? s->upos[k] : s->xpos[k];

            buf_puts(out, s->form[k]);
            buf_add(out, "\t", 1);
            buf_puts(out, tag ? tag : "_");
            buf_add(out, "\n", 1);
        }
        buf_add(out, "\n", 1);
    }
}
