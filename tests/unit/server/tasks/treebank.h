/* treebank.h - a small treebank for the tests of tagging tasks. */
#ifndef TESTS_UNIT_SERVER_TASKS_TREEBANK_H
#define TESTS_UNIT_SERVER_TASKS_TREEBANK_H

#include "tests/unit/server/store/fixture.h"

/* Stores that many sentences of four words under a name, read from CoNLL-U. text: with the raw text
 * that a tokenizer learns from. */
void put_treebank(struct fixture *f, const char *name, int sentences, bool text);

#endif
