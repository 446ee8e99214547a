/* service.h - a daemon for one benchmark: it is started in a temporary folder, gets data, and
 * trains. */
#ifndef TESTS_BENCH_SERVICE_H
#define TESTS_BENCH_SERVICE_H

#include <lstm/buf.h>

#include <sys/types.h>

struct service {
    const char *lstmd; /* the program: the variable LSTMD_BIN, or build/lstmd */
    char dir[64], url[64];
    int port;
    pid_t pid;
};

/* Makes the folder; the daemon keeps its database and its log there. */
void service_init(struct service *s);
void service_start(struct service *s);   /* and waits until it is ready */
void service_stop(struct service *s);    /* SIGTERM, and waits */
void service_release(struct service *s); /* removes the folder */

/* The URL of a path of the service. free() it. */
char *url_of(const struct service *s, const char *path);
/* Sends a file of config/examples by PUT. */
void put_example(const struct service *s, const char *file, const char *path);
/* Submits a job and writes its id. */
void submit(const struct service *s, char id[64], const char *json);
/* Waits until the job has ended; ends the program if the job ended in another state. */
void wait_end(const struct service *s, const char *id, const char *state);
/* Releases buf and returns its text. free() it. */
char *taken(struct buf *b);

#endif
