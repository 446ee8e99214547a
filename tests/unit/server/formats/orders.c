/* orders.c - see orders.h. */
#include "tests/unit/server/formats/orders.h"

static void swap(int *a, int *b)
{
    int t = *a;

    *a = *b;
    *b = t;
}

/* Makes the next order of n numbers; false after the last one. */
static bool next_order(int *order, int n)
{
    int i = n - 2, k = n - 1;

    while (i >= 0 && order[i] > order[i + 1])
        i--;
    if (i < 0)
        return false;
    while (order[k] < order[i])
        k--;
    swap(&order[i], &order[k]);
    for (int a = i + 1, b = n - 1; a < b; a++, b--)
        swap(&order[a], &order[b]);
    return true;
}

void in_every_order(const char *head, const char *const *members, int n, const char *tail,
                    void (*check)(const struct buf *text))
{
    int order[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct buf text;

    buf_init(&text, 1 << 16);
    do {
        text.len = 0;
        buf_printf(&text, "%s{", head);
        for (int i = 0; i < n; i++)
            buf_printf(&text, "%s%s", i ? "," : "", members[order[i]]);
        buf_printf(&text, "}%s", tail);
        check(&text);
    } while (next_order(order, n));
    buf_release(&text);
}
