/* promotion.h - decides whether the version that a job made is to serve. */
#ifndef SERVER_TASKS_PROMOTION_H
#define SERVER_TASKS_PROMOTION_H

#include "server/tasks/task.h"

enum promote { PROMOTE_ALWAYS, PROMOTE_IF_BETTER, PROMOTE_NEVER };
/* "always", "if_better", "never"; NULL-terminated. */
extern const char *const promote_names[];
bool promote_from_name(enum promote *out, const char *name);

struct promotion {
    struct model_promotion decision; /* its report is owned */
};
/* Decides by the job's promote, which must not be NULL. For if_better it compares the errors of the
 * new version, of the version that serves and of the baseline on the observations that the new one
 * held out. If they cannot be measured, the version that serves stays, and the report holds the
 * reason. The same stored data and versions give the same decision. ST_CANCELLED when stop returns
 * true; errors of the store. Release p after an error too. */
enum status promotion_decide(struct promotion *p, struct store *s, const struct job *job,
                             const struct trained *t, const struct stop_flag *stop, struct err *e);
void promotion_release(struct promotion *p);

#endif
