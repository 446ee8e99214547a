/* interrupt.c - see interrupt.h. */
#include "server/commands/interrupt.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t signals;
static volatile sig_atomic_t num_paths;
static bool taken;
static char paths[INTERRUPT_PATHS][PATH_MAX];

static void take_set(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGHUP);
}

static void end_now(void)
{
    static const char text[] = "\nlstmd: ended at once\n";

    for (int i = 0; i < num_paths; i++) {
        if (paths[i][strlen(paths[i]) - 1] == '/')
            (void)rmdir(paths[i]);
        else
            (void)unlink(paths[i]);
    }
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(1);
}

static void take(int number)
{
    (void)number;
    signals = signals + 1;
    if (signals > 1)
        end_now();
}

void interrupt_arm(void)
{
    struct sigaction action = {.sa_handler = take}; /* no SA_RESTART: reads are interrupted */
    sigset_t set;

    take_set(&set);
    action.sa_mask = set;
    signals = 0;
    taken = false;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    /* A reader that closed its pipe, or a file at its limit, is an error of write() instead. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    interrupt_block(false);
}

bool interrupted(void)
{
    return signals > 0 && !taken;
}

void interrupt_take(void)
{
    taken = true;
}

void interrupt_remove(const char *path)
{
    size_t n = strlen(path);

    if (num_paths == INTERRUPT_PATHS || n == 0 || n >= PATH_MAX)
        return;
    memcpy(paths[num_paths], path, n + 1);
    num_paths = num_paths + 1;
}

void interrupt_keep_all(void)
{
    num_paths = 0;
}

void interrupt_wait(int ms)
{
    if (!interrupted())
        (void)poll(NULL, 0, ms);
}

void interrupt_block(bool block)
{
    sigset_t set;

    take_set(&set);
    (void)pthread_sigmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
