/* program.c - see program.h. */
#include "tests/integration/program.h"

#include "tests/integration/daemon.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MAX = 40 };

static void execute(const char *const *args)
{
    const char *argv[ARGS_MAX] = {getenv("LSTMD_BIN")};
    int n = 1;

    while (*args && n < ARGS_MAX - 1)
        argv[n++] = *args++;
    (void)signal(SIGPIPE, SIG_DFL);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void start_on_terminal(struct program *p, const char *const *args)
{
    struct winsize size = {.ws_row = 24, .ws_col = 100};

    p->pid = forkpty(&p->err, NULL, NULL, &size);
    ck_assert_int_ge(p->pid, 0);
    if (p->pid == 0)
        execute(args);
}

static void start_in_pipes(struct program *p, const char *const *args)
{
    int in[2], out[2], err[2];

    ck_assert(!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC) && !pipe2(err, O_CLOEXEC));
    p->pid = fork();
    ck_assert_int_ge(p->pid, 0);
    if (p->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        execute(args);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    p->in = in[1];
    p->out = out[0];
    p->err = err[0];
}

void program_start(struct program *p, const char *const *args, bool terminal)
{
    p->in = p->out = p->err = -1;
    p->output_len = p->error_len = 0;
    p->output[0] = p->error[0] = '\0';
    ck_assert_ptr_nonnull(getenv("LSTMD_BIN"));
    (void)signal(SIGPIPE, SIG_IGN);
    fflush(NULL);
    if (terminal)
        start_on_terminal(p, args);
    else
        start_in_pipes(p, args);
}

/* Reads what is there; closes at the end. Text beyond the room is dropped. */
static void drain(int *fd, char *text, size_t *len)
{
    char block[65536];
    ssize_t n = read(*fd, block, sizeof block);
    size_t room = PROGRAM_TEXT_MAX - 1 - *len, take;

    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) { /* a terminal whose program has ended fails with EIO */
        close(*fd);
        *fd = -1;
        return;
    }
    take = (size_t)n < room ? (size_t)n : room;
    memcpy(text + *len, block, take);
    *len += take;
    text[*len] = '\0';
}

/* Waits for output, and reads it. Returns false when both streams are closed. */
static bool read_some(struct program *p, int64_t deadline)
{
    struct pollfd fds[2] = {{.fd = p->out, .events = POLLIN}, {.fd = p->err, .events = POLLIN}};
    int64_t left = deadline - now_ms();

    if (p->out < 0 && p->err < 0)
        return false;
    ck_assert_msg(left > 0 && poll(fds, 2, (int)left) != 0, "lstmd is late; it wrote: %s\n%s",
                  p->output, p->error);
    if (fds[0].revents)
        drain(&p->out, p->output, &p->output_len);
    if (fds[1].revents)
        drain(&p->err, p->error, &p->error_len);
    return true;
}

void program_write(struct program *p, const char *text, size_t len, bool end)
{
    int64_t deadline = now_ms() + PROGRAM_DEADLINE_MS;

    fcntl(p->in, F_SETFL, O_NONBLOCK);
    while (len > 0) {
        struct pollfd fd = {.fd = p->in, .events = POLLOUT};
        ssize_t n;

        ck_assert_msg(now_ms() < deadline, "lstmd does not read its input");
        if (poll(&fd, 1, 10) == 0) {
            continue;
        }
        n = write(p->in, text, len);
        if (n < 0 && errno == EPIPE)
            break;
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
    if (end) {
        close(p->in);
        p->in = -1;
    }
}

void program_wait_for(struct program *p, const char *text)
{
    int64_t deadline = now_ms() + PROGRAM_DEADLINE_MS;

    while (!strstr(p->error, text))
        ck_assert_msg(read_some(p, deadline), "lstmd ended without '%s': %s", text, p->error);
}

int program_end(struct program *p)
{
    int64_t deadline = now_ms() + PROGRAM_DEADLINE_MS;
    int status = 0;

    if (p->in >= 0)
        close(p->in);
    p->in = -1;
    while (read_some(p, deadline)) {}
    ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
    ck_assert_msg(WIFEXITED(status), "a signal ended lstmd: %s", p->error);
    return WEXITSTATUS(status);
}

int program_run(struct program *p, const char *const *args, const char *input)
{
    program_start(p, args, false);
    program_write(p, input ? input : "", input ? strlen(input) : 0, true);
    return program_end(p);
}
