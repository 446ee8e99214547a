/* bench_train.c - times what the core does while it trains and predicts, in the same arithmetic as
 * the PyTorch program beside it (torch_train.py).
 *
 * usage: bench_train
 *
 * Prints lines of "measure<TAB>number": milliseconds of the three tutorials' trainings and of
 * single training steps and forward passes (the median of the repetitions of about half a second),
 * and the core's multiply-add peak in GFLOP/s. speed.sh runs it in turns with the peer and makes
 * the table. */
#include "server/jobs/pool.h"

#include <lstm/cpu.h>
#include <lstm/forecaster.h>
#include <lstm/loss.h>
#include <lstm/net.h>
#include <lstm/optim.h>
#include <lstm/tagger.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { REPEATS_MAX = 20000 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + 1e-6 * (double)t.tv_nsec;
}

static void die(const char *what, const struct err *e)
{
    fprintf(stderr, "bench_train: %s: %s\n", what, e->message);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median time of one() in milliseconds, of repetitions that take at least `budget` ms
 * together. */
static double median_time(void (*one)(void *ctx), void *ctx, double budget)
{
    static double time[REPEATS_MAX];
    double start = now();
    int n = 0;

    one(ctx); /* warm */
    while (n < REPEATS_MAX && (n < 3 || now() - start < budget)) {
        double t = now();

        one(ctx);
        time[n++] = now() - t;
    }
    qsort(time, (size_t)n, sizeof(*time), by_size);
    return time[n / 2];
}

/* ---- the core's peak ---- */

#if defined(__x86_64__)
enum { PEAK_ROUNDS = 1 << 22, CHAINS = 16 };

/* Independent chains of multiply-adds in registers; flops of a round: CHAINS * 2 * lanes. */
__attribute__((target("avx512f"))) static float peak_512(void)
{
    __m512 a[CHAINS], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(0.001f);
    float out[16];

    for (int i = 0; i < CHAINS; i++)
        a[i] = _mm512_set1_ps((float)i);
    for (int k = 0; k < PEAK_ROUNDS; k++)
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++)
            a[i] = _mm512_fmadd_ps(a[i], x, y);
    for (int i = 1; i < CHAINS; i++)
        a[0] += a[i];
    _mm512_storeu_ps(out, a[0]);
    return out[0];
}

__attribute__((target("avx2,fma"))) static float peak_256(void)
{
    enum { N = 12 };
    __m256 a[N], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(0.001f);
    float out[8];

    for (int i = 0; i < N; i++)
        a[i] = _mm256_set1_ps((float)i);
    for (int k = 0; k < PEAK_ROUNDS; k++)
#pragma GCC unroll 16
        for (int i = 0; i < N; i++)
            a[i] = _mm256_fmadd_ps(a[i], x, y);
    for (int i = 1; i < N; i++)
        a[0] += a[i];
    _mm256_storeu_ps(out, a[0]);
    return out[0];
}

static double gflops(float (*run)(void), double flops_of_a_round)
{
    double best = 0;

    for (int i = 0; i < 5; i++) {
        double t = now();
        volatile float keep = run();

        (void)keep;
        t = now() - t;
        best = fmax(best, flops_of_a_round * PEAK_ROUNDS / t * 1e-6);
    }
    return best;
}

static void print_peak(void)
{
    double peak = 0;

    if (__builtin_cpu_supports("avx512f"))
        peak = gflops(peak_512, CHAINS * 32.0);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        peak = fmax(peak, gflops(peak_256, 12 * 16.0));
    if (peak > 0)
        printf("peak\t%.2f\n", peak);
}
#else
static void print_peak(void)
{
}
#endif

/* ---- steps ---- */

struct step {
    struct net *net;
    struct net_work *train, *infer, *infer_bytes;
    struct optim optim;
    struct net_input in;
    float *x, *y, *dy, *grad;
};

