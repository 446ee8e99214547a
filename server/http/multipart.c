/* multipart.c - see multipart.h. One pass: the end of each part is found by its boundary. */
#include "server/http/multipart.h"

#include "server/http/field.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1024 };

/* ---- the boundary ---- */

/* Whether s consists of "bchars" of RFC 2046; a blank must not be the last one. */
static bool boundary_ok(const char *s)
{
    static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "'()+_,-./:=? ";
    size_t n = strlen(s);

    return n > 0 && n <= MULTIPART_BOUNDARY_MAX && strspn(s, chars) == n && s[n - 1] != ' ';
}

enum status multipart_begin(struct multipart *m, const char *content_type, const char *body,
                            size_t len, struct err *e)
{
    char boundary[MULTIPART_BOUNDARY_MAX + 2];

    *m = (struct multipart){.at = body, .end = body + len};
    if (!field_parameter(boundary, sizeof(boundary), content_type, "boundary"))
        return err_set(e, ST_MALFORMED,
                       "Content-Type: multipart/form-data has no boundary; leave the header to the "
                       "client, which knows it (curl -F file=@FILE, or FormData in a browser)");
    if (!boundary_ok(boundary))
        return err_set(e, ST_MALFORMED,
                       "the boundary '%.80s' is not of 1 to %d letters, digits and '()+_,-./:=?",
                       boundary, MULTIPART_BOUNDARY_MAX);
    m->delimiter_len = (size_t)snprintf(m->delimiter, sizeof(m->delimiter), "\r\n--%s", boundary);
    return ST_OK;
}

/* After a boundary: "--" ends the body; otherwise a part begins on the next line. */
static enum status read_boundary_end(struct multipart *m, struct err *e)
{
    bool last = m->end - m->at >= 2 && m->at[0] == '-' && m->at[1] == '-';
    const char *s = m->at + (last ? 2 : 0);

    while (s < m->end && (*s == ' ' || *s == '\t'))
        s++;
    if (last)
        while (s < m->end && strchr(" \t\r\n", *s) && *s)
            s++;
    else if (m->end - s >= 2 && s[0] == '\r' && s[1] == '\n')
        s += 2;
    else
        s = NULL;
    if (!s || (last && s < m->end))
        return err_set(e, ST_MALFORMED,
                       last ? "something follows the last boundary of the form; send nothing"
                            : "a boundary of the form must stand on a line that ends with CRLF");
    m->at = s;
    m->done = last;
    return ST_OK;
}

/* Reads the first boundary, which no CRLF has to precede. */
static enum status read_first(struct multipart *m, struct err *e)
{
    const char *first = m->delimiter + 2;
    size_t n = m->delimiter_len - 2;

    if (m->end - m->at >= 2 && memcmp(m->at, "\r\n", 2) == 0)
        m->at += 2;
    if ((size_t)(m->end - m->at) < n || memcmp(m->at, first, n) != 0)
        return err_set(e, ST_MALFORMED,
                       "the form does not begin with '%s', as the boundary of its Content-Type "
                       "wants",
                       first);
    m->at += n;
    return read_boundary_end(m, e);
}

/* ---- the header of a part ---- */

static bool names(const char *line, const char *name)
{
    return strncasecmp(line, name, strlen(name)) == 0;
}

/* A long file name loses its beginning, because its end has the extension. */
static void read_file_name(struct multipart_part *p, const char *line)
{
    char text[LINE_MAX_BYTES];
    size_t n;

    p->is_file = field_parameter(text, sizeof(text), line, "filename") ||
                 field_parameter(text, sizeof(text), line, "filename*");
    if (!p->is_file)
        return;
    n = strlen(text);
    if (n >= sizeof(p->file_name))
        memmove(text, text + n + 1 - sizeof(p->file_name), sizeof(p->file_name));
    memcpy(p->file_name, text, strlen(text) + 1);
}

static enum status read_disposition(struct multipart_part *p, const char *line, struct err *e)
{
    const char *value = line + strspn(line, " \t");
    size_t n = strcspn(value, "; \t");

    if (n != 9 || !names(value, "form-data"))
        return err_set(e, ST_MALFORMED, "part %d of the form is '%.40s', not form-data", p->number,
                       value);
    if (p->name[0] || p->is_file)
        return err_set(e, ST_MALFORMED, "part %d of the form has two Content-Disposition lines",
                       p->number);
    if (!field_parameter(p->name, sizeof(p->name), value, "name") || !p->name[0])
        return err_set(e, ST_MALFORMED, "part %d of the form has no name", p->number);
    read_file_name(p, value);
    return ST_OK;
}

