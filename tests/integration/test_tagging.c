/* test_tagging.c - a treebank over HTTP: trained with a part held out, scored, text split and
 * tagged. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

static struct daemon d;
static struct reply r;
static char *treebank;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
    treebank = example("treebank.conllu");
    put(&r, &d, "/v1/datasets/treebank", "text/x-conllu", treebank, 201);
}

static void teardown(void)
{
    free(treebank);
    reply_release(&r);
    daemon_free(&d);
}

static void train(const char *model, const char *params)
{
    char body[256];

    snprintf(body, sizeof(body),
             "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"%s\",\"params\":{%s}}", model,
             params);
    run_job(&r, &d, body, "succeeded");
}

static void tag(const char *path, const char *text)
{
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = path,
                                .type = "text/plain",
                                .body = text,
                                .headers = {"Accept: text/x-conllu", NULL}});
    expect_status(&r, 200, path);
}

/* precision, recall and F1 of the spans at path: shares, and F1 their harmonic mean. */
static void check_span(const char *path)
{
    char name[96];
    double p, q, f1;

    snprintf(name, sizeof(name), "%s.precision", path);
    p = number_at(r.json, name);
    snprintf(name, sizeof(name), "%s.recall", path);
    q = number_at(r.json, name);
    snprintf(name, sizeof(name), "%s.f1", path);
    f1 = number_at(r.json, name);
    ck_assert(p > 0 && p <= 1 && q > 0 && q <= 1);
    ck_assert_double_eq_tol(f1, 2 * p * q / (p + q), 1e-12);
}

/* Tags and splitting are both scored on the sentences that neither has learnt from. */
START_TEST(held_out_sentences_are_scored)
{
    train("m", "\"test_size\":8,\"hidden_size\":16,\"members\":1");
    ck_assert(cJSON_IsTrue(at(r.json, "metrics.held_out")));
    ck_assert_int_eq((int)number_at(r.json, "metrics.sentences"), 8);
    ck_assert(number_at(r.json, "metrics.upos.accuracy") > 0.5);
    ck_assert(number_at(r.json, "metrics.xpos.accuracy") > 0.5);
    check_span("metrics.text.tokens");
    check_span("metrics.text.words");
    check_span("metrics.text.sentences");
    ck_assert(number_at(r.json, "metrics.text.tokens.f1") > 0.8);
    get(&r, &d, "/v1/models/m/evaluation", 200);
    check_span("text.tokens");
    check_span("text.sentences");
    get(&r, &d, "/v1/models/m", 200);
    ck_assert_str_eq(text_at(r.json, "tokenizer"), "learned");
}
END_TEST

/* Text gives CoNLL-U with the tokens of the text, multi-word ones too; CoNLL-U comes back unchanged
 * except for what the model finds. */
START_TEST(text_becomes_conllu)
{
    train("m", "\"context\":true");
    tag("/v1/models/m/tag", "The dog didn't eat it. The cat did.");
    ck_assert_ptr_nonnull(strstr(r.body, "# text = The dog didn't eat it.\n"));
    ck_assert_ptr_nonnull(
        strstr(r.body, "\n3-4\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_\n3\tdid\tdo\tAUX\t"));
    ck_assert_ptr_nonnull(
        strstr(r.body, "# text = The cat did.\n1\tThe\tthe\tDET\tDT\tDefinite=Def|PronType=Art\t"));
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/models/m/tag",
                                .type = "text/x-conllu",
                                .body = "# a comment\n1\tthe\tTHE\tX\tY\tF=1\t2\tdet\t2:det\tM=1\n"
                                        "2\tdog\t_\t_\t_\t_\t0\troot\t_\t_\n"
                                        "2.1\tdog\t_\t_\t_\t_\t_\t_\t1:x\t_\n\n",
                                .headers = {"Accept: text/x-conllu", NULL}});
    expect_status(&r, 200, "CoNLL-U");
    ck_assert_str_eq(
        r.body, "# a comment\n1\tthe\tthe\tDET\tDT\tDefinite=Def|PronType=Art\t2\tdet\t2:det\tM=1\n"
                "2\tdog\tdog\tNOUN\tNN\tNumber=Sing\t0\troot\t_\t_\n"
                "2.1\tdog\t_\t_\t_\t_\t_\t_\t1:x\t_\n\n");
}
END_TEST

