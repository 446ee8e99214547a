/* test_conllu.c - reading and writing CoNLL-U: what is kept, set and refused. */
#include "server/formats/conllu.h"
#include "server/formats/words.h"
#include <lstm/buf.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_sentences = 10, .max_tokens = 12};

/* Everything that the format has: comments, a range, empty nodes, features, dependencies, spaces in
 * forms, a line with CR, blank lines in a row, a comment behind the end. */
static const char everything[] = "# newdoc id = d\n"
                                 "# text = I can't go\n"
                                 "0.1\tyes\t_\tINTJ\tUH\t_\t_\t_\t_\t_\n"
                                 "1\tI\tI\tPRON\tPRP\tCase=Nom|Number=Sing\t4\tnsubj\t4:nsubj\t_\n"
                                 "2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                                 "2\tca\tcan\tAUX\tMD\t_\t4\taux\t_\t_\r\n"
                                 "3\tn't\tnot\t_\tRB\t_\t4\tadvmod\t_\t_\n"
                                 "3.1\tgone\t_\tVERB\t_\t_\t_\t_\t_\tCopy=1\n"
                                 "4\tgo\tgo\tVERB\t_\t_\t0\troot\t_\tSpacesAfter=\\n|X=\xC3\xA9\n"
                                 "\n"
                                 "\n"
                                 "# sent_id = 2\n"
                                 "1\tth\xE1\xBB\xA7 \xC4\x91\xC3\xB4\t_\tNOUN\tN\t_\t_\t_\t_\t_\r\n"
                                 "\r\n"
                                 "# behind\n";

static void read_all(struct tagged_set *s, const char *text)
{
    struct err e = {0};

    ck_assert_msg(conllu_read(s, text, strlen(text), &limits, &e) == ST_OK, "%s", e.message);
}

static void written(const struct tagged_set *s, const char *want)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    conllu_write(&b, s);
    ck_assert_int_eq(b.st, ST_OK);
    ck_assert_str_eq(b.data, want);
    buf_release(&b);
}

static void set(struct tagged_set *s, char **cell, const char *tag)
{
    *cell = tag ? tagged_set_tag(s, tag, strlen(tag)) : NULL;
}

START_TEST(words_and_tags_are_read)
{
    struct tagged_set s;

    read_all(&s, everything);
    ck_assert_int_eq(s.count, 2);
    ck_assert_int_eq(s.items[0].length, 4);
    ck_assert_str_eq(s.items[0].form[2], "n't");
    ck_assert_ptr_null(s.items[0].upos[2]);
    ck_assert_str_eq(s.items[0].xpos[2], "RB");
    ck_assert_str_eq(s.items[1].form[0], "th\xE1\xBB\xA7 \xC4\x91\xC3\xB4");
    tagged_set_release(&s);
}
END_TEST

START_TEST(what_was_read_is_written_byte_for_byte)
{
    struct tagged_set s;

    read_all(&s, everything);
    written(&s, everything);
    tagged_set_release(&s);
}
END_TEST

/* The first `from` behind `at` in text, which has room, becomes `to`. */
static void replace(char *text, const char *at, const char *from, const char *to)
{
    char *p = strstr(text, at);

    ck_assert_ptr_nonnull(p);
    p = strstr(p, from);
    ck_assert_ptr_nonnull(p);
    memmove(p + strlen(to), p + strlen(from), strlen(p + strlen(from)) + 1);
    memcpy(p, to, strlen(to));
}

START_TEST(tags_are_set_and_nothing_else_changes)
{
    struct tagged_set s;
    char want[sizeof(everything) + 16];

    read_all(&s, everything);
    set(&s, &s.items[0].upos[1], "X");
    set(&s, &s.items[0].upos[2], "PART");
    set(&s, &s.items[0].xpos[3], "VB");
    set(&s, &s.items[1].upos[0], NULL);
    memcpy(want, everything, sizeof(everything));
    replace(want, "2\tca", "AUX", "X");
    replace(want, "3\tn't", "_\tRB", "PART\tRB");
    replace(want, "4\tgo", "VERB\t_", "VERB\tVB");
    replace(want, "sent_id = 2", "NOUN", "_");
    written(&s, want);
    tagged_set_release(&s);
}
END_TEST

