/* test_json_tagged.c - a sentence is the same, and has the same fault, in whatever order its
 * members come. */
#include "server/formats/json_body.h"
#include "tests/unit/server/formats/orders.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {
    .max_sentences = 4, .max_tokens = 20, .max_json_depth = 8};

static void read_body(struct json_body *body, const struct buf *text)
{
    const struct json_body_options o = {.sentences = true, .limits = &limits};
    struct err e = {0};

    ck_assert_msg(!json_body_read(body, &o, text->data, text->len, &e), "%s", e.message);
    ck_assert_int_eq(body->kind, DATA_TAGGED);
}

/* Of tags and upos, the same column under two names, tags counts where both are there. */
static void check_one(const struct buf *text)
{
    struct json_body body;
    const struct tagged_sentence *s;

    read_body(&body, text);
    ck_assert_msg(!body.st, "%s: %s", text->data, body.err.message);
    s = &body.tagged.items[0];
    ck_assert_int_eq(s->length, 2);
    ck_assert_str_eq(s->form[0], "the");
    ck_assert_str_eq(s->form[1], "dog");
    ck_assert_str_eq(s->upos[0], "D");
    ck_assert_str_eq(s->upos[1], "N");
    ck_assert_ptr_null(s->xpos[0]);
    ck_assert_str_eq(s->xpos[1], "NN");
    json_body_release(&body);
}

START_TEST(members_come_in_any_order)
{
    static const char *const members[] = {"\"tokens\":[\"the\",\"dog\"]", "\"tags\":[\"D\",null]",
                                          "\"upos\":[\"X\",\"N\"]", "\"xpos\":[null,\"NN\"]"};

    in_every_order("{\"sentences\":[", members, 4, "]}", check_one);
}
END_TEST

static void check_fault(const struct buf *text)
{
    struct json_body body;

    read_body(&body, text);
    ck_assert_int_eq(body.st, ST_INVALID);
    ck_assert_str_eq(body.err.pointer, "/sentences/0/tokens/1");
    ck_assert_int_eq(body.tagged.count, 0);
    json_body_release(&body);
}

START_TEST(the_same_of_several_faults_is_found)
{
    static const char *const members[] = {"\"tokens\":[\"a\",3,\"\"]", "\"tags\":[\"D\"]",
                                          "\"upos\":[\"\",1,{}]", "\"xpos\":7"};

    in_every_order("{\"sentences\":[", members, 4, ",{}]}", check_fault);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json tagged");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, members_come_in_any_order);
    tcase_add_test(t, the_same_of_several_faults_is_found);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
