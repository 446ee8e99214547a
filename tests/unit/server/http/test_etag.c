/* test_etag.c - lists of entity tags: their grammar, and which tags they hold. */
#include "server/http/etag.h"

#include "server/http/http.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *header;
    bool valid;
} lists[] = {
    {"*", true},
    {" * ", true},
    {"\"a\"", true},
    {"W/\"a\"", true},
    {"\"\"", true},
    {"\"a\", \"b\"", true},
    {"\"a\",W/\"b\"", true},
    {"\"a\" , ,\"b\"", true},
    {"\"a,b\"", true},
    {"", false},
    {" ", false},
    {"a", false},
    {"\"a", false},
    {"a\"", false},
    {"\"a\" \"b\"", false},
    {"*, \"a\"", false},
    {"\"a\", b", false},
    {"w/\"a\"", false},
    {"'a'", false},
    {"**", false},
};

START_TEST(lists_of_etags_are_checked)
{
    ck_assert_msg(etag_list_valid(lists[_i].header) == lists[_i].valid, "'%s'", lists[_i].header);
}
END_TEST

static const struct {
    const char *header;
    bool listed;
} etags[] = {
    {"\"abc\"", true},
    {"W/\"abc\"", true},
    {"*", true},
    {" * ", false},
    {"\"x\", \"abc\"", true},
    {"\"x\",W/\"y\" , W/\"abc\"", true},
    {"\"abcd\"", false},
    {"\"ab\"", false},
    {"abc", false},
    {"\"abc", false},
    {"", false},
    {"\"\"", false},
    {"\"a,b\", \"abc\"", true},
    {"w/\"abc\"", false},
    {"\"x\" garbage \"abc\"", false},
};

START_TEST(entity_tags_are_compared)
{
    ck_assert_msg(etag_listed(etags[_i].header, "abc", false) == etags[_i].listed, "%s",
                  etags[_i].header);
}
END_TEST

START_TEST(the_tag_of_a_compressed_answer_is_told_from_the_plain_one)
{
    const char *at = "W/\"abc-gzip\"";
    struct http_etag tag;

    ck_assert(etag_listed("\"x\", \"abc-gzip\"", "abc", true));
    ck_assert(!etag_listed("\"x\", \"abc-gzip\"", "abc", false));
    ck_assert(!etag_listed("\"abc\", \"-gzip\"", "abc", true));
    ck_assert(etag_listed("*", "abc", true));
    ck_assert(http_etag_next(&tag, &at));
    ck_assert(tag.gzip && tag.weak);
    ck_assert_uint_eq(tag.len, 3);
}
END_TEST

START_TEST(a_list_is_read_tag_by_tag)
{
    const char *at = " \"a,b\" , W/\"c\",, \"\" nothing";
    struct http_etag tag;

    ck_assert(http_etag_next(&tag, &at));
    ck_assert_uint_eq(tag.len, 3);
    ck_assert_mem_eq(tag.value, "a,b", 3);
    ck_assert(!tag.weak);
    ck_assert(http_etag_next(&tag, &at));
    ck_assert_uint_eq(tag.len, 1);
    ck_assert_mem_eq(tag.value, "c", 1);
    ck_assert(tag.weak);
    ck_assert(http_etag_next(&tag, &at));
    ck_assert_uint_eq(tag.len, 0);
    ck_assert(!http_etag_next(&tag, &at));
    ck_assert(http_etag_any("*"));
    ck_assert(!http_etag_any("\"*\""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http etag");
    TCase *t = tcase_create("etag");

    tcase_add_loop_test(t, lists_of_etags_are_checked, 0, sizeof(lists) / sizeof(lists[0]));
    tcase_add_loop_test(t, entity_tags_are_compared, 0, sizeof(etags) / sizeof(etags[0]));
    tcase_add_test(t, the_tag_of_a_compressed_answer_is_told_from_the_plain_one);
    tcase_add_test(t, a_list_is_read_tag_by_tag);
    suite_add_tcase(s, t);
    return suite_run(s);
}
