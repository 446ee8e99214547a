/* shown.h - JSON bodies with series or sentences, and the result of reading them as a line of
 * text. */
#ifndef TESTS_UNIT_SERVER_FORMATS_SHOWN_H
#define TESTS_UNIT_SERVER_FORMATS_SHOWN_H

#include "server/formats/json_body.h"

/* A text and its result: columns, number of covariates, series with id, frequency, start and
 * values; or words with their tags; or message, pointer and line. */
struct shown {
    const char *text;
    enum status status;
    const char *shown;
};

/* Reads len bytes of text like an upload, and writes the result to b. */
enum status read_and_show(struct buf *b, const char *text, size_t len, const struct data_limits *l,
                          struct err *e);
/* Fails unless the text gives its result, with small limits: 4 series of 6 values, 10 sentences, 10
 * tokens, a depth of 5. */
void check_shown(const struct shown *row);

#endif
