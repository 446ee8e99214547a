/* shown.h - bodies of JSON with series or sentences, and what becomes of them as a line of text. */
#ifndef TESTS_UNIT_SERVER_FORMATS_SHOWN_H
#define TESTS_UNIT_SERVER_FORMATS_SHOWN_H

#include "server/formats/json_body.h"

/* The text, and what becomes of it: columns, number of covariates, series with id, frequency, start
 * and values; or words with their tags; or message, pointer and line. */
struct shown {
    const char *text;
    enum status status;
    const char *shown;
};

/* Reads len bytes of text as an upload is read, and writes what became of them to b. */
enum status read_and_show(struct buf *b, const char *text, size_t len, const struct data_limits *l,
                          struct err *e);
/* The test fails unless the text becomes what it shall, under small limits: 4 series of 6 values,
 * 10 sentences, 10 tokens, a depth of 5. */
void check_shown(const struct shown *row);

#endif
