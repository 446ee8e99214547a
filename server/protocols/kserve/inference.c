/* inference.c - see inference.h. */
#include "server/protocols/kserve/inference.h"

#include "server/formats/json.h"
#include "server/formats/json_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 64 << 20, ROWS_MAX = 10000 };

static const char *const forecast_outputs[] = {"mean", "lower", "upper", NULL};
static const char *const tag_outputs[] = {"tokens", "tags", "feats", "lemmas", NULL};

/* ---- the request ---- */

/* A copy of one parameter of the request, if it is there. */
static cJSON *put_parameter(cJSON *o, const cJSON *parameters, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(parameters, name);

    return v && !cJSON_IsNull(v) ? json_put(o, name, cJSON_Duplicate(v, true)) : o;
}

static cJSON *make_series(const struct tensor *t, struct tensor_at *at, int number,
                          const cJSON *parameters)
{
    cJSON *values = cJSON_CreateArray(), *o;
    char id[16];

    for (int i = 0; i < t->width; i++) {
        const cJSON *v = tensor_next(at);

        values = json_push(values, cJSON_IsNumber(v) ? cJSON_CreateNumber(v->valuedouble)
                                                     : cJSON_CreateNull());
    }
    (void)snprintf(id, sizeof(id), "%d", number);
    o = json_put_text(cJSON_CreateObject(), "id", id);
    o = put_parameter(o, parameters, "start");
    o = put_parameter(o, parameters, "frequency");
    return json_put(o, "values", values);
}

/* {"series":[...],"horizon","level"} */
static cJSON *make_forecast(const struct tensor *t, const cJSON *parameters)
{
    struct tensor_at at = tensor_begin(t);
    cJSON *series = cJSON_CreateArray(), *o;

    for (int i = 0; i < t->rows; i++)
        series = json_push(series, make_series(t, &at, i, parameters));
    o = json_put(cJSON_CreateObject(), "series", series);
    o = put_parameter(o, parameters, "horizon");
    if (cJSON_GetObjectItemCaseSensitive(parameters, "level"))
        return put_parameter(o, parameters, "level");
    return json_put_number(o, "level", 95);
}

/* {"texts":[...]} */
static cJSON *make_tag(const struct tensor *t)
{
    struct tensor_at at = tensor_begin(t);
    cJSON *texts = cJSON_CreateArray();

    while (tensor_next(&at))
        texts = json_push(texts, cJSON_CreateString(at.value->valuestring));
    return json_put(cJSON_CreateObject(), "texts", texts);
}

static enum status check_input(const struct tensor *t, struct err *e)
{
    const char *name = t->bytes ? "text" : "history";

    if (strcmp(t->name, name) != 0) {
        err_set(e, ST_INVALID,
                "the input is '%.40s'; a tensor of %s is named %s: a forecaster takes history, a "
                "tagger takes text",
                t->name, t->bytes ? "texts" : "numbers", name);
        return err_at(e, "/inputs/0/name");
    }
    if (t->rows > ROWS_MAX || t->rows == 0 || t->width == 0 ||
        (t->bytes && !t->flat && t->width != 1)) {
        err_set(e, ST_INVALID, "the shape of %s must be %s, with 1 to %d rows", name,
                t->bytes ? "[texts] or [texts, 1]" : "[values] or [series, values]", ROWS_MAX);
        return err_at(e, "/inputs/0/shape");
    }
    return ST_OK;
}

static enum status check_outputs(struct inference *q, const cJSON *json, struct err *e)
{
    const char *const *known = q->tags ? tag_outputs : forecast_outputs;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "outputs"), *one;
    int n = 0;

    q->outputs = list && !cJSON_IsNull(list) ? list : NULL;
    if (q->outputs && !cJSON_IsArray(list)) {
        err_set(e, ST_INVALID, "outputs must be a list of objects with a name");
        return err_at(e, "/outputs");
    }
    cJSON_ArrayForEach(one, q->outputs)
    {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(one, "name");
        bool found = false;

        for (int i = 0; cJSON_IsString(name) && known[i]; i++)
            found = found || strcmp(known[i], name->valuestring) == 0;
        if (!found) {
            err_set(e, ST_INVALID, "the outputs of this input are %s",
                    q->tags ? "tokens, tags, feats and lemmas" : "mean, lower and upper");
            return err_at(e, "/outputs/%d/name", n);
        }
        n++;
    }
    return ST_OK;
}