static float *random_floats(size_t n, struct rng *r)
{
    float *x = malloc(n * sizeof(*x));

    if (!x)
        exit(1);
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(r, -1.0f, 1.0f);
    return x;
}

static void step_init(struct step *s, int T, int B, int I, int H, const struct parallel *threads)
{
    const struct net_config c = {
        .input_size = I, .hidden_size = H, .num_layers = 1, .output_size = 1};
    const struct optim_config adam = {.kind = OPTIM_ADAM, .learning_rate = 0.001f};
    size_t rows = (size_t)T * (size_t)B;
    struct err e = {0};
    struct rng r;

    rng_seed(&r, 1);
    if (net_new(&s->net, &c, &e) || net_work_new(&s->train, &c, T, B, true, &e) ||
        net_work_new(&s->infer, &c, T, B, false, &e) || net_work_share(s->train, threads, &e) ||
        optim_init(&s->optim, &adam, net_num_params(s->net), &e))
        die("step", &e);
    /* x lies in -1..1; a few columns stay floats, as in the forecaster. */
    if (net_work_new(&s->infer_bytes, &c, T, B, false, &e) ||
        net_work_quantize(s->infer_bytes, I > 16 ? 1 : 0, &e))
        die("8-bit inference", &e);
    net_init(s->net, &r);
    s->x = random_floats(rows * (size_t)I, &r);
    s->y = random_floats(rows, &r);
    s->dy = random_floats(rows, &r);
    s->grad = random_floats(net_num_params(s->net), &r);
    s->in = (struct net_input){.T = T, .B = B, .x = s->x};
}

static void step_release(struct step *s)
{
    net_work_free(s->train);
    net_work_free(s->infer);
    net_work_free(s->infer_bytes);
    optim_release(&s->optim);
    net_free(s->net);
    free(s->x);
    free(s->y);
    free(s->dy);
    free(s->grad);
}

/* Forward, mean squared error, backward, Adam. */
static void train_step(void *ctx)
{
    struct step *s = ctx;
    const struct loss_target target = {.kind = LOSS_MSE, .values = s->y};
    const float *y = net_forward(s->train, s->net, &s->in, NULL);
    int64_t count;

    loss_eval(s->dy, &count, &target, y, NULL, s->in.T, s->in.B, 1);
    memset(s->grad, 0, net_num_params(s->net) * sizeof(float));
    net_backward(s->train, s->net, s->dy, s->grad);
    optim_step(&s->optim, net_params(s->net), s->grad);
    net_touch(s->net);
}

static void infer_step(void *ctx)
{
    struct step *s = ctx;

    net_forward(s->infer, s->net, &s->in, NULL);
}

static void infer_bytes_step(void *ctx)
{
    struct step *s = ctx;

    net_forward(s->infer_bytes, s->net, &s->in, NULL);
}

/* The two in turns, since what else the machine does changes with time. */
static void print_inference(struct step *s, const char *shape)
{
    enum { TURNS = 5 };
    double floats[TURNS], bytes[TURNS];

    for (int i = 0; i < TURNS; i++) {
        floats[i] = median_time(infer_step, s, 100);
        bytes[i] = median_time(infer_bytes_step, s, 100);
    }
    qsort(floats, TURNS, sizeof(double), by_size);
    qsort(bytes, TURNS, sizeof(double), by_size);
    printf("infer %s @1\t%.4f\n", shape, floats[TURNS / 2]);
    printf("infer8 %s @1\t%.4f\n", shape, bytes[TURNS / 2]);
}

