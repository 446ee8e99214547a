/* process_result.h - tagged CoNLL-U in the formats that /process writes. Private to udpipe/. */
#ifndef SERVER_PROTOCOLS_UDPIPE_PROCESS_RESULT_H
#define SERVER_PROTOCOLS_UDPIPE_PROCESS_RESULT_H

#include "server/protocols/udpipe/process_request.h"

/* Appends the response to q. conllu (len bytes): the data, tagged; without a tagger in q, tags that
 * were not in the data are left out. model: its name. */
void process_result_put(struct buf *b, const struct process_request *q, const char *model,
                        const char *conllu, size_t len);

#endif
