/* test_process.c - resources of the process. */
#include "server/base/process.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MORE = 7, MEBIBYTES = 64 };

START_TEST(open_files_are_counted)
{
    struct process before, after;
    int fd[MORE];

    process_read(&before);
    ck_assert_int_ge(before.open_files, 3); /* the standard ones */
    for (int i = 0; i < MORE; i++) {
        fd[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fd[i], 0);
    }
    process_read(&after);
    ck_assert_int_eq(after.open_files, before.open_files + MORE);
    for (int i = 0; i < MORE; i++)
        close(fd[i]);
    process_read(&after);
    ck_assert_int_eq(after.open_files, before.open_files);
}
END_TEST

START_TEST(the_limit_of_files_is_the_soft_one)
{
    struct process p;
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 100;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    process_read(&p);
    ck_assert_int_eq(p.max_files, 100);
    limit.rlim_cur = limit.rlim_max; /* for what comes after in this process */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}
END_TEST

START_TEST(processor_and_memory_grow_with_use)
{
    struct process before, after;
    char *memory;

    process_read(&before);
    memory = calloc(MEBIBYTES, 1 << 20);
    ck_assert_ptr_nonnull(memory);
    do {
        for (size_t i = 0; i < (size_t)MEBIBYTES << 20; i += 512)
            ((volatile char *)memory)[i]++;
        process_read(&after);
    } while (after.cpu_seconds < before.cpu_seconds + 0.01);
    ck_assert_int_gt(after.resident_bytes, before.resident_bytes + ((MEBIBYTES / 2) << 20));
    ck_assert_int_gt(after.virtual_bytes, after.resident_bytes);
    free(memory);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("process");
    TCase *t = tcase_create("process");

    tcase_add_test(t, open_files_are_counted);
    tcase_add_test(t, the_limit_of_files_is_the_soft_one);
    tcase_add_test(t, processor_and_memory_grow_with_use);
    suite_add_tcase(s, t);
    return suite_run(s);
}
