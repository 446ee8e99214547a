/* load.h - tools for bench_http: programs on a core of their own, HTTP, wrk, medians, and the table
 * of results.
 *
 * A benchmark that cannot continue ends the program with a message, because no caller could handle
 * the error. */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { RUNS_MAX = 25, FREE_CORE = -1 };

void give_up(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
double now_seconds(void);

/* Starts argv[0] on a core (FREE_CORE: any). Its stdout and stderr go to the file log. */
pid_t start_program(char *const *argv, int core, const char *log);
void stop_program(pid_t pid); /* sends SIGTERM and waits for the end */
/* Runs argv to its end and returns what it wrote to stdout, or NULL if it could not be run. free()
 * it. */
char *output_of(char *const *argv, int core);
int free_port(void);
long memory_kb(pid_t pid); /* resident memory */

/* Returns the body of the response; free() it. Ends the program if there is no response, or if
 * status is NULL and the response has a status of 300 or more. http_ask() sends POST, or GET if
 * body is NULL. */
char *http_ask(long *status, const char *url, const char *type, const char *body);
char *http_put(long *status, const char *url, const char *type, const char *body);
/* Sends a request every half millisecond until the status is 200, at most ten seconds. */
void wait_for(const char *url);

/* One run of wrk on a core of its own, with one thread and that many connections. script: Lua code,
 * or NULL. */
struct load {
    double per_second, p99_ms;
};
bool have_wrk(void);
struct load run_wrk(const char *url, const char *script, int connections, int core);
/* Writes the Lua script with which wrk sends the bytes of the file as JSON by POST. */
void write_post_script(const char *path, const char *body);

struct runs {
    double v[RUNS_MAX];
    int count;
};
int number_of_runs(void); /* the variable BENCH_RUNS, or 5 */
void runs_add(struct runs *r, double v);
double runs_median(const struct runs *r);

/* Writes a row of the table and of the CSV file. peer NULL: there is none. better: 1 if larger
 * values are better, -1 if smaller ones are. */
void table_open(const char *csv);
void table_row(const char *measure, const struct runs *ours, const struct runs *peer, int better,
               const char *unit);
void table_close(void);

#endif
