/* model.h - the inside of a tagger, shared by the files of this folder. */
#ifndef LSTM_CORE_TAGGING_MODEL_H
#define LSTM_CORE_TAGGING_MODEL_H

#include "core/tagging/wordlist.h"
#include <lstm/tagger.h>

struct tagger {
    struct params params; /* resolved */
    struct net *net;
    struct wordlist words; /* words.words[0] is WORD_UNKNOWN */
    struct wordlist tags;
    struct tagger_evaluation evaluation;
    bool evaluated;
};

/* The net that the parameters and the lists ask for. */
struct net_config tagger_net_config(const struct tagger *t);

/* ST_INVALID naming the place when a token or tag is empty, too long, no UTF-8 or has control
 * characters. what: "token" or "tag"; sentence and position count from 0. */
enum status tagging_check_text(const char *s, const char *what, int sentence, int position,
                               struct err *e);
/* Length and all tokens of a sentence. */
enum status tagging_check_sentence(const struct sentence_view *s, int sentence, struct err *e);

#endif