static void print_steps(const struct parallel *one, const struct parallel *two)
{
    static const int shapes[][4] = {
        {24, 32, 1, 64}, {50, 32, 128, 128}, {50, 64, 256, 256}, {12, 32, 1, 100}};

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        const int *n = shapes[i];
        char shape[64];

        snprintf(shape, sizeof(shape), "%d,%d,%d,%d", n[0], n[1], n[2], n[3]);
        for (int threads = 1; threads <= 2; threads++) {
            struct step s = {0};

            step_init(&s, n[0], n[1], n[2], n[3], threads == 1 ? one : two);
            printf("train %s @%d\t%.4f\n", shape, threads, median_time(train_step, &s, 500));
            if (threads == 1)
                print_inference(&s, shape);
            step_release(&s);
        }
    }
}

/* ---- tutorials ---- */

struct job {
    struct params params;
    struct panel panel;
    struct corpus corpus;
};

static void fit_forecaster(void *ctx)
{
    const struct job *j = ctx;
    struct forecaster *f;
    struct err e = {0};

    if (forecaster_fit(&f, &j->panel, &j->params, NULL, &e))
        die("fit", &e);
    forecaster_free(f);
}

static void fit_tagger(void *ctx)
{
    const struct job *j = ctx;
    struct tagger *t;
    struct err e = {0};

    if (tagger_fit(&t, &j->corpus, &j->params, NULL, &e))
        die("fit", &e);
    tagger_free(t);
}

static struct job job_of(enum task task, const char *recipe)
{
    struct job j = {0};
    struct err e = {0};

    if (params_defaults(&j.params, task, recipe, &e))
        die(recipe, &e);
    return j;
}

/* The second column of the example file: years and months, passengers. */
static int read_passengers(double *values, int max)
{
    FILE *f = fopen("config/examples/airpassengers.csv", "r");
    char line[128];
    int n = 0;

    while (f && n < max && fgets(line, sizeof(line), f)) {
        const char *comma = strchr(line, ',');

        if (comma && strchr("0123456789", comma[1]))
            values[n++] = strtod(comma + 1, NULL);
    }
    if (f)
        fclose(f);
    return n;
}

static void print_tutorials(void)
{
    static const char *const w1[] = {"The", "dog", "ate", "the", "apple"};
    static const char *const t1[] = {"DET", "NN", "V", "DET", "NN"};
    static const char *const w2[] = {"Everybody", "read", "that", "book"};
    static const char *const t2[] = {"NN", "V", "DET", "NN"};
    static const struct sentence_view sentences[] = {{.tokens = w1, .tags = {t1}, .length = 5},
                                                     {.tokens = w2, .tags = {t2}, .length = 4}};
    static double sine[900], air[200];
    struct series_view s = {"sine", sine, 900}, a = {"air", air, 0};
    struct job j = job_of(TASK_FORECAST, "tutorial-sine");

    for (int i = 0; i < 900; i++)
        sine[i] = sin(1.0 + 0.01 * i);
    j.panel = (struct panel){&s, 1, 1};
    printf("tutorial-sine @1\t%.4f\n", median_time(fit_forecaster, &j, 500));
    a.length = read_passengers(air, 200);
    j = job_of(TASK_FORECAST, "tutorial-flights");
    j.panel = (struct panel){&a, 1, 12};
    if (a.length == 144)
        printf("tutorial-flights @1\t%.4f\n", median_time(fit_forecaster, &j, 500));
    else
        fprintf(stderr, "bench_train: run it where config/examples/airpassengers.csv is\n");
    j = job_of(TASK_TAG, "tutorial-tagger");
    j.corpus = (struct corpus){sentences, 2};
    printf("tutorial-tagger @1\t%.4f\n", median_time(fit_tagger, &j, 500));
}

int main(void)
{
    struct pool *one, *two;
    struct err e = {0};

    if (kernels_select(getenv("LSTMD_CPU"), &e) || pool_new(&one, 1, &e) || pool_new(&two, 2, &e))
        die("start", &e);
    fprintf(stderr, "bench_train: instruction set %s\n", kernels_name());
    print_peak();
    print_steps(pool_parallel(one), pool_parallel(two));
    pool_free(one);
    pool_free(two);
    print_tutorials();
    return 0;
}
