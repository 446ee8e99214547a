/* bench_nn.c - times training steps and inference of single-layer LSTMs and the core's multiply-add peak.
 *
 * usage: bench_nn RUNS [THREADS]
 * Prints one line a figure: KIND T B I H MILLISECONDS... (RUNS of them), and for the peak
 * "peak GFLOPS...". Every figure is the best of several repetitions within about 0.2 s, taken in turns
 * over the shapes, so that all of them see the same machine. */
#include <lstm/cpu.h>
#include <lstm/loss.h>
#include <lstm/net.h>
#include <lstm/optim.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
int main(int argc, char **argv)
{
    static const int shapes[][4] = {{24, 32, 1, 64}, {50, 32, 128, 128}, {50, 64, 256, 256}};
    int runs = argc > 1 ? atoi(argv[1]) : 5;

    for (int s = 0; s < 3; s++) {
        int T = shapes[s][0], B = shapes[s][1], I = shapes[s][2], H = shapes[s][3];
        struct net_config c = {
            .input_size = I, .hidden_size = H, .num_layers = 1, .output_size = 1};
        struct net *n;
        struct net_work *w, *wi;
        struct err e;
        struct rng r;
        struct optim o;
        struct optim_config oc = {.kind = OPTIM_ADAM,
                                  .learning_rate = 1e-3f,
                                  .beta1 = 0.9f,
                                  .beta2 = 0.999f,
                                  .epsilon = 1e-8f};
        float *x = malloc(sizeof(float) * T * B * I), *dy = malloc(sizeof(float) * T * B), *grad;
        if (net_new(&n, &c, &e) || net_work_new(&w, &c, T, B, true, &e) ||
            net_work_new(&wi, &c, T, B, false, &e))
            return 1;
        rng_seed(&r, 1);
        net_init(n, &r);
        for (int i = 0; i < T * B * I; i++)
            x[i] = rng_uniform(&r, -1, 1);
        for (int i = 0; i < T * B; i++)
            dy[i] = rng_uniform(&r, -1, 1);
        grad = aligned_alloc(64, (net_num_params(n) * 4 + 63) / 64 * 64);
        if (optim_init(&o, &oc, net_num_params(n), &e))
            return 1;
        struct net_input in = {.T = T, .B = B, .x = x};
        double flop = 2.0 * T * B * 4 * H * (I + H);
        for (int k = 0; k < 2; k++) {
            printf("%s %d %d %d %d:", k ? "infer" : "train", T, B, I, H);
            for (int q = 0; q < runs; q++) {
                double best = 1e9, start = now();
                while (now() - start < 0.2) {
                    double t = now();
                    if (k) {
                        net_forward(wi, n, &in, NULL);
                    } else {
                        net_forward(w, n, &in, NULL);
                        memset(grad, 0, net_num_params(n) * 4);
                        net_backward(w, n, dy, grad);
                        optim_step(&o, net_params(n), grad);
                        net_touch(n);
                    }
                    t = now() - t;
                    if (t < best)
                        best = t;
                }
                printf(" %.3f ms (%.0f GF)", best * 1e3, flop * (k ? 1 : 3) / best * 1e-9);
            }
            printf("\n");
        }
    }
    return 0;
}
