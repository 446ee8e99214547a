/* given.c - see given.h. */
#include "tests/unit/server/config/given.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char given_path[64];

void given_write_file(const char *text, size_t n)
{
    int fd;

    (void)snprintf(given_path, sizeof given_path, "/tmp/lstmd-conf-XXXXXX");
    fd = mkstemp(given_path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, n), (int)n);
    close(fd);
}

enum status given_load(struct config *c, const char *flags, const char *variable, const char *file,
                       struct err *e)
{
    char copy[512], config_variable[100], *argv[16], *rest = NULL;
    char *envp[] = {"PATH=/bin", NULL, NULL, NULL};
    struct config_options o;
    enum status st;
    int argc = 0;

    (void)snprintf(copy, sizeof copy, "%s", flags);
    for (char *t = strtok_r(copy, " ", &rest); t; t = strtok_r(NULL, " ", &rest))
        argv[argc++] = t;
    if (file) {
        given_write_file(file, strlen(file));
        (void)snprintf(config_variable, sizeof config_variable, "LSTMD_CONFIG=%s", given_path);
    }
    envp[1] = file ? config_variable : "HOME=/";
    envp[2] = (char *)variable;
    *e = (struct err){0};
    st = config_load(c, &o, argc, argv, envp, e);
    if (file)
        unlink(given_path);
    return st;
}
