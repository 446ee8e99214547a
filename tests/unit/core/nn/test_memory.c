/* test_memory.c - a training step does not allocate, and every allocation that fails is an ordinary
 * ST_NOMEM without a leak.
 *
 * The program's own malloc() counts, and fails when told to. Sanitizers bring their own malloc():
 * under them, and without glibc, the tests say that they are skipped. */
#include "tests/sanitizer.h"
#include "tests/unit/core/nn/samples.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GLIBC__) && !ANY_SANITIZER
#define COUNTING 1
#else
#define COUNTING 0
#endif

#if COUNTING
static long allocations;  /* done so far */
static long live;         /* not yet freed */
static long fail_at = -1; /* this one fails */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

static void *count(void *p)
{
    live += p != NULL;
    return p;
}

static int refuse(void)
{
    if (allocations++ != fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return refuse() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    return refuse() ? NULL : count(__libc_calloc(n, size));
}

void *realloc(void *p, size_t size)
{
    if (refuse())
        return NULL;
    live += !p;
    return __libc_realloc(p, size);
}

void *aligned_alloc(size_t align, size_t size)
{
    return refuse() ? NULL : count(__libc_memalign(align, size));
}

void free(void *p)
{
    live -= p != NULL;
    __libc_free(p);
}

static const struct net_config net = {0, SAMPLE_I, 5, 2, true, SAMPLE_O, 0.3f, 0, 0, 0};
static const struct trainer_config config = {
    .epochs = 3,
    .batch_size = 4,
    .shuffle = true,
    .optim = {.kind = OPTIM_ADAM, .learning_rate = 0.01f},
    .gradient_clip = 1,
    .patience = 3,
    .keep_best = true,
};
static struct samples samples;

START_TEST(steps_do_not_allocate)
{
    struct sample_source source = random_samples_source(&samples, 20, true);
    struct trainer *t;
    struct net *n;
    long done; /* ck_assert() allocates, too */
    int steps = 0;

    ck_assert_int_eq(net_new(&n, &net, NULL), ST_OK);
    ck_assert_int_eq(trainer_new(&t, n, &config, &source, &source, NULL), ST_OK);
    done = allocations;
    while (trainer_step(t) != TRAINER_DONE)
        steps++;
    done = allocations - done;
    ck_assert_int_eq(steps, 15);
    ck_assert_int_eq(done, 0);
    trainer_free(t);
    net_free(n);
}
END_TEST

/* Calls once every function that may allocate; returns the first status that is not ST_OK. */
static enum status all(struct err *e)
{
    struct sample_source source = random_samples_source(&samples, 20, true);
    struct trainer *t = NULL;
    struct net *n = NULL;
    uint8_t *bytes = NULL;
    size_t len;
    enum status st = net_new(&n, &net, e);

    if (!st)
        st = trainer_new(&t, n, &config, &source, &source, e);
    if (!st) {
        trainer_step(t);
        st = trainer_save(t, &bytes, &len, e);
    }
    if (!st)
        st = trainer_load(t, bytes, len, e);
    free(bytes);
    trainer_free(t);
    net_free(n);
    return st;
}

START_TEST(every_allocation_may_fail)
{
    struct err e = {0};
    long needed = allocations;
    enum status ok = all(&e);

    needed = allocations - needed;
    ck_assert_int_eq(ok, ST_OK);
    ck_assert_int_ge(needed, 7);
    for (long i = 0; i < needed; i++) {
        enum status st;
        long leaked = live;

        fail_at = allocations + i;
        st = all(&e);
        fail_at = -1;
        leaked = live - leaked;
        ck_assert_int_eq(leaked, 0);
        ck_assert_msg(st == ST_NOMEM, "allocation %ld of %ld: %s", i, needed, status_name(st));
        ck_assert_int_gt((int)strlen(e.message), 10);
    }
}
END_TEST
#endif

int main(void)
{
#if COUNTING
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("memory");
    SRunner *r;
    int failed;

    random_samples_init(&samples, 1);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, steps_do_not_allocate);
    tcase_add_test(t, every_allocation_may_fail);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
#else
    printf("memory: SKIPPED, malloc() belongs to the sanitizer here\n");
    return EXIT_SUCCESS;
#endif
}
