/* test_gate.c - writers take turns in the order in which they came. */
#include "server/store/sqlite/gate.h"
#include "tests/unit/suite.h"

#include <sched.h>
#include <stdatomic.h>

struct turns {
    struct gate gate;
    atomic_int order;
    int place[8];
};

struct turn {
    struct turns *all;
    int number;
};

static void *take_turn(void *ctx)
{
    struct turn *t = ctx;

    ck_assert(gate_enter(&t->all->gate, 60000));
    t->all->place[t->number] = atomic_fetch_add(&t->all->order, 1);
    gate_leave(&t->all->gate);
    return NULL;
}

START_TEST(writers_take_turns)
{
    struct turns t = {0};
    struct turn turn[8];
    pthread_t thread[8];

    ck_assert(gate_init(&t.gate));
    ck_assert(gate_enter(&t.gate, 0));
    ck_assert(!gate_enter(&t.gate, 0)); /* not in time, and out of the queue again */
    ck_assert(!gate_enter(&t.gate, 5));
    for (int i = 0; i < 8; i++) {
        turn[i] = (struct turn){&t, i};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, take_turn, &turn[i]), 0);
        while (gate_waiting(&t.gate) < i + 1) /* each is in the queue before the next comes */
            sched_yield();
    }
    gate_leave(&t.gate);
    for (int i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(t.place[i], i);
    ck_assert(gate_enter(&t.gate, 0));
    gate_leave(&t.gate);
    gate_release(&t.gate);
}
END_TEST

static void *wait_in_vain(void *ctx)
{
    struct gate *g = ctx;

    ck_assert(!gate_enter(g, 400));
    return NULL;
}

static void until_waiting(struct gate *g, int n)
{
    while (gate_waiting(g) < n)
        sched_yield();
}

/* A writer that gives up is between two others, or the last one: the queue stays intact. */
START_TEST(who_gives_up_leaves_no_gap)
{
    struct turns t = {0};
    struct turn turn[3] = {{&t, 0}, {&t, 1}, {&t, 2}};
    pthread_t thread[3], vain;

    ck_assert(gate_init(&t.gate));
    ck_assert(gate_enter(&t.gate, 0));
    ck_assert_int_eq(pthread_create(&thread[0], NULL, take_turn, &turn[0]), 0);
    until_waiting(&t.gate, 1);
    ck_assert_int_eq(pthread_create(&vain, NULL, wait_in_vain, &t.gate), 0);
    until_waiting(&t.gate, 2);
    ck_assert_int_eq(pthread_create(&thread[1], NULL, take_turn, &turn[1]), 0);
    until_waiting(&t.gate, 3);
    pthread_join(vain, NULL);
    ck_assert_int_eq(gate_waiting(&t.gate), 2);
    ck_assert(!gate_enter(&t.gate, 1)); /* now the last */
    ck_assert_int_eq(pthread_create(&thread[2], NULL, take_turn, &turn[2]), 0);
    until_waiting(&t.gate, 3);
    gate_leave(&t.gate);
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(t.place[i], i);
    gate_release(&t.gate);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gate");
    TCase *t = tcase_create("all");

    tcase_add_test(t, writers_take_turns);
    tcase_add_test(t, who_gives_up_leaves_no_gap);
    suite_add_tcase(s, t);
    return suite_run(s);
}
