/* json_body.c - see json_body.h. */
#include "server/formats/json_body.h"

#include "server/formats/json.h"
#include "server/formats/json_series.h"
#include "server/formats/json_tagged.h"

#include <string.h>

static const char *const sentences_only[] = {"sentences", NULL};

/* The root object while it is read. */
struct root {
    const struct json_body_options *options;
    struct json_reader json;
    struct series_reader series;
    struct tagged_reader tagged;
    const char *place[SERIES_MEMBERS]; /* of the values that were read; NULL: missing */
    bool has_sentences;
    bool columns_late; /* "columns" came after members that depend on it */
    struct json_name unknown,
        not_sentences; /* the first member that does not belong to series; to sentences */
    enum status columns_st;
    struct err columns_err;
    struct buf rest; /* text of the members that become a tree */
};

static void read_columns(struct root *t)
{
    struct series_set *set = t->series.out;

    t->columns_late = t->place[SERIES] || t->place[VALUES];
    series_set_release(set);
    series_set_init(set);
    t->columns_st = series_read_columns(&t->series, &t->columns_err);
}

static void read_data(struct root *t, enum series_member m)
{
    t->place[m] = t->json.p;
    if (m == COLUMNS)
        read_columns(t);
    else if (m == SERIES)
        series_read_list(&t->series);
    else
        series_read_member(&t->series, m);
}

static bool is_large(const struct json_name *name)
{
    static const char *const large[] = {"series", "values", "covariates", "sentences", NULL};

    return json_name_among(name, large) >= 0;
}

/* Reads the value of a member; p is at it. */
static void read_value(struct root *t, const struct json_name *name)
{
    int m = json_name_among(name, series_member_names);
    size_t tree_bytes = t->json.tree_bytes;

    if (json_name_among(name, sentences_only) == 0) {
        t->has_sentences = true;
        if (t->options->sentences)
            tagged_read_list(&t->tagged);
        else
            json_skip(&t->json);
        m = t->options->sentences ? 0 : -1;
    } else {
        if (!t->not_sentences.at)
            t->not_sentences = *name;
        if (m >= 0)
            read_data(t, (enum series_member)m);
        else
            json_skip(&t->json);
    }
    if (m < 0 && !t->unknown.at && json_name_among(name, t->options->others) < 0)
        t->unknown = *name;
    if (is_large(name))
        t->json.tree_bytes = tree_bytes;
}

static void put_rest(struct root *t, const struct json_name *name, const char *from)
{
    buf_puts(&t->rest, t->rest.len > 1 ? ",\"" : "\"");
    buf_add(&t->rest, name->at, name->len);
    buf_puts(&t->rest, "\":");
    if (is_large(name))
        buf_puts(&t->rest, "null");
    else
        buf_add(&t->rest, from, (size_t)(t->json.p - from));
}

static void read_members(struct root *t)
{
    buf_puts(&t->rest, "{");
    for (bool more = json_first(&t->json); more; more = json_next(&t->json)) {
        struct json_name name = json_member(&t->json);
        const char *from = t->json.p;

        if (t->json.st)
            continue;
        read_value(t, &name);
        if (!t->json.st && t->options->others)
            put_rest(t, &name, from);
    }
    buf_puts(&t->rest, "}");
}

/* Reads the values again that came before "columns", now with the columns known. */
static void read_again(struct root *t)
{
    const char *end = t->json.p;

    series_begin_again(&t->series);
    for (int m = ID; m <= COVARIATES; m++) {
        t->json.p = t->place[m];
        if (t->place[m])
            series_read_member(&t->series, (enum series_member)m);
    }
    t->json.p = t->place[SERIES];
    if (t->place[SERIES])
        series_read_list(&t->series);
    t->json.p = end;
}

