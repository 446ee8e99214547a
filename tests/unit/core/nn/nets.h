/* nets.h - nets and workspaces for the tests of passes. */
#ifndef TESTS_UNIT_CORE_NN_NETS_H
#define TESTS_UNIT_CORE_NN_NETS_H

#include <lstm/net.h>
#include <string.h>

struct net *new_net(const struct net_config *c);

struct net_work *new_work(const struct net_config *c, int t, int b, bool training);

void random_floats(float *v, size_t n, uint64_t seed);

#endif
