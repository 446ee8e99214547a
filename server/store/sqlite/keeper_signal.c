/* keeper_signal.c - see keeper_signal.h. */
#include "server/store/sqlite/keeper_signal.h"

#include "server/base/clock.h"

bool keeper_signal_init(struct keeper_signal *k)
{
    *k = (struct keeper_signal){0};
    if (clock_cond_init(&k->wake))
        return false;
    if (pthread_mutex_init(&k->lock, NULL)) {
        pthread_cond_destroy(&k->wake);
        return false;
    }
    return true;
}

void keeper_signal_release(struct keeper_signal *k)
{
    pthread_mutex_destroy(&k->lock);
    pthread_cond_destroy(&k->wake);
}

static void set(struct keeper_signal *k, bool *flag)
{
    pthread_mutex_lock(&k->lock);
    *flag = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
}

void keeper_wake(struct keeper_signal *k)
{
    set(k, &k->work);
}

void keeper_wake_for_log(struct keeper_signal *k)
{
    set(k, &k->log);
}

void keeper_wake_to_stop(struct keeper_signal *k)
{
    set(k, &k->stop);
}

bool keeper_wait(struct keeper_signal *k, int pause_ms, bool *work)
{
    struct timespec until = clock_deadline(pause_ms);
    bool go_on;

    pthread_mutex_lock(&k->lock);
    while (!k->stop && !k->work && !k->log &&
           pthread_cond_timedwait(&k->wake, &k->lock, &until) == 0) {}
    if (k->work)
        *work = true;
    k->work = false;
    go_on = !k->stop;
    pthread_mutex_unlock(&k->lock);
    return go_on;
}

bool keeper_take_log(struct keeper_signal *k)
{
    bool is;

    pthread_mutex_lock(&k->lock);
    is = k->log;
    k->log = false;
    pthread_mutex_unlock(&k->lock);
    return is;
}
