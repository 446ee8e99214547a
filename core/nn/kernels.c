/* kernels.c - chooses the instruction set: see <lstm/cpu.h>. */
#include "core/nn/kernels.h"

#include <lstm/cpu.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* With the fingerprints of arithmetic.c, the only global state of the core. Threads that race to
 * set it store the same value. */
static _Atomic(const struct kernels *) chosen;

enum { NUM_SETS = 4 };

static bool has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#if defined(__x86_64__)
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

/* Best first; n gets their number. */
static void list_sets(const struct kernels **sets, int *n)
{
    *n = 0;
#if defined(__x86_64__)
    if (has_avx512())
        sets[(*n)++] = &kernels_avx512;
    if (has_avx2())
        sets[(*n)++] = &kernels_avx2;
#endif
    sets[(*n)++] = &kernels_portable;
    sets[(*n)++] = &kernels_naive;
}

const struct kernels *kernels_get(void)
{
    const struct kernels *k = atomic_load_explicit(&chosen, memory_order_acquire);

    if (!k) {
        const struct kernels *sets[NUM_SETS];
        int n;

        list_sets(sets, &n);
        k = sets[0];
        atomic_store_explicit(&chosen, k, memory_order_release);
    }
    return k;
}

enum status kernels_select(const char *name, struct err *e)
{
    const struct kernels *sets[NUM_SETS];
    char names[64] = "auto";
    int n;

    list_sets(sets, &n);
    if (!name || !name[0] || !strcmp(name, "auto")) {
        atomic_store_explicit(&chosen, sets[0], memory_order_release);
        return ST_OK;
    }
    for (int i = 0; i < n; i++) {
        size_t used = strlen(names);

        if (!strcmp(name, sets[i]->name)) {
            atomic_store_explicit(&chosen, sets[i], memory_order_release);
            return ST_OK;
        }
        snprintf(names + used, sizeof(names) - used, ", %s", sets[i]->name);
    }
    return err_set(e, ST_INVALID, "instruction set '%.40s' is not one that this CPU can run: %s",
                   name, names);
}

const char *kernels_name(void)
{
    return kernels_get()->name;
}

const char *const *kernels_available(void)
{
    static const char *const all[] = {"avx512", "avx2", "portable", "naive", NULL};

    return has_avx512() ? all : has_avx2() ? all + 1 : all + 2;
}
