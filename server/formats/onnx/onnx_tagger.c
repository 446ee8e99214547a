/* onnx_tagger.c - see onnx_tagger.h. */
#include "server/formats/onnx/onnx_tagger.h"

#include "server/formats/onnx/onnx_net.h"

#include <stdio.h>

enum { DIMS_MAX = 64, AXIS = 2 };

static bool sums_features(const struct tagger *t)
{
    return net_get_config(tagger_net(t))->features > 1;
}

/* ---- the graph ---- */

static void put_inputs(struct buf *g, const struct tagger *t)
{
    char dims[DIMS_MAX];

    snprintf(dims, sizeof(dims), "batch words %d", net_get_config(tagger_net(t))->features);
    if (sums_features(t))
        onnx_input(g, &(struct onnx_value){
                          "features", ONNX_INT64, dims,
                          "The features of each word: places, from 0, in the metadata "
                          "lstmd.vocabulary, in any order; -1 for none. A word whose form is not "
                          "there has feature 0. docs/model_file.md explains their names."});
    else
        onnx_input(g, &(struct onnx_value){
                          "words", ONNX_INT64, "batch words",
                          "Each word's place, from 0, in the metadata lstmd.vocabulary: of the "
                          "word, else of its lower case in ASCII, else 0."});
    onnx_input(g, &(struct onnx_value){"lengths", ONNX_INT32, "batch",
                                       "The words of each sentence; what follows is padding."});
}

/* The table with a row of zeros before it, for -1; the rows of a word are added. */
static void put_summed(struct buf *g, const struct tagger *t)
{
    const struct net *n = tagger_net(t);
    const struct net_config *c = net_get_config(n);
    const struct net_tensor *table = onnx_net_find(n, "embedding.weight");
    const struct onnx_attribute squeeze[] = {{.name = "keepdims", .number = 0}, {0}};
    const float zero = 0;
    size_t at = onnx_tensor_begin(
        g, "embedding", (struct onnx_shape){2, {(int64_t)c->vocab_size + 1, c->input_size}});

    for (int i = 0; i < c->input_size; i++)
        onnx_tensor_part(g, &zero, 1);
    onnx_tensor_part(g, net_params_const(n) + table->offset, table->count);
    onnx_tensor_end(g, at);
    onnx_int(g, "one", 1);
    onnx_int(g, "features_axis", AXIS);
    onnx_node(g, "Add", "features one", "rows", NULL);
    onnx_node(g, "Gather", "embedding rows", "vectors", NULL);
    onnx_node(g, "ReduceSum", "vectors features_axis", "embedded_whole", squeeze);
}

/* `embedded` (words, batch, E). */
static void put_embedding(struct buf *g, const struct tagger *t)
{
    const struct onnx_attribute by_step[] = {{.name = "perm", .count = 3, .numbers = {1, 0, 2}},
                                             {0}};

    if (sums_features(t)) {
        put_summed(g, t);
    } else {
        onnx_net_tensor(g, tagger_net(t), "words", "embedding.weight");
        onnx_node(g, "Gather", "words_embedding.weight words", "embedded_whole", NULL);
    }
    onnx_node(g, "Transpose", "embedded_whole", "embedded", by_step);
}

/* The probabilities of one column, whose scores begin at output `from`. */
static void put_column(struct buf *g, const struct tagger *t, enum tag_column c, int from)
{
    const struct onnx_attribute over_tags[] = {{.name = "axis", .number = AXIS}, {0}};
    const char *name = tag_column_name(c);
    char first[ONNX_NAME_MAX], end[ONNX_NAME_MAX], inputs[4 * ONNX_NAME_MAX];

    snprintf(first, sizeof(first), "%s_first", name);
    snprintf(end, sizeof(end), "%s_end", name);
    onnx_int(g, first, from);
    onnx_int(g, end, (int64_t)from + tagger_num_tags(t, c));
    snprintf(inputs, sizeof(inputs), "scores %s %s tags_axis", first, end);
    snprintf(first, sizeof(first), "%s_scores", name);
    onnx_node(g, "Slice", inputs, first, NULL);
    onnx_node(g, "Softmax", first, name, over_tags);
}

static void put_output(struct buf *g, const struct tagger *t, enum tag_column c)
{
    char dims[DIMS_MAX];

    snprintf(dims, sizeof(dims), "batch words %d", tagger_num_tags(t, c));
    onnx_output(g, &(struct onnx_value){tag_column_name(c), ONNX_FLOAT, dims,
                                        c == TAG_UPOS
                                            ? "The probability of each tag of lstmd.upos_tags."
                                            : "The probability of each tag of lstmd.xpos_tags."});
}

static void put_graph(struct buf *g, const struct tagger *t)
{
    const struct onnx_attribute by_batch[] = {{.name = "perm", .count = 3, .numbers = {1, 0, 2}},
                                              {0}};
    int from = 0;

    put_inputs(g, t);
    put_embedding(g, t);
    onnx_net_write(
        g, tagger_net(t),
        &(struct onnx_net_place){.name = "net", .input = "embedded", .lengths = "lengths"});
    onnx_node(g, "Transpose", "net_output", "scores", by_batch);
    onnx_int(g, "tags_axis", AXIS);
    for (int c = 0; c < TAG_COLUMNS; c++) {
        int n = tagger_num_tags(t, (enum tag_column)c);

        if (n) {
            put_column(g, t, (enum tag_column)c, from);
            put_output(g, t, (enum tag_column)c);
        }
        from += n;
    }
}

/* ---- the metadata ---- */

static const char *row_at(const void *tagger, int i)
{
    return tagger_row(tagger, i);
}

static const char *upos_at(const void *tagger, int i)
{
    return tagger_tag(tagger, TAG_UPOS, i);
}

static const char *xpos_at(const void *tagger, int i)
{
    return tagger_tag(tagger, TAG_XPOS, i);
}

static void put_metadata(struct onnx_file *file, const struct onnx_about *about,
                         const struct tagger *t)
{
    bool context = tagger_has_context(t);
    int upos = tagger_num_tags(t, TAG_UPOS), xpos = tagger_num_tags(t, TAG_XPOS);

    onnx_about_metadata(file, about, "tag", tagger_arithmetic(t),
                        context ? "The log-linear context model, whose scores the service adds to "
                                  "those of the net. Splitting text into words; finding the "
                                  "features of a word."
                                : "Splitting text into words; finding the features of a word.");
    onnx_metadata(file, "lstmd.whole", context ? "false" : "true");
    onnx_metadata(file, "lstmd.precision",
                  tagger_params(t)->precision == PRECISION_INT8 ? "int8" : "float32");
    if (upos)
        onnx_metadata_list(file, "lstmd.upos_tags", upos, upos_at, t);
    if (xpos)
        onnx_metadata_list(file, "lstmd.xpos_tags", xpos, xpos_at, t);
    onnx_metadata_list(file, "lstmd.vocabulary", net_get_config(tagger_net(t))->vocab_size, row_at,
                       t);
}

enum status onnx_tagger_write(struct buf *out, const struct onnx_about *about,
                              const struct tagger *t, struct err *e)
{
    struct onnx_file file;
    enum status st = onnx_check_size((int64_t)net_num_params(tagger_net(t)), e);

    if (st)
        return st;
    onnx_about_begin(&file, out, about,
                     tagger_has_context(t)
                         ? "The LSTM of a tagger without its context model: lstmd.left_out in the "
                           "metadata names what the service has besides."
                         : "The LSTM of a tagger: from the features of words to tags.");
    put_graph(out, t);
    onnx_end_graph(&file);
    put_metadata(&file, about, t);
    return onnx_status(out, e);
}
