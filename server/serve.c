/* serve.c - see serve.h.
 *
 * Signals are blocked in all threads, and the main thread takes them with sigwait(), so no handler
 * interrupts other code. The exception is the shutdown: a second SIGTERM, or the watchdog, runs a
 * handler that ends the process at once. Nothing is lost by that, because jobs continue from their
 * checkpoints. Every signal has an explicit disposition, because as PID 1 of a container the
 * process would ignore those without one. */
#include "server/serve.h"

#include "server/base/clock.h"
#include "server/base/database_url.h"
#include "server/base/log.h"
#include "server/base/version.h"
#include "server/data/calendar.h"
#include "server/service.h"

#include <errno.h>
#include <lstm/cpu.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    FILES_BESIDE_CONNECTIONS =
        1024, /* database connections of all threads, large responses, log, listening socket */
    WATCHDOG_MARGIN_SECONDS = 1, /* for the workers to write their last checkpoints */
    EXPIRES_SOON_DAYS = 14       /* usual tools renew a certificate 30 days before its end */
};

/* ---- signals ---- */

static void waited_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
}

static void take_signals(void)
{
    sigset_t set;

    waited_signals(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    /* A client that closed its connection, or a file at its limit (ulimit -f), is an error of
     * write() instead. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

static void end_now(int signal_number)
{
    (void)signal_number;
    log_last_words("lstmd: forced to end; running jobs go on from their last checkpoint\n");
    _exit(1);
}

/* After this call, a second SIGTERM or SIGINT, or the watchdog, ends the process. */
static void arm_forced_end(const struct config *c)
{
    struct sigaction action = {.sa_handler = end_now};
    sigset_t set;

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGALRM, &action, NULL);
    waited_signals(&set);
    (void)sigdelset(&set, SIGHUP); /* stays blocked: it would end the process */
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    (void)alarm((unsigned)c->shutdown_deadline_seconds + WATCHDOG_MARGIN_SECONDS);
}

/* Days until the certificate ends, rounded down. */
static int64_t certificate_days(const struct service *s)
{
    int64_t left = service_certificate_expires(s) - clock_ms() / 1000;

    return left >= 0 ? left / DAY_SECONDS : -1;
}

static void tell_certificate(const struct service *s, const struct config *c)
{
    int64_t days = certificate_days(s);

    if (days < 0)
        log_msg(LOG_WARN, "certificate", "the certificate in %s has expired", c->tls_cert);
    else
        log_msg(days < EXPIRES_SOON_DAYS ? LOG_WARN : LOG_INFO, "certificate",
                "the certificate in %s is good for %lld days", c->tls_cert, (long long)days);
}

static void reload_certificate(struct service *s, const struct config *c)
{
    struct err e = {0};

    if (service_reload_certificate(s, &e))
        log_msg(LOG_ERROR, "certificate", "%s; the one before stays in use", e.message);
    else
        tell_certificate(s, c);
}

/* Returns the signal that ends the daemon. */
static int wait_for_end(struct service *s, const struct config *c)
{
    sigset_t set;
    int number = 0;

    waited_signals(&set);
    for (;;) {
        struct err e = {0};

        if (sigwait(&set, &number) != 0)
            continue;
        if (number != SIGHUP)
            return number;
        if (log_reopen(&e))
            log_msg(LOG_ERROR, "log_reopen", "%s", e.message);
        else
            log_msg(LOG_INFO, "log_reopen", "the log was opened again");
        if (c->tls_cert[0])
            reload_certificate(s, c);
    }
}

/* ---- start ---- */

/* Logs what an operator may not expect: values of the file that are not used, and a key that others
 * can read. */
static void tell_configuration(const struct config *c)
{
    for (int k = 0; k < CONFIG_KEYS; k++) {
        bool flag = c->origin[k] == CONFIG_FLAG;
        struct log_field f[] = {log_str("key", config_key(k).name),
                                log_str("by", flag ? "a flag" : "the environment")};

        if (c->over_file[k])
            log_event(flag ? LOG_INFO : LOG_WARN, "overridden", f, 2);
        if (c->over_key[k])
            log_msg(LOG_WARN, "overridden",
                    "%s is not used: %s_file was given where it takes precedence",
                    config_key(k).name, config_key(k).name);
    }
    if (c->exposed_key_file)
        log_msg(LOG_WARN, "key_exposed", "every user of this machine may read %s; chmod 600",
                c->exposed_key_file);
}

/* Raises the soft limit of open files, often 1024, towards the hard limit, which is much higher. */
static void raise_file_limit(int64_t connections)
{
    rlim_t wanted = (rlim_t)connections + FILES_BESIDE_CONNECTIONS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur < wanted)
        log_msg(LOG_WARN, "file_limit",
                "the limit of open files is %llu; max_connections %lld needs %llu (ulimit -n)",
                (unsigned long long)limit.rlim_cur, (long long)connections,
                (unsigned long long)wanted);
}

enum status serve_run(const struct config *c, struct err *e)
{
    struct service *s = NULL;
    char arithmetic[ARITHMETIC_LEN_MAX + 1], shown[DATABASE_SHOWN];
    enum status st;

    take_signals();
    st = kernels_select(getenv("LSTMD_CPU"), e);
    if (st)
        return err_wrap(e, "LSTMD_CPU");
    arithmetic_name(arithmetic);
    database_shown(shown, sizeof(shown), c->database);
    log_msg(LOG_INFO, "starting", "lstmd %s, database %s, arithmetic %s", LSTMD_VERSION, shown,
            arithmetic);
    tell_configuration(c);
    raise_file_limit(c->max_connections);
    st = service_start(&s, c, (struct service_duties){.trains = true, .fetches = true}, e);
    if (!st) {
        int number;

        if (c->tls_cert[0])
            tell_certificate(s, c);
        number = wait_for_end(s, c);
        log_msg(LOG_INFO, "draining", "%s; a second one ends at once",
                number == SIGTERM ? "SIGTERM" : "SIGINT");
        arm_forced_end(c);
        service_drain(s);
    }
    service_stop(s);
    if (!st)
        log_msg(LOG_INFO, "stopped", "all requests answered, all jobs checkpointed");
    return st;
}
