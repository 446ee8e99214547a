/* task.c - see task.h. */
#include "server/tasks/task.h"

#include <stdlib.h>

void trained_release(struct trained *t)
{
    free(t->checkpoint);
    free(t->metrics);
    free(t->evaluation);
    free(t->details);
    free(t->params);
    *t = (struct trained){0};
}

void job_draft_release(struct job_draft *d)
{
    free(d->backtest);
    free(d->search);
    d->backtest = d->search = NULL;
}
