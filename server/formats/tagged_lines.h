/* tagged_lines.h - reads tagged sentences in the formats of most corpora. Either each line has a
 * word and its columns, with blank lines between sentences: word TAB tag, CoNLL-2000, CoNLL-2003,
 * CRF++, TreeTagger. Or each line is a sentence with tags after the words: The/DT dog/NN, The_DT
 * dog_NN. */
#ifndef SERVER_FORMATS_TAGGED_LINES_H
#define SERVER_FORMATS_TAGGED_LINES_H

#include "server/data/data.h"

enum tagged_layout { TAGGED_COLUMNS, TAGGED_MARKED };

/* The layout of the text; for the notes. Columns are counted from 0. */
struct tagged_lines {
    enum tagged_layout layout;
    char mark; /* between columns: a tab, or ' ' for any blanks; between word and tag: '/' or '_' */
    int columns;   /* of a line; 2 of TAGGED_MARKED */
    int word, tag; /* the columns that count */
    bool upos;     /* all tags are those of Universal Dependencies */
    long documents,
        first_document; /* lines -DOCSTART-, which are left out; the first one, from 1 */
};

/* Whether the beginning of the text has one of these formats, and is not a table of numbers. */
bool tagged_lines_likely(struct tagged_lines *out, const char *bytes, size_t len);
/* Tags of Universal Dependencies become upos, others xpos; "_" is none. ST_INVALID: the text is
 * none of these. ST_MALFORMED with the line: cells too few or too many, not UTF-8. ST_TOO_LARGE
 * above a limit. On error out is empty. */
enum status tagged_lines_read(struct tagged_set *out, struct tagged_lines *shape, const char *bytes,
                              size_t len, const struct data_limits *limits, struct err *e);
/* Writes "word TAB tag", with a blank line after each sentence; the first of two tags, "_" for
 * none. */
void tagged_lines_write(struct buf *out, const struct tagged_set *t);

#endif
