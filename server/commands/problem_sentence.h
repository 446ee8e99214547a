/* problem_sentence.h - the error of the HTTP interface as one sentence. */
#ifndef SERVER_COMMANDS_PROBLEM_SENTENCE_H
#define SERVER_COMMANDS_PROBLEM_SENTENCE_H

#include <lstm/status.h>

/* body: a problem document (RFC 9457), or what a proxy in front has answered. Fills e, and returns
 * the status that stands for the HTTP status: see session_send(). */
enum status problem_sentence(long status, const char *body, size_t len, struct err *e);

#endif
