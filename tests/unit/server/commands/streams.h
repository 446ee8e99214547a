/* streams.h - standard streams of a command in memory. */
#ifndef TESTS_UNIT_SERVER_COMMANDS_STREAMS_H
#define TESTS_UNIT_SERVER_COMMANDS_STREAMS_H

#include "server/commands/command.h"

struct streams {
    struct io io;
    char *out, *err; /* what was written; after streams_read() */
    size_t out_len, err_len;
};

void streams_open(struct streams *s, const char *in);
void streams_read(struct streams *s); /* makes out and err valid */
void streams_close(struct streams *s);

#endif
