/* test_lru.c - entries are found by their hash and leave in the order of their use. */
#include "server/base/lru.h"

#include <check.h>
#include <stdlib.h>

enum { BUCKETS = 4, ENTRIES = 20 };

struct entry {
    int key;
    struct lru_node node;
};

static struct lru_node *bucket[BUCKETS];
static struct lru lru;
static struct entry entries[ENTRIES];

static struct entry *find(int key)
{
    for (struct lru_node *n = lru_chain(&lru, (uint32_t)key); n; n = n->chain) {
        struct entry *e = LRU_ENTRY(n, struct entry, node);

        if (e->key == key)
            return e;
    }
    return NULL;
}

static void fill(void)
{
    lru_init(&lru, bucket, BUCKETS);
    for (int i = 0; i < ENTRIES; i++) {
        entries[i].key = i;
        lru_add(&lru, &entries[i].node, (uint32_t)i);
    }
}

START_TEST(entries_are_found_until_they_leave)
{
    fill();
    for (int i = 0; i < ENTRIES; i++)
        ck_assert_ptr_eq(find(i), &entries[i]);
    ck_assert_ptr_null(find(ENTRIES));
    for (int i = 0; i < ENTRIES; i += 3) { /* at both ends of chains and between */
        lru_remove(&lru, &entries[i].node);
        ck_assert_ptr_null(find(i));
    }
    for (int i = 0; i < ENTRIES; i++)
        ck_assert_ptr_eq(find(i), i % 3 ? &entries[i] : NULL);
}
END_TEST

START_TEST(the_oldest_is_the_longest_unused)
{
    fill();
    lru_touch(&lru, &entries[0].node); /* the oldest */
    lru_touch(&lru, &entries[7].node); /* one between */
    lru_touch(&lru, &entries[7].node); /* the newest already */
    lru_remove(&lru, &entries[ENTRIES - 1].node);
    for (int i = 1; i < ENTRIES - 1; i++) {
        if (i == 7)
            continue;
        ck_assert_ptr_eq(lru.oldest, &entries[i].node);
        lru_remove(&lru, lru.oldest);
    }
    ck_assert_ptr_eq(lru.oldest, &entries[0].node);
    ck_assert_ptr_eq(lru.newest, &entries[7].node);
    ck_assert_ptr_eq(lru.newest->older, lru.oldest);
    ck_assert_ptr_null(lru.newest->newer);
    lru_remove(&lru, lru.oldest);
    lru_remove(&lru, lru.newest);
    ck_assert_ptr_null(lru.newest);
    ck_assert_ptr_null(lru.oldest);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lru");
    TCase *t = tcase_create("lru");
    SRunner *r;
    int failed;

    tcase_add_test(t, entries_are_found_until_they_leave);
    tcase_add_test(t, the_oldest_is_the_longest_unused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