/* Lemmas and features come from the same job; either can be left out. */
START_TEST(words_have_lemmas_and_features)
{
    static const char two[] = "{\"sentences\":[[\"Dogs\",\"ate\"],{\"tokens\":[\"cats\"]}]}";

    train("m", "\"epochs\":60,\"members\":1,\"test_size\":8");
    ck_assert(number_at(r.json, "metrics.feats_accuracy") > 0.5);
    ck_assert(number_at(r.json, "metrics.lemma_accuracy") > 0.5);
    ck_assert(cJSON_IsTrue(at(r.json, "params.lemmas")) &&
              cJSON_IsTrue(at(r.json, "params.feats")));
    post(&r, &d, "/v1/models/m/tag", two, 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.lemmas.0"), "dog");
    ck_assert_str_eq(text_at(r.json, "sentences.0.lemmas.1"), "eat");
    ck_assert_str_eq(text_at(r.json, "sentences.0.feats.0"), "Number=Plur");
    ck_assert_str_eq(text_at(r.json, "sentences.1.lemmas.0"), "cat");
    get(&r, &d, "/v1/models/m", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "lemmas")) && cJSON_IsTrue(at(r.json, "feats")));
    get(&r, &d, "/v1/models/m/evaluation", 200);
    ck_assert(number_at(r.json, "metrics.lemma_accuracy") > 0.5);
    train("tags", "\"epochs\":2,\"members\":1,\"lemmas\":false,\"feats\":false");
    ck_assert_ptr_null(strstr(r.body, "lemma_accuracy"));
    post(&r, &d, "/v1/models/tags/tag", two, 200);
    ck_assert(!strstr(r.body, "\"lemmas\"") && !strstr(r.body, "\"feats\""));
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/models/tags/tag",
                                .type = "text/x-conllu",
                                .body = "1\tdogs\tx\t_\t_\tF=1\t_\t_\t_\t_\n\n",
                                .headers = {"Accept: text/x-conllu", NULL}});
    expect_status(&r, 200, "CoNLL-U");
    ck_assert_ptr_nonnull(strstr(r.body, "1\tdogs\tx\t"));
    ck_assert_ptr_nonnull(strstr(r.body, "\tF=1\t"));
}
END_TEST

/* The model of words and neighbours is part of the file: without it, it is another model; both come
 * back from their files as they were. */
START_TEST(files_keep_the_neighbours)
{
    static const char *const params[] = {"\"epochs\":5,\"context\":true",
                                         "\"epochs\":5,\"context\":false"};
    char digest[2][80], path[64];

    for (int i = 0; i < 2; i++) {
        struct reply file = {0};

        snprintf(path, sizeof(path), "m%d", i);
        train(path, params[i]);
        snprintf(path, sizeof(path), "/v1/models/m%d", i);
        get(&r, &d, path, 200);
        snprintf(digest[i], sizeof(digest[i]), "%s", text_at(r.json, "digest"));
        snprintf(path, sizeof(path), "/v1/models/m%d/checkpoint", i);
        get(&file, &d, path, 200);
        ck_assert_int_eq(memmem(file.body, file.len, "context.weight", 14) != NULL, i == 0);
        snprintf(path, sizeof(path), "/v1/models/copy%d/checkpoint", i);
        http_send(&r, &d,
                  &(struct request){.method = "PUT",
                                    .path = path,
                                    .type = "application/octet-stream",
                                    .body = file.body,
                                    .len = file.len});
        expect_status(&r, 201, path);
        snprintf(path, sizeof(path), "/v1/models/copy%d", i);
        get(&r, &d, path, 200);
        ck_assert_str_eq(text_at(r.json, "digest"), digest[i]);
        reply_release(&file);
    }
    ck_assert_str_ne(digest[0], digest[1]);
    post(&r, &d, "/v1/models/copy0/evaluate", "{\"dataset\":\"treebank\"}", 200);
    ck_assert_int_eq((int)number_at(r.json, "metrics.sentences"), 40);
}
END_TEST

/* The first 30 sentences of the treebank as a data set, and those behind them as another. */
static void split_treebank(void)
{
    char *second = treebank;

    for (int i = 0; i < 30; i++) {
        second = strstr(second, "\n\n");
        ck_assert_ptr_nonnull(second);
        second += 2;
    }
    put(&r, &d, "/v1/datasets/dev", "text/x-conllu", second, 201);
    *second = '\0';
    put(&r, &d, "/v1/datasets/train", "text/x-conllu", treebank, 201);
}