START_TEST(lemmas_and_features_are_read_and_set)
{
    static const char underscore[] = "1\t_\t_\tX\t_\tA=1\t_\t_\t_\t_\n\n";
    struct tagged_set s;
    struct err e = {0};
    char want[sizeof(everything) + 32];

    read_all(&s, everything);
    ck_assert_ptr_null(s.items[0].lemma);
    ck_assert_int_eq(conllu_read_words(&s, &e), ST_OK);
    ck_assert_str_eq(s.items[0].lemma[1], "can");
    ck_assert_str_eq(s.items[0].feats[0], "Case=Nom|Number=Sing");
    ck_assert_str_eq(s.items[0].feats[3], "_");
    ck_assert_ptr_null(s.items[1].lemma[0]);
    written(&s, everything);
    set(&s, &s.items[0].lemma[1], "be able");
    set(&s, &s.items[0].feats[1], "VerbForm=Fin");
    set(&s, &s.items[0].feats[0], "_");
    set(&s, &s.items[0].lemma[3], NULL); /* not found: as it was */
    memcpy(want, everything, sizeof(everything));
    replace(want, "2\tca", "can", "be able");
    replace(want, "be able", "MD\t_", "MD\tVerbForm=Fin");
    replace(want, "PRP", "Case=Nom|Number=Sing", "_");
    written(&s, want);
    tagged_set_release(&s);
    read_all(&s, underscore);
    ck_assert_int_eq(conllu_read_words(&s, &e), ST_OK);
    ck_assert_str_eq(s.items[0].lemma[0], "_"); /* of an underscore */
    s.items[0].source[0] = '#';                 /* the lines have fewer words than the sentence */
    ck_assert_int_eq(conllu_read_words(&s, &e), ST_OK);
    ck_assert_ptr_null(s.items[0].feats[0]);
    tagged_set_release(&s);
}
END_TEST

START_TEST(sentences_from_two_files_do_not_run_together)
{
    static const char one[] = "1\ta\t_\tX\t_\t_\t_\t_\t_\t_";
    struct tagged_set s;
    struct tagged_sentence *more;

    read_all(&s, one); /* no line end at its end */
    written(&s, one);
    more = tagged_set_add(&s, 1);
    ck_assert_ptr_nonnull(more);
    more->form[0] = tagged_set_text(&s, "b", 1);
    written(&s, "1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n\n1\tb\t_\t_\t_\t_\t_\t_\t_\t_\n\n");
    tagged_set_release(&s);
}
END_TEST

