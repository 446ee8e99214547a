/* test_interrupt.c - one signal and two. */
#include "server/commands/interrupt.h"

#include "server/base/clock.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(the_first_signal_is_counted_and_ends_a_wait)
{
    int64_t begin = clock_monotonic_ms();

    interrupt_arm();
    ck_assert(!interrupted());
    raise(SIGINT);
    ck_assert(interrupted());
    interrupt_wait(60000); /* returns at once */
    ck_assert_int_lt((int)(clock_monotonic_ms() - begin), 30000);
    interrupt_take();
    ck_assert(!interrupted());
    interrupt_arm();
    ck_assert(!interrupted());
}
END_TEST

START_TEST(blocked_signals_come_later)
{
    interrupt_arm();
    interrupt_block(true);
    kill(getpid(), SIGTERM);
    ck_assert(!interrupted());
    interrupt_block(false);
    ck_assert(interrupted());
}
END_TEST

START_TEST(the_second_signal_removes_the_files_and_ends_the_process)
{
    char folder[] = "/tmp/lstmd-interrupt-XXXXXX", path[80];
    int status = 0;
    pid_t pid;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    fclose(fopen(path, "w"));
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        interrupt_arm();
        interrupt_remove(path);
        snprintf(path, sizeof path, "%s/", folder);
        interrupt_remove(path);
        raise(SIGINT);
        raise(SIGINT);
        _exit(9); /* not reached */
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert_int_ne(access(folder, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interrupt");
    TCase *t = tcase_create("interrupt");

    tcase_add_test(t, the_first_signal_is_counted_and_ends_a_wait);
    tcase_add_test(t, blocked_signals_come_later);
    tcase_add_test(t, the_second_signal_removes_the_files_and_ends_the_process);
    suite_add_tcase(s, t);
    return suite_run(s);
}
