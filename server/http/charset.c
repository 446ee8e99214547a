/* charset.c - see charset.h. iconv of the C library converts. Only charsets of a list are accepted,
 * all without a state: a client's name is never passed to iconv, because it could load any
 * conversion of the system. */
#include "server/http/charset.h"

#include "server/http/field.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 40, STEP = 16384 };

/* Names of the IANA registry and of the WHATWG's list, with iconv's name; NULL for UTF-8 itself. */
static const struct {
    const char *name, *iconv;
} charsets[] = {
    {"utf-8", NULL},
    {"utf8", NULL},
    {"us-ascii", NULL}, /* a subset of UTF-8; any other byte is checked as UTF-8 */
    {"ascii", NULL},
    {"iso-8859-1", "ISO-8859-1"},
    {"iso8859-1", "ISO-8859-1"},
    {"iso_8859-1", "ISO-8859-1"},
    {"latin1", "ISO-8859-1"},
    {"latin-1", "ISO-8859-1"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-15", "ISO-8859-15"},
    {"latin9", "ISO-8859-15"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1252", "CP1252"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1257", "CP1257"},
    {"cp1250", "CP1250"},
    {"cp1251", "CP1251"},
    {"cp1252", "CP1252"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"utf-16", "UTF-16"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
    {"utf-32", "UTF-32"},
    {"utf-32le", "UTF-32LE"},
    {"utf-32be", "UTF-32BE"},
    {"shift_jis", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"euc-kr", "EUC-KR"},
    {"gb18030", "GB18030"},
    {"gbk", "GBK"},
    {"big5", "BIG5"},
};

/* ---- the parameter ---- */

static bool is_text(const char *header)
{
    static const char *const types[] = {"text/", "application/json", "application/jsonl",
                                        "application/x-ndjson",
                                        "application/x-www-form-urlencoded"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strncasecmp(header, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

enum status charset_find(const char **out, const char *header, struct err *e)
{
    char name[NAME_MAX_BYTES + 1];

    *out = NULL;
    if (!header || !is_text(header) || !field_parameter(name, sizeof(name), header, "charset"))
        return ST_OK;
    for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
        if (strcasecmp(charsets[i].name, name) == 0) {
            *out = charsets[i].iconv;
            return ST_OK;
        }
    return err_set(
        e, ST_UNSUPPORTED,
        "the charset '%s' is not read; send utf-8, or iso-8859-1, windows-1252 or utf-16", name);
}

/* ---- the body ---- */

static enum status convert(struct buf *out, iconv_t cd, const struct buf *body, const char *charset,
                           struct err *e)
{
    char *in = body->data, room[STEP];
    size_t left = body->len;
    enum status st = ST_OK;

    while (!st && left > 0) {
        char *to = room;
        size_t space = sizeof(room);
        size_t rc = iconv(cd, &in, &left, &to, &space);
        int why = errno;

        buf_add(out, room, sizeof(room) - space);
        st = buf_status(out, e);
        if (!st && rc == (size_t)-1 && why != E2BIG)
            st = err_set(e, ST_MALFORMED, "byte %zu of the body is not %s, the charset it has",
                         body->len - left + 1, charset);
    }
    return st;
}

enum status charset_decode(struct buf *body, const char *charset, struct err *e)
{
    iconv_t cd;
    struct buf out;
    enum status st;

    if (body->len == 0)
        return ST_OK;
    cd = iconv_open("UTF-8", charset);
    if ((intptr_t)cd == -1)
        return errno == ENOMEM
                   ? err_nomem(e, 0)
                   : err_set(e, ST_UNSUPPORTED,
                             "this system has no table of the charset %s; send utf-8", charset);
    buf_init(&out, body->max);
    st = convert(&out, cd, body, charset, e);
    (void)iconv_close(cd);
    if (st == ST_TOO_LARGE)
        err_set(e, ST_TOO_LARGE, "the body is more than %zu bytes as UTF-8 (max_body_bytes)",
                body->max);
    if (st) {
        buf_release(&out);
        return st;
    }
    buf_release(body);
    *body = out;
    return ST_OK;
}
