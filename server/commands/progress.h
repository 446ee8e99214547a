/* progress.h - how far a training is: a bar on a terminal, plain lines in a pipe, or nothing. */
#ifndef SERVER_COMMANDS_PROGRESS_H
#define SERVER_COMMANDS_PROGRESS_H

#include "server/commands/command.h"

#include <cjson/cJSON.h>

struct progress_state {
    const char *word; /* "queued", "training" */
    double epoch, epochs, fraction;
    double loss, samples_per_second, eta_seconds; /* NaN: not known */
};

struct progress {
    FILE *to;
    bool quiet, terminal;
    int tenth;     /* of a plain line that was written last; -1: none */
    bool on_line;  /* a bar stands on the terminal's line */
    char word[16]; /* of the last plain line */
};

/* Reads --quiet, and whether v's error stream is a terminal. */
void progress_init(struct progress *p, const struct invocation *v);
/* Shows a job as the interface describes it. On a terminal the line is written again; in a pipe
 * there is a new line when the state changes or another tenth is done. */
void progress_show(struct progress *p, const cJSON *job);
/* Removes the bar. */
void progress_end(struct progress *p);

/* Writes the bar in at most width - 1 columns, and a plain line. Without a newline. */
void progress_bar(struct buf *out, const struct progress_state *s, int width);
void progress_line(struct buf *out, const struct progress_state *s);

#endif