/* Errors of the series as a whole are reported before those of a single one. */
static enum status finish_series(struct root *t, struct err *e)
{
    if (t->unknown.at)
        return json_unknown_member(&t->unknown, series_member_names, SERIES_MEMBERS, "", e);
    if (!t->place[SERIES] == !t->place[VALUES]) {
        err_set(e, ST_INVALID,
                "give either \"values\" of one series or \"series\", a list of them");
        return err_at(e, "%s", "");
    }
    if (t->columns_st) {
        *e = t->columns_err;
        return t->columns_st;
    }
    if (t->columns_late)
        read_again(t);
    if (!t->place[SERIES])
        series_add_object(&t->series, "", t->options->default_id);
    *e = t->series.err;
    return t->series.st;
}

static enum status finish_tagged(struct root *t, struct json_body *out)
{
    struct err *e = &out->err;

    out->empty_sentences = t->tagged.empty;
    out->first_empty = t->tagged.first_empty;
    if (t->not_sentences.at)
        return json_unknown_member(&t->not_sentences, sentences_only, 1, "", e);
    *e = t->tagged.err;
    return t->tagged.st;
}

/* Reads the whole text. Errors of the data go into out. */
static enum status read_root(struct root *t, struct json_body *out)
{
    char kind = json_peek(&t->json);

    if (kind != '{') {
        json_skip(&t->json);
        return ST_OK;
    }
    if (series_one_column(&t->series, t->json.e))
        return ST_NOMEM;
    read_members(t);
    if (t->json.st)
        return ST_OK; /* json_reader_end() returns the error */
    out->kind = t->options->sentences && t->has_sentences ? DATA_TAGGED : DATA_SERIES;
    out->st = out->kind == DATA_TAGGED ? finish_tagged(t, out) : finish_series(t, &out->err);
    return ST_OK;
}

static enum status make_tree(struct json_body *out, struct root *t, size_t len, struct err *e)
{
    if (t->json.tree_bytes > json_tree_memory(len))
        return json_too_many(len, e);
    if (!t->options->others)
        return ST_OK;
    if (buf_status(&t->rest, e))
        return e->status;
    out->tree = cJSON_ParseWithLength(t->rest.data, t->rest.len);
    return out->tree ? ST_OK : err_nomem(e, len);
}

enum status json_body_read(struct json_body *out, const struct json_body_options *o,
                           const char *bytes, size_t len, struct err *e)
{
    struct root t = {.options = o};
    enum status st, read;
    char kind;

    *out = (struct json_body){0};
    series_set_init(&out->series);
    tagged_set_init(&out->tagged);
    json_reader_begin(&t.json, bytes, len, o->limits->max_json_depth, e);
    series_reader_init(&t.series, &out->series, &t.json, o->limits, len);
    tagged_reader_init(&t.tagged, &out->tagged, &t.json, o->limits, len);
    buf_init(&t.rest, SIZE_MAX / 4); /* hardly ever longer than the body, whose size is limited */
    kind = json_peek(&t.json);
    read = read_root(&t, out);
    st = json_reader_end(&t.json);
    if (!st)
        st = read;
    if (!st && kind != '{')
        st = err_set(e, ST_INVALID, "the body must be an object, not %s", json_kind(kind));
    if (!st)
        st = make_tree(out, &t, len, e);
    series_reader_release(&t.series);
    tagged_reader_release(&t.tagged);
    buf_release(&t.rest);
    if (st || out->st || out->kind != DATA_SERIES)
        series_set_release(&out->series);
    if (st || out->st || out->kind != DATA_TAGGED)
        tagged_set_release(&out->tagged);
    if (st)
        json_body_release(out);
    return st;
}

void json_body_release(struct json_body *b)
{
    cJSON_Delete(b->tree);
    series_set_release(&b->series);
    tagged_set_release(&b->tagged);
    *b = (struct json_body){0};
}

enum status json_body_series(struct series_set *out, struct json_body *b, struct err *e)
{
    *out = b->series;
    series_set_init(&b->series);
    if (b->st && e)
        *e = b->err;
    return b->st;
}

enum status json_body_tagged(struct tagged_set *out, struct json_body *b, struct err *e)
{
    *out = b->tagged;
    tagged_set_init(&b->tagged);
    if (b->st && e)
        *e = b->err;
    return b->st;
}
