/* training.h - how long the jobs of each key have trained lately, and whether more may. Private to
 * store/.
 *
 * An account for each key that has a limit: it holds the seconds of an hour at most, refills
 * evenly, and each running job takes from it as long as it runs. While it is empty no job of the
 * key is claimed, and none is taken into the queue. A job that runs goes on: the account is then
 * below zero, and fills from there. Accounts are memory of this process, and full at its start. */
#ifndef SERVER_STORE_TRAINING_H
#define SERVER_STORE_TRAINING_H

#include "server/store/store.h"

enum { TRAINING_KEYS = 2048 }; /* more than there are keys in force */

struct training;

enum status training_new(struct training **out, struct err *e); /* ST_NOMEM */
void training_free(struct training *t);                         /* NULL is fine */
/* Whether a job of the key may begin, whose limit is per_hour >= 1; else *seconds: until it may if
 * none of its jobs runs. Any thread, as the others. */
bool training_may(int64_t *seconds, struct training *t, int64_t key, int64_t per_hour,
                  int64_t now_ms);
/* A job of the key begins to run, and ends. */
void training_begin(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms);
void training_end(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms);
/* By the limit of the key of that number: ST_QUOTA unless a job of it may begin. */
enum status store_training_may(struct store *s, int64_t key, struct err *e);

#endif