static enum status check_parameters(const cJSON *parameters, struct err *e)
{
    const cJSON *level = cJSON_GetObjectItemCaseSensitive(parameters, "level");

    if (parameters && !cJSON_IsObject(parameters) && !cJSON_IsNull(parameters)) {
        err_set(e, ST_INVALID, "parameters must be an object");
        return err_at(e, "/parameters");
    }
    if (level && !cJSON_IsNumber(level)) {
        err_set(e, ST_INVALID, "level must be one number, in percent, such as 95");
        return err_at(e, "/parameters/level");
    }
    return ST_OK;
}

enum status inference_read(struct inference *out, const cJSON *json, struct err *e)
{
    const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(json, "inputs"),
                *parameters = cJSON_GetObjectItemCaseSensitive(json, "parameters");
    struct tensor t;
    cJSON *body;
    enum status st;

    if (!cJSON_IsObject(json) || !cJSON_IsArray(inputs) || cJSON_GetArraySize(inputs) != 1) {
        err_set(e, ST_INVALID, "inputs must be a list of one tensor: history or text");
        return err_at(e, "/inputs");
    }
    st = json_get_string(&out->id, json, "", "id", false, e);
    if (!st)
        st = check_parameters(parameters, e);
    if (!st)
        st = tensor_read(&t, inputs->child, "/inputs/0", e);
    if (!st)
        st = check_input(&t, e);
    if (st)
        return st;
    out->tags = t.bytes;
    out->rows = t.bytes && t.flat ? t.width : t.rows;
    st = check_outputs(out, json, e);
    if (st)
        return st;
    body = t.bytes ? make_tag(&t) : make_forecast(&t, parameters);
    out->body = body ? json_print(body) : NULL;
    cJSON_Delete(body);
    if (!out->body)
        return err_nomem(e, 0);
    out->body_len = strlen(out->body);
    return ST_OK;
}

void inference_release(struct inference *q)
{
    free(q->body);
    *q = (struct inference){0};
}

/* ---- the response ---- */

static bool is_wanted(const struct inference *q, const char *name)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, q->outputs)
    {
        if (strcmp(cJSON_GetObjectItemCaseSensitive(one, "name")->valuestring, name) == 0)
            return true;
    }
    return !q->outputs;
}

/* The numbers of one output for a series; of bounds, those of the only level. NULL: none. */
static const cJSON *numbers_of(const cJSON *series, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(series, name);

    return cJSON_IsObject(v) ? v->child : v;
}

/* Adds one output of a forecast, unless the model has none of the kind. */
static cJSON *put_numbers(cJSON *outputs, const struct inference *q, const cJSON *reply,
                          const char *name)
{
    cJSON *data = cJSON_CreateArray();
    const cJSON *series, *v;
    int width = 0;
    bool missing = false;

    cJSON_ArrayForEach(series, cJSON_GetObjectItemCaseSensitive(reply, "series"))
    {
        const cJSON *numbers = numbers_of(series, name);

        missing = missing || !cJSON_IsArray(numbers);
        width = cJSON_GetArraySize(numbers);
        cJSON_ArrayForEach(v, numbers) data = json_push(
            data, cJSON_IsNumber(v) ? cJSON_CreateNumber(v->valuedouble) : cJSON_CreateNull());
    }
    if (missing) {
        cJSON_Delete(data);
        return outputs;
    }
    return json_push(outputs, tensor_make(name, "FP64", q->rows, width, data));
}

