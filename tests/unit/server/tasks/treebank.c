/* treebank.c - see treebank.h. */
#include "tests/unit/server/tasks/treebank.h"

#include "server/formats/conllu.h"

static void add_word(struct buf *b, int id, const char *form, const char *tag, bool glued)
{
    buf_printf(b, "%d\t%s\t_\t%s\t_\t_\t_\t_\t_\t%s\n", id, form, tag,
               glued ? "SpaceAfter=No" : "_");
}

void put_treebank(struct fixture *f, const char *name, int sentences, bool text)
{
    static const char *const nouns[] = {"dog", "cat", "bird"}, *const verbs[] = {"runs", "sleeps"};
    struct tagged_set set;
    struct buf b;
    bool created;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < sentences; i++) {
        const char *noun = nouns[i % 3], *verb = verbs[i % 2];

        if (text)
            buf_printf(&b, "# text = The %s %s.\n", noun, verb);
        add_word(&b, 1, "The", "DET", false);
        add_word(&b, 2, noun, "NOUN", false);
        add_word(&b, 3, verb, "VERB", text);
        add_word(&b, 4, ".", "PUNCT", false);
        buf_puts(&b, "\n");
    }
    ck_ok(buf_status(&b, &f->e), &f->e);
    ck_ok(conllu_read(&set, b.data, b.len, &wide, &f->e), &f->e);
    ck_ok(store_dataset_put_tagged(f->store, name, &set, NULL, &created, &f->e), &f->e);
    tagged_set_release(&set);
    buf_release(&b);
}
