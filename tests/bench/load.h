/* load.h - what bench_http is made of: programs on a core of their own, HTTP, wrk, medians, the
 * table.
 *
 * A benchmark that cannot go on ends the program with a message: there is nobody to handle it. */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { RUNS_MAX = 25, FREE_CORE = -1 };

void give_up(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
double now_seconds(void);

/* Starts argv[0] on a core (FREE_CORE: any), its stdout and stderr into the file log. */
pid_t start_program(char *const *argv, int core, const char *log);
void stop_program(pid_t pid); /* SIGTERM, waited for */
/* Runs argv to its end and returns what it wrote to stdout, NULL when it could not be run. free()
 * it. */
char *output_of(char *const *argv, int core);
int free_port(void);
long memory_kb(pid_t pid); /* resident */

/* The answer's body, free() it. Gives up when nobody answers, and when status is NULL at an answer
 * of 300 or more. http_ask() sends POST, with body NULL GET. */
char *http_ask(long *status, const char *url, const char *type, const char *body);
char *http_put(long *status, const char *url, const char *type, const char *body);
/* Waits for a 200, ten seconds at most; asks every half millisecond. */
void wait_for(const char *url);

/* One run of wrk with its own core: one thread, that many connections. script: lua, or NULL. */
struct load {
    double per_second, p99_ms;
};
bool have_wrk(void);
struct load run_wrk(const char *url, const char *script, int connections, int core);
/* Writes the lua that makes wrk POST the file's bytes as JSON. */
void write_post_script(const char *path, const char *body);

struct runs {
    double v[RUNS_MAX];
    int count;
};
int number_of_runs(void); /* BENCH_RUNS, 5 */
void runs_add(struct runs *r, double v);
double runs_median(const struct runs *r);

/* A row of the table and of the CSV file. peer NULL: none. better: 1 when more is better, -1 when
 * less is. */
void table_open(const char *csv);
void table_row(const char *measure, const struct runs *ours, const struct runs *peer, int better,
               const char *unit);
void table_close(void);

#endif
