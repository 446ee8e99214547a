/* golden.h - reads the golden vectors: JSON of tests/golden as tensors and numbers. */
#ifndef TESTS_UNIT_CORE_NN_GOLDEN_H
#define TESTS_UNIT_CORE_NN_GOLDEN_H

#include <cjson/cJSON.h>
#include <lstm/loss.h>
#include <lstm/net.h>
#include <lstm/optim.h>
#include <stdbool.h>
#include <stddef.h>

enum { GOLDEN_FILES_MAX = 256 };

/* Returns the paths of all golden files, sorted: *.json in tests/golden (found from the working
 * directory or from this source file) and in the folder that the variable LSTMD_GOLDEN names.
 * Static storage. */
int golden_files(const char *const **paths);

/* The parsed file, or NULL; the caller deletes it. */
cJSON *golden_read(const char *path);
/* Whether the file has the format of make_golden.py. */
bool golden_is_case(const cJSON *file);

/* All numbers of nested lists, row-major; *count: how many. The caller frees them. NULL: not a
 * list. */
double *golden_numbers(size_t *count, const cJSON *list);

int golden_int(const cJSON *file, const char *name, int missing);
bool golden_bool(const cJSON *file, const char *name);
double golden_double(const cJSON *file, const char *name, double missing);

void golden_net_config(struct net_config *c, const cJSON *file);
void golden_optim_config(struct optim_config *c, const cJSON *file);
enum loss_kind golden_loss(const cJSON *file);

/* Puts the tensors of object (state_dict names) into the net; false if one is missing or has
 * another size. */
bool golden_set_weights(struct net *n, const cJSON *object);

/* Checks |got - want| <= tolerance * (largest |want| of the tensor) + slack[i] for every element.
 * Otherwise prints a line on stderr with the file, the tensor, the index and both values. Returns
 * whether all elements agree. slack may be NULL. */
bool golden_compare(const char *file, const char *tensor, const float *got, const cJSON *want,
                    double tolerance, const double *slack);
bool golden_compare_number(const char *file, const char *name, double got, double want,
                           double tolerance);
/* Compares every tensor of block (laid out like the net's parameters) with object. */
bool golden_compare_block(const char *file, const char *what, const struct net *n,
                          const float *block, const cJSON *object, double tolerance,
                          const double *slack);

#endif