static enum status read_type(struct multipart_part *p, const char *line, struct err *e)
{
    const char *value = line + strspn(line, " \t");

    if (p->type[0])
        return err_set(e, ST_MALFORMED, "part %d of the form has two Content-Type lines",
                       p->number);
    if (names(value, "multipart/"))
        return err_set(e, ST_MALFORMED,
                       "part %d of the form is multipart itself; send each file by a request of "
                       "its own",
                       p->number);
    (void)snprintf(p->type, sizeof(p->type), "%s", value);
    return ST_OK;
}

static enum status read_coding(const struct multipart_part *p, const char *line, struct err *e)
{
    const char *value = line + strspn(line, " \t");

    if (names(value, "7bit") || names(value, "8bit") || names(value, "binary"))
        return ST_OK;
    return err_set(e, ST_MALFORMED,
                   "part %d of the form has the Content-Transfer-Encoding '%.40s'; send the bytes "
                   "as they are",
                   p->number, value);
}

static enum status read_line(struct multipart_part *p, const char *line, struct err *e)
{
    const char *colon = strchr(line, ':');

    if (!colon || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
        return err_set(e, ST_MALFORMED, "part %d of the form has the header line '%.60s'",
                       p->number, line);
    if (names(line, "Content-Disposition:"))
        return read_disposition(p, colon + 1, e);
    if (names(line, "Content-Type:"))
        return read_type(p, colon + 1, e);
    if (names(line, "Content-Transfer-Encoding:"))
        return read_coding(p, colon + 1, e);
    return ST_OK;
}

/* Copies the line at m->at without its CRLF, NUL-terminated, into out. */
static enum status take_line(char out[LINE_MAX_BYTES], const struct multipart_part *p,
                             struct multipart *m, struct err *e)
{
    const char *nl = memchr(m->at, '\n', (size_t)(m->end - m->at));
    size_t n = nl ? (size_t)(nl - m->at) : 0;

    if (!nl || n == 0 || m->at[n - 1] != '\r')
        return err_set(e, ST_MALFORMED,
                       "the header of part %d of the form has a line that does not end with CRLF",
                       p->number);
    if (--n >= LINE_MAX_BYTES)
        return err_set(e, ST_TOO_LARGE,
                       "the header of part %d of the form has a line of more than %d bytes",
                       p->number, LINE_MAX_BYTES - 1);
    memcpy(out, m->at, n);
    out[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)out[i] < ' ' && out[i] != '\t')
            return err_set(e, ST_MALFORMED,
                           "the header of part %d of the form has a control character", p->number);
    m->at = nl + 1;
    return ST_OK;
}

static enum status read_head(struct multipart_part *p, struct multipart *m, struct err *e)
{
    const char *from = m->at;
    char line[LINE_MAX_BYTES];
    enum status st = take_line(line, p, m, e);

    while (!st && line[0]) {
        st = read_line(p, line, e);
        if (!st && m->at - from > MULTIPART_HEAD_MAX)
            st = err_set(e, ST_TOO_LARGE,
                         "the header of part %d of the form is longer than %d bytes", p->number,
                         MULTIPART_HEAD_MAX);
        if (!st)
            st = take_line(line, p, m, e);
    }
    if (!st && !p->name[0])
        st = err_set(e, ST_MALFORMED,
                     "part %d of the form has no Content-Disposition: form-data; name=\"...\"",
                     p->number);
    return st;
}

/* ---- parts ---- */

enum status multipart_next(struct multipart_part *out, struct multipart *m, bool *more,
                           struct err *e)
{
    enum status st = m->parts == 0 && !m->done ? read_first(m, e) : ST_OK;
    const char *stop;

    *more = false;
    if (st || m->done)
        return st;
    *out = (struct multipart_part){.number = ++m->parts};
    if (m->parts > MULTIPART_PARTS_MAX)
        return err_set(e, ST_TOO_LARGE, "the form has more than %d parts", MULTIPART_PARTS_MAX);
    st = read_head(out, m, e);
    if (st)
        return st;
    /* In a part without bytes, the CRLF of the empty line belongs to the boundary. */
    stop = memmem(m->at - 2, (size_t)(m->end - m->at) + 2, m->delimiter, m->delimiter_len);
    if (!stop)
        return err_set(e, ST_MALFORMED,
                       "part %d of the form is not ended by its boundary '%s'; was all of it sent?",
                       out->number, m->delimiter + 2);
    out->data = m->at;
    out->len = stop < m->at ? 0 : (size_t)(stop - m->at);
    m->at = stop + m->delimiter_len;
    *more = true;
    return read_boundary_end(m, e);
}
