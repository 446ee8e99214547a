/* service.c - see service.h. */
#include "tests/bench/service.h"

#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void service_init(struct service *s)
{
    *s = (struct service){.lstmd = getenv("LSTMD_BIN"), .dir = "/tmp/lstmd_bench.XXXXXX"};
    if (!s->lstmd)
        s->lstmd = "build/lstmd";
    if (!mkdtemp(s->dir))
        give_up("cannot make a temporary folder");
}

void service_start(struct service *s)
{
    char address[32], db[96], log[96], ready[96];
    char *argv[] = {(char *)s->lstmd,
                    (char *)"serve",
                    (char *)"--database",
                    db,
                    (char *)"--listen",
                    address,
                    (char *)"--log-file",
                    log,
                    (char *)"--workers",
                    (char *)"1",
                    NULL};

    s->port = free_port();
    snprintf(address, sizeof(address), "127.0.0.1:%d", s->port);
    snprintf(s->url, sizeof(s->url), "http://%s", address);
    snprintf(ready, sizeof(ready), "%s/readyz", s->url);
    snprintf(db, sizeof(db), "%s/lstmd.db", s->dir);
    snprintf(log, sizeof(log), "%s/lstmd.log", s->dir);
    s->pid = start_program(argv, FREE_CORE, log);
    wait_for(ready);
}

void service_stop(struct service *s)
{
    stop_program(s->pid);
}

void service_release(struct service *s)
{
    char *clean[] = {(char *)"rm", (char *)"-rf", s->dir, NULL};

    free(output_of(clean, FREE_CORE));
}

char *url_of(const struct service *s, const char *path)
{
    char *u = malloc(256);

    if (!u)
        give_up("out of memory");
    snprintf(u, 256, "%s%s", s->url, path);
    return u;
}

void put_example(const struct service *s, const char *file, const char *path)
{
    char name[300], *u = url_of(s, path);
    char *argv[] = {(char *)"curl",
                    (char *)"-sfS",
                    (char *)"-T",
                    name,
                    (char *)"-H",
                    (char *)"Content-Type:",
                    u,
                    NULL};
    char *text;

    snprintf(name, sizeof(name), "config/examples/%s", file);
    text = output_of(argv, FREE_CORE);
    if (!text)
        give_up("cannot send %s", file);
    free(text);
    free(u);
}

void submit(const struct service *s, char id[64], const char *json)
{
    char *u = url_of(s, "/v1/jobs"), *text = http_ask(NULL, u, "application/json", json);
    const char *at = strstr(text, "\"id\":\"");

    if (!at)
        give_up("no job: %s", text);
    snprintf(id, 64, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    free(text);
    free(u);
}

void wait_end(const struct service *s, const char *id, const char *state)
{
    char path[128], wanted[64], *u, *text;

    snprintf(path, sizeof(path), "/v1/jobs/%s?wait=120", id);
    snprintf(wanted, sizeof(wanted), "\"state\":\"%s\"", state);
    u = url_of(s, path);
    text = http_ask(NULL, u, NULL, NULL);
    if (!strstr(text, wanted))
        give_up("the job is not %s: %s", state, text);
    free(text);
    free(u);
}

char *taken(struct buf *b)
{
    struct err e = {0};
    char *text = NULL;
    size_t len = 0;

    if (buf_take(b, &text, &len, &e))
        give_up("%s", e.message);
    return text;
}
