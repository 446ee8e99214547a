/* test_memory.c - memory of large requests. */
#include "server/base/memory.h"
#include "tests/unit/suite.h"

#include <stdlib.h>

START_TEST(a_hint_changes_nothing)
{
    static const size_t sizes[] = {0, 1, 4096, (2 << 20) - 1, 4 << 20, (9 << 20) + 17};

    memory_will_fill(NULL, 100);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *p = calloc(sizes[i] + 1, 1);

        ck_assert_ptr_nonnull(p);
        memory_will_fill(p, sizes[i]);
        for (size_t k = 0; k <= sizes[i]; k += 512) {
            ck_assert_int_eq(p[k], 0);
            p[k] = 1;
        }
        free(p);
        memory_after_request(sizes[i]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("memory");

    tcase_add_test(t, a_hint_changes_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
