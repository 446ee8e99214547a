/* receiver.h - a server of a test that receives webhooks: it keeps what was sent, and answers as
 * the test wants. */
#ifndef TESTS_INTEGRATION_RECEIVER_H
#define TESTS_INTEGRATION_RECEIVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { MESSAGES_MAX = 4000, MESSAGE_TEXT_MAX = 4096, HELD_MAX = 64 };
/* Answers beside HTTP statuses. */
enum { ANSWER_NEVER = 0, ANSWER_GARBAGE = -1, ANSWER_CLOSE = -2 };

struct message {
    char id[64], timestamp[32], signature[100];
    char *body; /* owned */
};

struct receiver {
    char url[64];      /* "http://127.0.0.1:PORT/hook" */
    atomic_int answer; /* HTTP status, or one of the above */
    char field[120];   /* of an answer: "Location: ...\r\n"; set before the daemon may send */
    /* Read by receiver_count() and receiver_message(). */
    pthread_mutex_t lock;
    int count;
    struct message messages[MESSAGES_MAX];
    /* Private: */
    int listener, stop[2], held[HELD_MAX], num_held;
    pthread_t thread;
};

void receiver_start(struct receiver *r, int answer);
void receiver_stop(struct receiver *r);
int receiver_count(struct receiver *r); /* messages so far */
/* Message number i, from 0. Valid until receiver_stop(). */
const struct message *receiver_message(struct receiver *r, int i);
/* Waits until there are so many messages; fails after a minute. */
void receiver_wait(struct receiver *r, int count);
/* Fails unless the signature is the right one for this secret ("whsec_..."). */
void receiver_verify(const struct message *m, const char *secret);

#endif