START_TEST(words_from_text_get_ranges_and_spaces)
{
    static const struct word_place places[] = {{0, 2, true, true, 0, 2, NULL, NULL},
                                               {3, 5, false, false, 3, 5, NULL, NULL},
                                               {5, 8, false, true, 5, 8, NULL, NULL},
                                               {8, 9, true, true, 8, 9, NULL, NULL}};
    static const char *const forms[] = {"We", "do", "n't", "."};
    struct tagged_set s;
    struct tagged_sentence *t;

    tagged_set_init(&s);
    t = tagged_set_add(&s, 4);
    ck_assert_ptr_nonnull(t);
    t->place = malloc(sizeof(places));
    ck_assert_ptr_nonnull(t->place);
    memcpy(t->place, places, sizeof(places));
    for (int i = 0; i < 4; i++)
        t->form[i] = tagged_set_text(&s, forms[i], strlen(forms[i]));
    set(&s, &t->upos[0], "PRON");
    written(&s, "# sent_id = 1\n# text = We don't.\n"
                "1\tWe\t_\tPRON\t_\t_\t_\t_\t_\t_\n"
                "2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                "2\tdo\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "3\tn't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                "4\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n");
    tagged_set_release(&s);
}
END_TEST

/* The text as it comes back from the forms and MISC of CoNLL-U. */
static char *rebuilt(const char *conllu)
{
    const char *at = conllu, *end = conllu + strlen(conllu);
    char *out = calloc(strlen(conllu) + 1, 1);
    struct conllu_line l;

    ck_assert_ptr_nonnull(out);
    while (conllu_next(&l, &at, end)) {
        char misc[512], form[512], after[512] = " ", *save = NULL;

        if (l.kind != CONLLU_WORD)
            continue;
        snprintf(misc, sizeof(misc), "%.*s", (int)l.column[CONLLU_MISC].len,
                 l.column[CONLLU_MISC].at);
        snprintf(form, sizeof(form), "%.*s", (int)l.column[CONLLU_FORM].len,
                 l.column[CONLLU_FORM].at);
        for (char *m = strtok_r(misc, "|", &save); m; m = strtok_r(NULL, "|", &save)) {
            char *value = strchr(m, '='), text[512] = "";

            for (const char *p = value ? value + 1 : ""; *p; p++) {
                char c = *p;

                if (c == '\\') {
                    c = *++p;
                    c = c == 's' ? ' ' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'n' ? '\n' : c;
                    c = c == 'p' ? '|' : c;
                }
                text[strlen(text)] = c;
            }
            if (strncmp(m, "SpacesBefore", 12) == 0)
                strcat(out, text);
            else if (strncmp(m, "SpaceAfter=No", 13) == 0)
                after[0] = '\0';
            else if (strncmp(m, "SpacesAfter", 11) == 0)
                strcpy(after, text);
            else if (strncmp(m, "SpacesInToken", 13) == 0)
                strcpy(form, text);
        }
        strcat(strcat(out, form), after);
    }
    return out;
}

static const char *const texts[] = {
    "The dog ate.",
    "The dog ate. ",
    "\xC2\xA0 The\tdog  ate.\r\n\r\nOK |\\ then\xE2\x80\xA8now.\n",
    "One.\n\n\nTwo. Three.\n",
    "\n one",
};

START_TEST(text_is_rebuilt_byte_for_byte)
{
    struct tagged_set s;
    struct err e = {0};
    struct buf out;
    char *text;

    ck_assert_int_eq(words_split(&s, texts[_i], strlen(texts[_i]), INPUT_TEXT, NULL, &limits, &e),
                     ST_OK);
    buf_init(&out, 1 << 20);
    if (_i % 2)
        conllu_write(&out, &s);
    else
        conllu_write_ranges(&out, &s);
    buf_add(&out, "", 1);
    ck_assert(_i % 2 || strstr(out.data, "TokenRange="));
    text = rebuilt(out.data);
    ck_assert_str_eq(text, texts[_i]);
    free(text);
    buf_release(&out);
    tagged_set_release(&s);
}
END_TEST

START_TEST(paragraphs_are_marked)
{
    static const char text[] = "One. Two.\nThree.\n\nFour.";
    struct tagged_set s;
    struct err e = {0};

    ck_assert_int_eq(words_split(&s, text, strlen(text), INPUT_TEXT, NULL, &limits, &e), ST_OK);
    ck_assert_int_eq(s.count, 4);
    for (int i = 0; i < s.count; i++)
        ck_assert_int_eq(s.items[i].place[0].newpar, i == 3);
    tagged_set_release(&s);
}
END_TEST

#define ROW(id) id "\ta\t_\tX\t_\t_\t_\t_\t_\t_\n"

static const struct {
    const char *text;
    enum status st;
    long line;
} bad[] = {
    {"", ST_INVALID, 0},
    {"# only a comment\n\n", ST_INVALID, 0},
    {ROW("2"), ST_MALFORMED, 1},
    {ROW("1") ROW("1"), ST_MALFORMED, 2},
    {ROW("1") "\n" ROW("2"), ST_MALFORMED, 3},
    {ROW("x"), ST_MALFORMED, 1},
    {ROW("1x"), ST_MALFORMED, 1},
    {ROW(""), ST_MALFORMED, 1},
    {ROW("1-"), ST_MALFORMED, 1},
    {ROW("-1"), ST_MALFORMED, 1},
    {ROW("1.2.3"), ST_MALFORMED, 1},
    {ROW("123456789012345678901234567890"), ST_MALFORMED, 1},
    {ROW("1-123456789012345678901234567890") ROW("1"), ST_MALFORMED, 1},
    {ROW("2-3") ROW("1"), ST_MALFORMED, 1},            /* before its first word */
    {ROW("1-1") ROW("1"), ST_MALFORMED, 1},            /* of one word */
    {ROW("1-2") ROW("1") "\n", ST_MALFORMED, 3},       /* a word is missing */
    {ROW("1-3") ROW("1") ROW("2-3"), ST_MALFORMED, 3}, /* overlapping */
    {ROW("1.1") ROW("1"), ST_MALFORMED, 1},            /* behind word 1 */
    {ROW("1") ROW("1.0"), ST_MALFORMED, 2},
    {"1\ta\n", ST_MALFORMED, 1},
    {"1 a _ X _ _ _ _ _ _\n", ST_MALFORMED, 1},
    {"1\ta\t_\tX\t_\t_\t_\t_\t_\t_\tmore\n", ST_MALFORMED, 1},
    {"1\t\t_\tX\t_\t_\t_\t_\t_\t_\n", ST_MALFORMED, 1},
    {"1\ta\t_\t\t_\t_\t_\t_\t_\t_\n", ST_MALFORMED, 1},
    {ROW("1") "1-2\t\t_\tX\t_\t_\t_\t_\t_\t_\n", ST_MALFORMED, 2},
    {ROW("1") "2\ta\x07\t_\tX\t_\t_\t_\t_\t_\t_\n", ST_MALFORMED, 2},
    {ROW("1") "\n# \xFF\n", ST_MALFORMED, 3},
    {"\n\n1\t\xED\xA0\x80\t_\tX\t_\t_\t_\t_\t_\t_\n", ST_MALFORMED, 3},
    {ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6") ROW("7") ROW("8") ROW("9") ROW("10")
         ROW("11") ROW("12") ROW("13"),
     ST_TOO_LARGE, 13},
    {ROW("1") "\n" ROW("1") "\n" ROW("1") "\n" ROW("1") "\n" ROW("1") "\n" ROW("1") "\n" ROW(
         "1") "\n" ROW("1") "\n" ROW("1") "\n" ROW("1") "\n" ROW("1") "\n",
     ST_TOO_LARGE, 22},
};

START_TEST(bad_lines_are_refused_with_their_number)
{
    struct tagged_set s;
    struct err e = {0};

    ck_assert_int_eq(conllu_read(&s, bad[_i].text, strlen(bad[_i].text), &limits, &e), bad[_i].st);
    ck_assert_int_eq(e.line, bad[_i].line);
    ck_assert_int_eq(s.count, 0);
    ck_assert_ptr_null(s.items);
    ck_assert_uint_gt(strlen(e.message), 10);
}
END_TEST

START_TEST(a_huge_form_is_taken_and_a_huge_tag_is_not)
{
    static const char *const before[] = {"1\t", "1\ta\t_\t"}, *const behind[] = {
                                                                  "\t_\tX\t_\t_\t_\t_\t_\t_\n",
                                                                  "\t_\t_\t_\t_\t_\t_\n"};
    size_t n = 3 << 20;
    char *text = malloc(n + 64);

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < 2; i++) {
        size_t head = strlen(before[i]);
        struct tagged_set s;
        struct err e = {0};
        enum status st;

        memcpy(text, before[i], head);
        memset(text + head, 'a', n);
        strcpy(text + head + n, behind[i]);
        st = conllu_read(&s, text, strlen(text), &limits, &e);
        ck_assert_int_eq(st, i ? ST_MALFORMED : ST_OK);
        ck_assert_int_eq(e.line, i);
        ck_assert_int_eq(strstr(e.message, "1024") != NULL, i);
        if (!st)
            ck_assert_uint_eq(strlen(s.items[0].form[0]), n);
        tagged_set_release(&s);
    }
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conllu");
    TCase *t = tcase_create("format");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, words_and_tags_are_read);
    tcase_add_test(t, what_was_read_is_written_byte_for_byte);
    tcase_add_test(t, tags_are_set_and_nothing_else_changes);
    tcase_add_test(t, lemmas_and_features_are_read_and_set);
    tcase_add_test(t, sentences_from_two_files_do_not_run_together);
    tcase_add_test(t, words_from_text_get_ranges_and_spaces);
    tcase_add_loop_test(t, text_is_rebuilt_byte_for_byte, 0,
                        (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_test(t, paragraphs_are_marked);
    tcase_add_loop_test(t, bad_lines_are_refused_with_their_number, 0,
                        (int)(sizeof(bad) / sizeof(bad[0])));
    tcase_add_test(t, a_huge_form_is_taken_and_a_huge_tag_is_not);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
