/* scratch.h - data of a file that are used once: a data set and a model that nobody keeps. In an
 * own temporary database they go with it; on a server they are deleted again. */
#ifndef SERVER_COMMANDS_SCRATCH_H
#define SERVER_COMMANDS_SCRATCH_H

#include "server/commands/call.h"
#include "server/commands/input_file.h"

struct scratch {
    struct session *s;
    char dataset[INPUT_NAME_MAX + 1], model[INPUT_NAME_MAX + 1]; /* "": there is none */
    char job[40];
};

/* Uploads the file under a name that is free: that of the file, or with a random ending. *data: the
 * description of the data set, which the caller deletes. sc->model is a free name, too. */
enum status scratch_open(struct scratch *sc, cJSON **data, struct session *s,
                         const struct invocation *v, const char *path, struct err *e);
/* Deletes what is there, even after Ctrl-C. Failures are reported on v's error stream. */
void scratch_close(struct scratch *sc, const struct invocation *v);

#endif
