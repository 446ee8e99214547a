/* test_tagged_lines.c - tagged sentences in lines. */
#include "server/formats/tagged_lines.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct data_limits limits = {.max_sentences = 4, .max_tokens = 12};

/* "word/TAG word/TAG | ...": upos, or xpos behind a '^'; the message and the line of an error. */
static const char *shown(const char *text, struct tagged_lines *shape)
{
    static struct buf b;
    struct tagged_set set;
    struct err e = {0};

    buf_release(&b);
    buf_init(&b, 1 << 16);
    if (tagged_lines_read(&set, shape, text, strlen(text), &limits, &e)) {
        ck_assert_int_eq(set.count, 0);
        buf_printf(&b, "%s", e.message);
        if (e.line)
            buf_printf(&b, " (%ld)", e.line);
    }
    for (int i = 0; i < set.count; i++)
        for (int k = 0; k < set.items[i].length; k++) {
            const struct tagged_sentence *s = &set.items[i];

            buf_printf(&b, "%s%s", i && !k ? "| " : "", s->form[k]);
            buf_printf(&b, "%s%s%s",
                       s->upos[k]   ? "/"
                       : s->xpos[k] ? "^"
                                    : "",
                       s->upos[k]   ? s->upos[k]
                       : s->xpos[k] ? s->xpos[k]
                                    : "",
                       k + 1 < s->length || i + 1 < set.count ? " " : "");
        }
    tagged_set_release(&set);
    return b.data ? b.data : "";
}

#define NONE                                                                                       \
    "the text is neither lines of a word and its tag, separated by a tab or blanks, with as many " \
    "columns in each and blank lines between sentences, nor sentences like The/DT dog/NN"

static const struct {
    const char *text, *shown;
} texts[] = {
    {"The\tDET\ndog\tNOUN\n\nA\tDET\ncat\tNOUN\n", "The/DET dog/NOUN | A/DET cat/NOUN"},
    {"\xef\xbb\xbfThe DET\r\ntall ADJ\r\n\r\n\r\nWho PRON\r\n? PUNCT",
     "The/DET tall/ADJ | Who/PRON ?/PUNCT"},
    {"New York\tNNP\n10 000\tCD\nis\t_\n\n", "New York^NNP 10 000^CD is"},
    /* CoNLL-2000 and -2003 */
    {"He PRP B-NP\nreckons VBZ B-VP\nthe DT B-NP\ndeficit NN I-NP\n. . O\n",
     "He^PRP reckons^VBZ the^DT deficit^NN .^."},
    {"-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n-DOCSTART- -X- -X- O\n\n"
     "Peter NNP B-NP B-PER\n",
     "EU^NNP rejects^VBZ | Peter^NNP"},
    {"EU\tB-ORG\nrejects\tO\nit\tO\n", "EU^B-ORG rejects^O it^O"},
    /* lemmas before and behind the tags; numbered words */
    {"The\tDT\tthe\ndogs\tNNS\tdog\nthe\tDT\tthe\ncat\tNN\tcat\n", "The^DT dogs^NNS the^DT cat^NN"},
    {"The\tthe\tDET\ndogs\tdog\tNOUN\n", "The/DET dogs/NOUN"},
    {"1\tThe\tDET\n2\tdog\tNOUN\n\n1\tIt\tPRON\n", "The/DET dog/NOUN | It/PRON"},
    /* tags behind the words */
    {"The/DT dog/NN barks/VBZ ./.\n\t1\\/2/CD and/or/CC\n",
     "The^DT dog^NN barks^VBZ .^. | 1/2^CD and/or^CC"},
    {"The_DET dog_NOUN\n\nIt_PRON\n", "The/DET dog/NOUN | It/PRON"},
    /* neither */
    {"ds\ty\n2020-01\t5\n2020-02\t6\n", NONE},
    {"5\t6\n7\t8\n", NONE},
    {"and so on\n", NONE},
    {"two words\n", NONE},
    {"Dear Anna\n", NONE},
    {"Anna Smith\nBob Jones\n\nEve O\n", NONE},
    {"\xe4\xbb\x8a \xe5\xa4\xa9\n", NONE},
    {"Dear <img src=x>, it rained\n", NONE},
    {"Le DET:ART\nchat NOM\ndort VER:pres\n", "Le^DET:ART chat^NOM dort^VER:pres"},
    {"one\ntwo\n", NONE},
    {"The DET\nold tall ADJ\n", NONE},
    {"http://example.com/x\n", NONE},
    {"", NONE},
    {"a\tDET\n\xff\tDET\n", "line 2 is not valid UTF-8 (2)"},
    {"a\tX\n\nb\tX\n\nc\tX\n\nd\tX\n\ne\tX\n", "more than max_sentences = 4 sentences (9)"},
    {"a/X b/X c/X d/X e/X f/X g/X h/X i/X j/X k/X l/X m/X", "more than 12 words (1)"},
};

START_TEST(texts_are_read_or_refused)
{
    struct tagged_lines shape;

    ck_assert_str_eq(shown(texts[_i].text, &shape), texts[_i].shown);
}
END_TEST

/* A later line differs from the layout at the beginning. */
START_TEST(a_line_that_differs_is_named)
{
    struct tagged_lines shape;
    struct buf b;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 2000; i++)
        buf_puts(&b, "\n");
    for (int i = 0; i < 2; i++)
        buf_puts(&b, i ? "b\tX\tY\n" : "a\tX\n");
    ck_assert_str_eq(shown(b.data, &shape), NONE); /* nothing was seen of it */
    buf_release(&b);
    buf_init(&b, 1 << 20);
    buf_puts(&b, "a\tX\n");
    for (int i = 0; i < 2000; i++)
        buf_puts(&b, "\n");
    buf_puts(&b, "b\tX\tY\n");
    ck_assert_str_eq(shown(b.data, &shape),
                     "the line has 3 columns; those before it have 2 (2002)");
    buf_release(&b);
}
END_TEST

START_TEST(the_shape_is_told)
{
    struct tagged_lines shape;

    (void)shown("-DOCSTART- -X- O\n\nEU NNP B-NP\nsays VBZ O\n", &shape);
    ck_assert(shape.layout == TAGGED_COLUMNS && shape.mark == ' ' && shape.columns == 3 &&
              shape.word == 0 && shape.tag == 1 && !shape.upos && shape.documents == 1 &&
              shape.first_document == 1);
    (void)shown("a/DET b/NOUN\n", &shape);
    ck_assert(shape.layout == TAGGED_MARKED && shape.mark == '/' && shape.upos);
}
END_TEST

START_TEST(words_and_tags_are_written)
{
    static const char text[] = "The\tDET\ndog\t_\n\nA\tDET\n\n";
    struct tagged_lines shape;
    struct tagged_set set;
    struct err e = {0};
    struct buf b;

    ck_assert_int_eq(tagged_lines_read(&set, &shape, text, strlen(text), &limits, &e), ST_OK);
    buf_init(&b, 1 << 10);
    tagged_lines_write(&b, &set);
    ck_assert_str_eq(b.data, text);
    tagged_set_release(&set);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagged lines");
    TCase *t = tcase_create("tagged lines");

    tcase_add_loop_test(t, texts_are_read_or_refused, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_test(t, a_line_that_differs_is_named);
    tcase_add_test(t, the_shape_is_told);
    tcase_add_test(t, words_and_tags_are_written);
    suite_add_tcase(s, t);
    return suite_run(s);
}
