/* golden.c - see golden.h. */
#include "tests/unit/core/nn/golden.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *paths[GOLDEN_FILES_MAX + 1];
static int num_paths;

static void add_folder(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *f;

    while (d && (f = readdir(d)) && num_paths < GOLDEN_FILES_MAX) {
        size_t n = strlen(f->d_name), size = strlen(folder) + n + 2;

        if (n < 6 || strcmp(f->d_name + n - 5, ".json") != 0)
            continue;
        paths[num_paths] = malloc(size);
        if (paths[num_paths])
            snprintf(paths[num_paths++], size, "%s/%s", folder, f->d_name);
    }
    if (d)
        closedir(d);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int golden_files(const char *const **out)
{
    const char *more = getenv("LSTMD_GOLDEN");

    if (!num_paths) {
        char folder[4096];
        const char *source = strstr(__FILE__, "tests/unit/");

        snprintf(folder, sizeof(folder), "%.*stests/golden", (int)(source - __FILE__), __FILE__);
        add_folder(folder);
        if (more && *more)
            add_folder(more);
        qsort(paths, (size_t)num_paths, sizeof(*paths), by_name);
    }
    *out = (const char *const *)paths;
    return num_paths;
}

cJSON *golden_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    cJSON *json = NULL;
    long size;

    if (!f)
        return NULL;
    if (!fseek(f, 0, SEEK_END) && (size = ftell(f)) >= 0 && !fseek(f, 0, SEEK_SET)) {
        text = malloc((size_t)size + 1);
        if (text && fread(text, 1, (size_t)size, f) == (size_t)size)
            json = cJSON_ParseWithLength(text, (size_t)size);
    }
    free(text);
    fclose(f);
    return json;
}

bool golden_is_case(const cJSON *file)
{
    static const char *const needed[] = {"T",         "B",    "input_size", "initial_weights",
                                         "x",         "y",    "output",     "weights_after",
                                         "optimizer", "steps"};

    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
        if (!cJSON_GetObjectItemCaseSensitive(file, needed[i]))
            return false;
    return true;
}

/* Counts the numbers in nested lists; also stores them if v is not NULL. */
static size_t flatten(double *v, const cJSON *list)
{
    const cJSON *i;
    size_t n = 0;

    if (cJSON_IsNumber(list)) {
        if (v)
            *v = list->valuedouble;
        return 1;
    }
    cJSON_ArrayForEach(i, list) n += flatten(v ? v + n : NULL, i);
    return n;
}

double *golden_numbers(size_t *count, const cJSON *list)
{
    double *v;

    if (!cJSON_IsArray(list) && !cJSON_IsNumber(list))
        return NULL;
    *count = flatten(NULL, list);
    v = calloc(*count + 1, sizeof(*v));
    if (v)
        flatten(v, list);
    return v;
}

int golden_int(const cJSON *file, const char *name, int missing)
{
    const cJSON *i = cJSON_GetObjectItemCaseSensitive(file, name);

    return cJSON_IsNumber(i) ? i->valueint : missing;
}

bool golden_bool(const cJSON *file, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(file, name));
}

double golden_double(const cJSON *file, const char *name, double missing)
{
    const cJSON *i = cJSON_GetObjectItemCaseSensitive(file, name);

    return cJSON_IsNumber(i) ? i->valuedouble : missing;
}

void golden_net_config(struct net_config *c, const cJSON *file)
{
    *c = (struct net_config){
        .vocab_size = golden_int(file, "vocab", 0),
        .input_size = golden_int(file, "input_size", 0),
        .hidden_size = golden_int(file, "hidden_size", 0),
        .num_layers = golden_int(file, "num_layers", 1),
        .bidirectional = golden_bool(file, "bidirectional"),
        .output_size = golden_int(file, "output_size", 0),
    };
}

void golden_optim_config(struct optim_config *c, const cJSON *file)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(file, "optimizer");
    const char *kind = cJSON_GetStringValue(cJSON_GetArrayItem(o, 0));
    const cJSON *momentum = cJSON_GetArrayItem(o, 2);

    *c = (struct optim_config){
        .kind = kind && !strcmp(kind, "adam")    ? OPTIM_ADAM
                : kind && !strcmp(kind, "adamw") ? OPTIM_ADAMW
                                                 : OPTIM_SGD,
        .learning_rate = (float)cJSON_GetNumberValue(cJSON_GetArrayItem(o, 1)),
        .weight_decay = (float)golden_double(file, "weight_decay", 0),
    };
    if (c->kind == OPTIM_SGD && cJSON_IsNumber(momentum))
        c->momentum = (float)momentum->valuedouble;
}

enum loss_kind golden_loss(const cJSON *file)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file, "loss_kind"));

    if (s && !strcmp(s, "nll"))
        return LOSS_NLL;
    if (s && !strcmp(s, "huber"))
        return LOSS_HUBER;
    if (s && !strcmp(s, "mae"))
        return LOSS_MAE;
    return LOSS_MSE;
}

bool golden_set_weights(struct net *n, const cJSON *object)
{
    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);
        size_t count = 0;
        double *v = golden_numbers(&count, cJSON_GetObjectItemCaseSensitive(object, t->name));

        for (size_t k = 0; v && count == t->count && k < count; k++)
            net_params(n)[t->offset + k] = (float)v[k];
        free(v);
        if (count != t->count)
            return false;
    }
    net_touch(n);
    return true;
}

bool golden_compare(const char *file, const char *tensor, const float *got, const cJSON *want,
                    double tolerance, const double *slack)
{
    double *v, top = 0, worst = 0;
    size_t count, at = 0, bad = 0;

    v = golden_numbers(&count, want);
    if (!v) {
        fprintf(stderr, "%s: %s is missing\n", file, tensor);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        top = fabs(v[i]) > top ? fabs(v[i]) : top;
    for (size_t i = 0; i < count; i++) {
        double off = fabs((double)got[i] - v[i]);

        if (off <= tolerance * top + (slack ? slack[i] : 0.0)) /* false for NaN */
            continue;
        if (!bad++ || off > worst) {
            worst = off;
            at = i;
        }
    }
    if (bad)
        fprintf(stderr,
                "%s: %s: %zu of %zu values differ; worst [%zu]: got %.9g, expected %.9g, "
                "off by %.3g, allowed %.3g\n",
                file, tensor, bad, count, at, (double)got[at], v[at], worst,
                tolerance * top + (slack ? slack[at] : 0.0));
    free(v);
    return !bad;
}

bool golden_compare_number(const char *file, const char *name, double got, double want,
                           double tolerance)
{
    if (fabs(got - want) <= tolerance * fabs(want))
        return true;
    fprintf(stderr, "%s: %s: got %.9g, expected %.9g, off by %.3g, allowed %.3g\n", file, name, got,
            want, fabs(got - want), tolerance * fabs(want));
    return false;
}

bool golden_compare_block(const char *file, const char *what, const struct net *n,
                          const float *block, const cJSON *object, double tolerance,
                          const double *slack)
{
    bool same = true;

    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);
        char name[96];

        snprintf(name, sizeof(name), "%s of %s", what, t->name);
        if (!golden_compare(file, name, block + t->offset,
                            cJSON_GetObjectItemCaseSensitive(object, t->name), tolerance,
                            slack ? slack + t->offset : NULL))
            same = false;
    }
    return same;
}