#define JUDGED_BY_DEV                                                                              \
    "{\"task\":\"tag\",\"dataset\":\"train\",\"validation_dataset\":\"dev\",\"model\":\"judged\","

/* The result is as if the second data set followed the first, and were held out. */
START_TEST(another_dataset_is_held_out)
{
    char digest[80];

    split_treebank();
    run_job(&r, &d, JUDGED_BY_DEV "\"params\":{\"epochs\":5}}", "succeeded");
    ck_assert_str_eq(text_at(r.json, "validation_dataset"), "dev");
    ck_assert(cJSON_IsTrue(at(r.json, "metrics.held_out")));
    ck_assert_int_eq((int)number_at(r.json, "metrics.sentences"), 10);
    ck_assert_int_eq((int)number_at(r.json, "params.test_size"), 10);
    check_span("metrics.text.tokens");
    get(&r, &d, "/v1/models/judged", 200);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    train("whole", "\"epochs\":5,\"test_size\":10");
    ck_assert_ptr_null(cJSON_GetObjectItem(r.json, "validation_dataset"));
    get(&r, &d, "/v1/models/whole", 200);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
    del(&r, &d, "/v1/datasets/dev", 204);
}
END_TEST

START_TEST(a_validation_dataset_that_will_not_do)
{
    static const struct {
        const char *body, *detail, *pointer;
        long status;
    } bad[] = {
        {"\"validation_dataset\":\"trainn\"", "did you mean 'train'", "/validation_dataset", 404},
        {"\"validation_dataset\":\"train\"", "must be another one", "/validation_dataset", 422},
        {"\"validation_dataset\":\"flights\"", "holds series", "/validation_dataset", 422},
        {"\"validation_dataset\":\"A B\"", "cannot be the name", "/validation_dataset", 422},
        {"\"validation_dataset\":7", "string", "/validation_dataset", 422},
        {"\"validation_dataset\":\"dev\",\"params\":{\"test_size\":3}", "leave test_size out",
         "/params/test_size", 422},
    };
    char body[256];

    split_treebank();
    put(&r, &d, "/v1/datasets/flights", "application/json", "{\"values\":[1,2,3,4,5,6,7,8]}", 201);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(body, sizeof(body), "{\"task\":\"tag\",\"dataset\":\"train\",\"model\":\"m\",%s}",
                 bad[i].body);
        post(&r, &d, "/v1/jobs", body, bad[i].status);
        ck_assert_msg(strstr(r.body, bad[i].detail) && strstr(r.body, bad[i].pointer), "%s: %s",
                      body, r.body);
    }
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"validation_dataset\":"
         "\"dev\"}",
         422);
    ck_assert_ptr_nonnull(strstr(r.body, "validation_dataset"));
}
END_TEST

/* A queued or running job keeps its validation data set. */
START_TEST(what_judges_a_job_is_not_deleted)
{
    char id[64], path[128];

    split_treebank();
    post(&r, &d, "/v1/jobs", JUDGED_BY_DEV "\"params\":{\"epochs\":100000}}", 202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    del(&r, &d, "/v1/datasets/dev", 409);
    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "", 202);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    del(&r, &d, "/v1/datasets/dev", 204);
}
END_TEST

static const struct {
    const char *type, *body;
    int sentences, tokens;
    const char *column, *note;
} lines[] = {
    {"text/tab-separated-values", "The\tDET\ndog\tNOUN\n\nA\tDET\ncat\tNOUN\n", 2, 4, "upos",
     "tag_column"},
    {"text/plain", "The/DT dog/NN barks/VBZ ./.\nIt/PRP rains/VBZ\n", 2, 6, "xpos", "tag_column"},
    {"text/plain", "-DOCSTART- -X- O\n\nEU NNP B-NP\nsays VBZ O\n\nso RB O\n", 2, 3, "xpos",
     "tag_column"},
    {"text/x-conllu", "EU NNP B-NP B-ORG\nsays VBZ B-VP O\n", 1, 2, "xpos", "tag_column"},
    {"application/json",
     "{\"sentences\":[{\"tokens\":[]},{\"tokens\":[\"a\"],\"tags\":[\"DET\"]}]}", 1, 1, "upos",
     "empty_sentences"},
};

