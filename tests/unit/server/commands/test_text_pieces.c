/* test_text_pieces.c - a long text in pieces. */
#include "server/commands/text_pieces.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

/* Reads all pieces of a text; they must make the text again. */
static int pieces_of(const char *text, size_t n, size_t *longest)
{
    FILE *f = n ? fmemopen((void *)(uintptr_t)text, n, "r") : fopen("/dev/null", "r");
    struct text_pieces t;
    struct err e = {0};
    size_t at = 0;
    int count = 0;

    ck_assert_ptr_nonnull(f);
    *longest = 0;
    text_pieces_init(&t, f);
    for (bool more = true; more;) {
        struct buf b;

        ck_assert_int_eq(text_pieces_next(&b, &t, &e), ST_OK);
        ck_assert(at + b.len <= n && (!b.len || memcmp(text + at, b.data, b.len) == 0));
        at += b.len;
        *longest = b.len > *longest ? b.len : *longest;
        count += b.len > 0;
        more = b.len > 0;
        buf_release(&b);
    }
    ck_assert_uint_eq(at, n);
    text_pieces_release(&t);
    fclose(f);
    return count;
}

START_TEST(short_texts_are_one_piece)
{
    size_t longest;

    ck_assert_int_eq(pieces_of("", 0, &longest), 0);
    ck_assert_int_eq(pieces_of("a\nb", 3, &longest), 1);
}
END_TEST

START_TEST(long_texts_end_at_lines)
{
    enum { LINES = 40000 };
    static const char line[] = "The dog ate it.\n";
    size_t n = LINES * strlen(line), longest;
    char *text = malloc(n + 1);

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < LINES; i++)
        memcpy(text + i * strlen(line), line, strlen(line));
    ck_assert_int_eq(pieces_of(text, n, &longest), 5);
    ck_assert_uint_le(longest, PIECE_BYTES);
    ck_assert_uint_eq(longest % strlen(line), 0);
    free(text);
}
END_TEST

START_TEST(blank_lines_come_first)
{
    size_t n = PIECE_BYTES + 1000, longest;
    char *text = malloc(n);

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', n);
    for (size_t i = 79; i < n; i += 80)
        text[i] = '\n';
    text[PIECE_BYTES - 1002] = text[PIECE_BYTES - 1001] = '\n';
    ck_assert_int_eq(pieces_of(text, n, &longest), 2);
    ck_assert_uint_eq(longest, PIECE_BYTES - 1000);
    free(text);
}
END_TEST

START_TEST(a_longer_line_makes_a_longer_piece)
{
    size_t n = 3 * PIECE_BYTES, longest;
    char *text = malloc(n);

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', n);
    text[2 * PIECE_BYTES] = '\n';
    ck_assert_int_eq(pieces_of(text, n, &longest), 2);
    ck_assert_uint_eq(longest, 2 * PIECE_BYTES + 1);
    free(text);
}
END_TEST

START_TEST(an_endless_line_is_refused)
{
    FILE *f = fopen("/dev/zero", "r");
    struct text_pieces t;
    struct err e = {0};
    struct buf b;

    ck_assert_ptr_nonnull(f);
    text_pieces_init(&t, f);
    ck_assert_int_eq(text_pieces_next(&b, &t, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "longer than 4 MiB"));
    buf_release(&b);
    text_pieces_release(&t);
    fclose(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text_pieces");
    TCase *t = tcase_create("text_pieces");

    tcase_add_test(t, short_texts_are_one_piece);
    tcase_add_test(t, long_texts_end_at_lines);
    tcase_add_test(t, blank_lines_come_first);
    tcase_add_test(t, a_longer_line_makes_a_longer_piece);
    tcase_add_test(t, an_endless_line_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
