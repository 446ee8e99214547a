/* training.h - limits the training time per hour of each key. Private to store/.
 *
 * Each key with a limit has an account. It holds at most the seconds of an hour and refills evenly,
 * and each running job takes from it. While it is empty, no job of the key is claimed, and no new
 * one is accepted. A running job is not interrupted: the account can become negative, and refills
 * from there. Accounts are kept in memory, and are full when the process starts. */
#ifndef SERVER_STORE_TRAINING_H
#define SERVER_STORE_TRAINING_H

#include "server/store/store.h"

enum { TRAINING_KEYS = 2048 }; /* more than the maximum of valid keys */

struct training;

enum status training_new(struct training **out, struct err *e); /* ST_NOMEM */
void training_free(struct training *t);                         /* NULL is fine */
/* Whether a job of the key, whose limit is per_hour >= 1, may begin. If not, *seconds: the time
 * until it may if none of its jobs runs. Any thread may call this and the other functions. */
bool training_may(int64_t *seconds, struct training *t, int64_t key, int64_t per_hour,
                  int64_t now_ms);
/* Called when a job of the key begins to run, and when it ends. */
void training_begin(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms);
void training_end(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms);
/* ST_QUOTA if the limit of the key with that number does not allow a job to begin. */
enum status store_training_may(struct store *s, int64_t key, struct err *e);

#endif
