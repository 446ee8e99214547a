/* test_arithmetic.c - the name of the arithmetic: equal exactly when the results are, whether
 * kernels or libm differ. A training state of another arithmetic is refused. */
#include "tests/unit/core/nn/samples.h"

#include <check.h>
#include <lstm/checkpoint.h>
#include <lstm/cpu.h>
#include <lstm/hash.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { THREADS = 4, PROBES = 1000000 };

static void name_of(char out[ARITHMETIC_LEN_MAX + 1], const char *kernels)
{
    ck_assert_int_eq(kernels_select(kernels, NULL), ST_OK);
    arithmetic_name(out);
}

START_TEST(every_set_has_its_name)
{
    const char *const *sets = kernels_available();
    char name[8][ARITHMETIC_LEN_MAX + 1], again[ARITHMETIC_LEN_MAX + 1];
    int n = 0;

    for (; sets[n]; n++) {
        name_of(name[n], sets[n]);
        ck_assert_int_eq(strncmp(name[n], sets[n], strlen(sets[n])), 0);
        ck_assert_uint_eq(
            strspn(name[n], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"),
            strlen(name[n]));
        for (int i = 0; i < n; i++) /* the fingerprint alone tells them apart */
            ck_assert_str_ne(strrchr(name[i], '-'), strrchr(name[n], '-'));
    }
    ck_assert_int_ge(n, 2);
    for (int i = 0; i < n; i++) {
        name_of(again, sets[i]);
        ck_assert_str_eq(again, name[i]);
    }
}
END_TEST

static void *ask(void *out)
{
    arithmetic_name(out);
    return NULL;
}

START_TEST(threads_that_ask_first_are_told_the_same)
{
    char name[THREADS][ARITHMETIC_LEN_MAX + 1];
    pthread_t t[THREADS];

    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, ask, name[i]), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(t[i], NULL), 0);
    for (int i = 1; i < THREADS; i++)
        ck_assert_str_eq(name[i], name[0]);
}
END_TEST

/* ---- libm chooses its functions by the CPU's features; glibc can be told to ignore some ---- */

/* What a child of this program prints: its arithmetic, and a hash of more results of libm than the
 * fingerprint looks at. */
static int describe(void)
{
    double (*const list[])(double) = {exp, log, sin, cos, tanh, erfc};
    char name[ARITHMETIC_LEN_MAX + 1];
    uint64_t h = 1;

    if (kernels_select("portable", NULL))
        return 1;
    arithmetic_name(name);
    for (size_t f = 0; f < sizeof(list) / sizeof(list[0]); f++)
        for (int i = 1; i < PROBES; i += 7) {
            double y = list[f](i * 5e-6);
            uint64_t bits;

            memcpy(&bits, &y, sizeof(bits));
            h = fnv1a_word(h, bits);
        }
    printf("%s %016llx\n", name, (unsigned long long)h);
    return 0;
}

/* False where a shell cannot start this program, as under an emulator of another CPU. */
static bool ask_child(char name[64], char results[64], const char *tunables)
{
    char line[160], self[256], command[400];
    FILE *in = fopen("/proc/self/cmdline", "r");
    FILE *child;
    bool started;

    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(fgets(self, sizeof(self), in)); /* up to the first NUL */
    fclose(in);
    snprintf(command, sizeof(command), "GLIBC_TUNABLES='%s' '%s' describe", tunables, self);
    child = popen(command, "r");
    ck_assert_ptr_nonnull(child);
    started = fgets(line, sizeof(line), child) != NULL;
    if (!started) {
        ck_assert_int_ge(WEXITSTATUS(pclose(child)), 126);
        return false;
    }
    ck_assert_int_eq(sscanf(line, "%63s %63s", name, results), 2);
    ck_assert_int_eq(pclose(child), 0);
    return true;
}

START_TEST(another_libm_is_another_arithmetic)
{
    char name[2][64], results[2][64];

    if (!ask_child(name[0], results[0], ""))
        return;
    ask_child(name[1], results[1], "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable");
    /* On a CPU without FMA, or with another libc, there is one variant. */
    ck_assert_int_eq(strcmp(name[0], name[1]) == 0, strcmp(results[0], results[1]) == 0);
    ask_child(name[1], results[1], "");
    ck_assert_str_eq(name[0], name[1]);
}
END_TEST

/* ---- a training state ---- */

static struct trainer *new_trainer(struct net **n, struct samples *s,
                                   const struct sample_source *source)
{
    const struct net_config nc = {
        .input_size = SAMPLE_I, .hidden_size = 5, .num_layers = 1, .output_size = SAMPLE_O};
    const struct trainer_config c = {
        .epochs = 3,
        .batch_size = 4,
        .optim = {.kind = OPTIM_ADAM, .learning_rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.999f}};
    struct trainer *t = NULL;
    struct err e = {0};
    struct rng r;

    (void)s;
    ck_assert_int_eq(net_new(n, &nc, NULL), ST_OK);
    rng_seed(&r, 3);
    net_init(*n, &r);
    ck_assert_msg(!trainer_new(&t, *n, &c, source, NULL, &e), "%s", e.message);
    return t;
}

START_TEST(a_training_state_of_another_arithmetic_is_refused)
{
    static struct samples samples;
    struct sample_source source;
    struct net *n = NULL, *other = NULL;
    struct trainer *t;
    struct fit_progress p;
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct err e = {0};

    random_samples_init(&samples, 1);
    source = random_samples_source(&samples, 16, false);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    t = new_trainer(&n, &samples, &source);
    trainer_step(t);
    ck_assert_int_eq(trainer_save(t, &bytes, &len, NULL), ST_OK);
    trainer_free(t);
    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    t = new_trainer(&other, &samples, &source);
    ck_assert_int_eq(trainer_load(t, bytes, len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "naive-"));
    ck_assert_ptr_nonnull(strstr(e.message, "portable-"));
    trainer_progress(&p, t);
    ck_assert_int_eq(p.samples, 0);
    trainer_free(t);
    net_free(other);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    t = new_trainer(&other, &samples, &source);
    ck_assert_int_eq(trainer_load(t, bytes, len, &e), ST_OK);
    trainer_free(t);
    net_free(other);
    net_free(n);
    free(bytes);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *s;
    TCase *t;
    SRunner *r;
    int failed;

    if (argc > 1 && strcmp(argv[1], "describe") == 0)
        return describe();
    s = suite_create("arithmetic");
    t = tcase_create("arithmetic");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_set_has_its_name);
    tcase_add_test(t, threads_that_ask_first_are_told_the_same);
    tcase_add_test(t, another_libm_is_another_arithmetic);
    tcase_add_test(t, a_training_state_of_another_arithmetic_is_refused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
