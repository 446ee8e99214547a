/* conllu.h - tagged sentences as CoNLL-U (https://universaldependencies.org/format.html).
 * FORM, UPOS and XPOS are kept; comments, other columns, multi-word ranges (1-2) and empty nodes (1.1) are skipped. "_" is "not given". */
#ifndef FORMATS_CONLLU_H
#define FORMATS_CONLLU_H

#include "server/formats/data.h"

/* ST_MALFORMED with the line: not ten columns, ids out of order, not UTF-8. A last sentence without a blank line
 * behind it is accepted. On error out is empty. */
enum status conllu_read(struct tagged_set *out, const char *bytes, size_t len,
                        const struct data_limits *limits, struct err *e);
void conllu_write(struct buf *out, const struct tagged_set *t);

#endif
