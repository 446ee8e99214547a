/* test_process_request.c - parameters of /process, and its data in each format. */
#include "server/protocols/udpipe/process_request.h"

#include "tests/unit/suite.h"

#include <string.h>

static struct process_request q;
static struct err e;

/* Reads the names and values of the query, which end with NULL. */
static enum status take(const char *const *pairs)
{
    struct http_pair query[8];
    int n = 0;

    for (; pairs[2 * n]; n++)
        query[n] = (struct http_pair){pairs[2 * n], pairs[2 * n + 1]};
    process_request_release(&q);
    q = (struct process_request){0};
    e = (struct err){0};
    return process_request_read(
        &q, &(struct http_req){.query = query, .num_query = n, .content_type = "", .body = ""}, &e);
}

#define TAKE(...) take((const char *const[]){__VA_ARGS__, NULL})

static void teardown(void)
{
    process_request_release(&q);
    q = (struct process_request){0};
}

static void expect_body(const char *type, const char *body)
{
    ck_assert_str_eq(q.type, type);
    ck_assert_str_eq(q.body, body);
    ck_assert_uint_eq(q.body_len, strlen(body));
}

START_TEST(text_is_split_by_the_tokenizer)
{
    ck_assert_int_eq(TAKE("data", "a \"b\"\n", "tokenizer", "", "tagger", ""), ST_OK);
    expect_body("application/json", "{\"text\":\"a \\\"b\\\"\\n\",\"input\":\"text\"}");
    ck_assert(q.tag && !q.parse && !q.conllu && !q.model);
    ck_assert_int_eq(
        TAKE("data", "a", "tokenizer", "presegmented;normalized_spaces", "parser", "x"), ST_OK);
    expect_body("application/json", "{\"text\":\"a\",\"input\":\"sentences\"}");
    ck_assert(!q.tag && q.parse);
    ck_assert_int_eq(TAKE("data", "a", "input", "generic_tokenizer", "model", "m"), ST_OK);
    expect_body("application/json", "{\"text\":\"a\",\"input\":\"text\"}");
    ck_assert_str_eq(q.model, "m");
}
END_TEST

START_TEST(a_line_of_horizontal_is_a_sentence)
{
    ck_assert_int_eq(TAKE("data", "The dog .\nIt \t ran\r\n", "input", "horizontal"), ST_OK);
    expect_body("application/json",
                "{\"text\":\"The\\ndog\\n.\\n\\nIt\\nran\\n\\n\",\"input\":\"vertical\"}");
    ck_assert_int_eq(TAKE("data", "New\xC2\xA0York is\xC2\xA0", "input", "horizontal"), ST_OK);
    expect_body("application/json", "{\"text\":\"New York\\nis \\n\",\"input\":\"vertical\"}");
}
END_TEST

START_TEST(the_first_column_of_vertical_is_the_word)
{
    ck_assert_int_eq(TAKE("data", "The\tDET\ndog\r\n\nNew York\nran", "input", "vertical"), ST_OK);
    expect_body("application/json",
                "{\"text\":\"The\\ndog\\n\\nNew York\\nran\\n\",\"input\":\"vertical\"}");
}
END_TEST

START_TEST(data_without_a_format_are_conllu)
{
    ck_assert_int_eq(TAKE("data", "1\ta"), ST_OK);
    expect_body("text/x-conllu", "1\ta");
    ck_assert(q.conllu);
    ck_assert_int_eq(TAKE("data", "1\ta", "input", "conllu=v2", "output", "conllu=v2"), ST_OK);
    ck_assert(q.conllu);
}
END_TEST

START_TEST(what_cannot_be_done_is_refused_with_its_place)
{
    ck_assert_int_eq(TAKE("tokenizer", ""), ST_INVALID);
    ck_assert_str_eq(e.pointer, "?data");
    ck_assert_int_eq(TAKE("data", "a", "output", "matxin"), ST_INVALID);
    ck_assert_str_eq(e.pointer, "?output");
    ck_assert_int_eq(TAKE("data", "a", "input", "epe"), ST_INVALID);
    ck_assert_str_eq(e.pointer, "?input");
    ck_assert_int_eq(TAKE("data", "a", "tokenizer", "normalized_spaces;ranges"), ST_INVALID);
    ck_assert_str_eq(e.pointer, "?tokenizer");
    ck_assert_ptr_nonnull(strstr(e.message, "'ranges'"));
}
END_TEST

START_TEST(the_data_are_bounded)
{
    size_t n = (8 << 20) + 1;
    char *data = malloc(n + 1);

    memset(data, 'a', n);
    data[n] = '\0';
    ck_assert_int_eq(TAKE("data", data, "tokenizer", ""), ST_TOO_LARGE);
    data[n - 1] = '\0';
    ck_assert_int_eq(TAKE("data", data, "tokenizer", ""), ST_OK);
    teardown();
    free(data);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("process_request");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, text_is_split_by_the_tokenizer);
    tcase_add_test(tc, a_line_of_horizontal_is_a_sentence);
    tcase_add_test(tc, the_first_column_of_vertical_is_the_word);
    tcase_add_test(tc, data_without_a_format_are_conllu);
    tcase_add_test(tc, what_cannot_be_done_is_refused_with_its_place);
    tcase_add_test(tc, the_data_are_bounded);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