/* Appends the words of a sentence; a space inside of one becomes U+00A0. */
static void put_words(struct buf *b, const cJSON *sentence, const char *name)
{
    const cJSON *word;
    bool first = true;

    if (b->len)
        buf_puts(b, "\n");
    cJSON_ArrayForEach(word, cJSON_GetObjectItemCaseSensitive(sentence, name))
    {
        if (!first)
            buf_puts(b, " ");
        first = false;
        for (const char *s = word->valuestring; s && *s; s++)
            if (*s == ' ')
                buf_puts(b, "\xC2\xA0");
            else
                buf_add(b, s, 1);
    }
}

/* Adds one output of a tagger, unless the model has none of the kind: a text for each text. */
static cJSON *put_texts(cJSON *outputs, const struct inference *q, const cJSON *reply,
                        const char *name)
{
    const cJSON *sentence = cJSON_GetObjectItemCaseSensitive(reply, "sentences");
    bool optional = strcmp(name, "feats") == 0 || strcmp(name, "lemmas") == 0;
    cJSON *data;

    sentence = sentence ? sentence->child : NULL;
    if (optional && !cJSON_GetObjectItemCaseSensitive(sentence, name))
        return outputs;
    data = cJSON_CreateArray();
    for (int i = 0; i < q->rows; i++) {
        struct buf b;

        buf_init(&b, TEXT_MAX);
        for (; sentence; sentence = sentence->next) {
            const cJSON *text = cJSON_GetObjectItemCaseSensitive(sentence, "text");

            if (!cJSON_IsNumber(text) || text->valueint != i)
                break;
            put_words(&b, sentence, name);
        }
        data = json_push(data, b.st ? NULL : cJSON_CreateString(b.data ? b.data : ""));
        buf_release(&b);
    }
    return json_push(outputs, tensor_make(name, "BYTES", q->rows, 0, data));
}

cJSON *inference_answer(const struct inference *q, const cJSON *reply)
{
    const char *const *names = q->tags ? tag_outputs : forecast_outputs;
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(reply, "model"),
                *version = cJSON_GetObjectItemCaseSensitive(reply, "version");
    cJSON *outputs = cJSON_CreateArray(), *o;
    char text[24];

    for (int i = 0; names[i]; i++)
        if (is_wanted(q, names[i]))
            outputs = q->tags ? put_texts(outputs, q, reply, names[i])
                              : put_numbers(outputs, q, reply, names[i]);
    (void)snprintf(text, sizeof(text), "%.0f", cJSON_IsNumber(version) ? version->valuedouble : 0);
    o = json_put_text(cJSON_CreateObject(), "model_name",
                      cJSON_IsString(model) ? model->valuestring : "");
    o = json_put_text(o, "model_version", text);
    if (q->id)
        o = json_put_text(o, "id", q->id);
    return json_put(o, "outputs", outputs);
}

/* ---- the description ---- */

static cJSON *describe(cJSON *list, const char *name, bool tags)
{
    cJSON *shape = json_push(cJSON_CreateArray(), cJSON_CreateNumber(-1));
    cJSON *o = json_put_text(cJSON_CreateObject(), "name", name);

    if (!tags)
        shape = json_push(shape, cJSON_CreateNumber(-1));
    o = json_put_text(o, "datatype", tags ? "BYTES" : "FP64");
    return json_push(list, json_put(o, "shape", shape));
}

/* Whether a model gives this output. */
static bool gives(const cJSON *model, const char *name)
{
    if (strcmp(name, "feats") != 0 && strcmp(name, "lemmas") != 0)
        return true;
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(model, name));
}

cJSON *inference_describe(cJSON *o, const cJSON *model)
{
    const cJSON *task = cJSON_GetObjectItemCaseSensitive(model, "task");
    bool tags = cJSON_IsString(task) && strcmp(task->valuestring, "tag") == 0;
    const char *const *names = tags ? tag_outputs : forecast_outputs;
    cJSON *outputs = cJSON_CreateArray();

    for (int i = 0; names[i]; i++)
        if (gives(model, names[i]))
            outputs = describe(outputs, names[i], tags);
    o = json_put(o, "inputs", describe(cJSON_CreateArray(), tags ? "text" : "history", tags));
    return json_put(o, "outputs", outputs);
}
