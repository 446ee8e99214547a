/* treebank.h - treebanks of Universal Dependencies for the benchmarks. */
#ifndef TESTS_BENCH_TREEBANK_H
#define TESTS_BENCH_TREEBANK_H

#include "server/data/data.h"
#include "server/formats/raw_text.h"

#include <lstm/tagger.h>

/* Reads FOLDER/TREEBANK-ud-PART.conllu.gz. Returns false, and prints why, if it does not exist or
 * is not CoNLL-U. Release out in any case. */
bool treebank_load(struct tagged_set *out, const char *folder, const char *treebank,
                   const char *part);

/* Writes every sentence of set, which must outlive it, to v; returns the end of them. */
struct sentence_view *treebank_views(struct sentence_view *v, const struct tagged_set *set);

/* A treebank as raw text with its words and their tags. */
struct raw_text {
    struct documents documents;
    char ***tags[TAG_COLUMNS]; /* (documents.count)(words), strings of the set; NULL: not known */
};
/* joined: a space separates paragraphs instead of a blank line. False when out of memory. */
bool raw_text_init(struct raw_text *out, const struct tagged_set *set, bool joined);
void raw_text_release(struct raw_text *r);

/* F1 in percent, as in the CoNLL 2018 shared task: a tag is right only if its word is right. */
struct raw_scores {
    double tokens, words, sentences, tags[TAG_COLUMNS];
};
enum status raw_text_score(struct raw_scores *out, const struct raw_text *r,
                           const struct tokenizer *splitter, const struct tagger *tagger,
                           struct err *e);

#endif