START_TEST(words_and_tags_come_in_lines)
{
    put(&r, &d, "/v1/datasets/lines", lines[_i].type, lines[_i].body, 201);
    ck_assert_str_eq(text_at(r.json, "kind"), "tagged");
    ck_assert(number_at(r.json, "sentences") == lines[_i].sentences &&
              number_at(r.json, "tokens") == lines[_i].tokens);
    ck_assert_str_eq(text_at(r.json, "columns.0"), lines[_i].column);
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), lines[_i].note);
}
END_TEST

START_TEST(lines_are_appended_and_read_back)
{
    put(&r, &d, "/v1/datasets/lines", "text/plain", "The/DET dog/NOUN\n", 201);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/lines/rows",
                                .type = "text/tab-separated-values",
                                .body = "cats\tNOUN\n"});
    expect_status(&r, 200, "rows");
    get(&r, &d, "/v1/datasets/lines/data?format=tsv", 200);
    ck_assert_str_eq(r.body, "The\tDET\ndog\tNOUN\n\ncats\tNOUN\n\n");
    /* a table stays one, and what is neither is a text */
    put(&r, &d, "/v1/datasets/lines?dry_run=1", "text/tab-separated-values",
        "ds\ty\n2020-01\t5\n2020-02\t6\n", 200);
    ck_assert_str_eq(text_at(r.json, "kind"), "series");
    put(&r, &d, "/v1/datasets/lines?dry_run=1", "text/plain", "ds,y\n2020-01,5\n2020-02,6\n", 200);
    put(&r, &d, "/v1/datasets/lines?dry_run=1", "text/plain", "The dog ate.\nIt was good.\n", 200);
    ck_assert_str_eq(text_at(r.json, "kind"), "text");
    put(&r, &d, "/v1/datasets/lines?time=ds", "text/plain", "The/DET dog/NOUN\n", 400);
}
END_TEST

START_TEST(several_texts_are_tagged_each_by_itself)
{
    train("columns", "\"epochs\":1");
    post(&r, &d, "/v1/models/columns/tag",
         "{\"texts\":[\"The dog barks\",\"\",\"It rains. So what?\"]}", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences")), 3);
    ck_assert(number_at(r.json, "sentences.0.text") == 0 &&
              number_at(r.json, "sentences.1.text") == 2 &&
              number_at(r.json, "sentences.2.text") == 2);
    ck_assert_int_eq((int)number_at(r.json, "sentences.1.start.0"), 0);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/models/columns/tag",
                                .type = "application/json",
                                .body = "{\"texts\":[\"The dog\",\"The cat\"]}",
                                .headers = {"Accept: text/x-conllu", NULL}});
    expect_status(&r, 200, "texts");
    ck_assert_ptr_eq(strstr(r.body, "# newdoc\n# sent_id = 1\n"), r.body);
    ck_assert_ptr_nonnull(strstr(r.body, "\n\n# newdoc\n# sent_id = 2\n"));
    post(&r, &d, "/v1/models/columns/tag", "{\"texts\":[\"a\",5]}", 422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/texts/1");
    post(&r, &d, "/v1/models/columns/tag", "{\"texts\":[]}", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences")), 0);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/models/columns/tag",
                                .type = "text/tab-separated-values",
                                .body = "The\tX\ndog\tX\n\nIt\tX\n",
                                .headers = {"Accept: text/tab-separated-values", NULL}});
    expect_status(&r, 200, "word TAB tag");
    ck_assert(strncmp(r.body, "The\t", 4) == 0 && strstr(r.body, "\ndog\t") &&
              strstr(r.body, "\n\nIt\t"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagging");
    TCase *t = tcase_create("tagging");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, held_out_sentences_are_scored);
    tcase_add_test(t, text_becomes_conllu);
    tcase_add_test(t, words_have_lemmas_and_features);
    tcase_add_test(t, files_keep_the_neighbours);
    tcase_add_test(t, another_dataset_is_held_out);
    tcase_add_test(t, a_validation_dataset_that_will_not_do);
    tcase_add_test(t, what_judges_a_job_is_not_deleted);
    tcase_add_loop_test(t, words_and_tags_come_in_lines, 0,
                        (int)(sizeof(lines) / sizeof(lines[0])));
    tcase_add_test(t, lines_are_appended_and_read_back);
    tcase_add_test(t, several_texts_are_tagged_each_by_itself);
    suite_add_tcase(s, t);
    return suite_run(s);
}
