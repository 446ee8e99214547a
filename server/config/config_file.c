/* config_file.c - the configuration file: "key = value" lines, read with inih.
 *
 * inih gets the file from memory line by line. So messages can name the line, and text that inih
 * would silently cut or join (long lines, NUL bytes, continued lines) is refused. */
#include "server/config/config_table.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20 };

struct reading {
    struct config *config;
    const char *name;     /* of the file */
    const char *at, *end; /* the rest of the text */
    int line;             /* number of the last line read, from 1 */
    bool seen[CONFIG_KEYS];
    enum status st;
    struct err *e;
};

static int stop(struct reading *r, enum status st)
{
    r->st = st;
    r->at = r->end;
    return 0;
}

/* An ini_reader: returns the next line, as fgets() would. */
static char *next_line(char *out, int cap, void *reading)
{
    struct reading *r = reading;
    const char *newline;
    size_t n;

    if (r->st || r->at >= r->end)
        return NULL;
    newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    n = newline ? (size_t)(newline - r->at) + 1 : (size_t)(r->end - r->at);
    r->line++;
    if (n >= (size_t)cap) {
        stop(r,
             err_set(r->e, ST_INVALID,
                     "%s:%d: the line is longer than %d bytes; shorten it or use the environment",
                     r->name, r->line, cap - 2));
        return NULL;
    }
    memcpy(out, r->at, n);
    out[n] = '\0';
    r->at += n;
    return out;
}

/* An ini_handler. */
static int take_pair(void *reading, const char *section, const char *name, const char *value)
{
    struct reading *r = reading;
    char place[200];
    int k;

    if (r->st)
        return 0;
    (void)snprintf(place, sizeof place, "%.80s:%d: %.80s", r->name, r->line, name);
    if (section[0])
        return stop(r, err_set(r->e, ST_INVALID,
                               "%s stands in the section [%s]; keys stand without sections", place,
                               section));
    k = config_find(name);
    if (k < 0)
        return stop(r, config_unknown(place, name, "", r->e));
    if (r->seen[k])
        return stop(r, err_set(r->e, ST_INVALID,
                               "%s is given twice, or the line begins with a blank", place));
    r->seen[k] = true;
    if (config_set(r->config, k, value, place, r->e))
        return stop(r, ST_INVALID);
    r->config->origin[k] = CONFIG_FILE;
    r->config->line[k] = r->line;
    return 1;
}

enum status config_read_text(struct config *c, const char *name, const char *text, size_t len,
                             struct err *e)
{
    struct reading r = {.config = c, .name = name, .at = text, .end = text + len, .e = e};
    int line;

    free(c->file);
    c->file = strdup(name);
    if (!c->file)
        return err_nomem(e, strlen(name) + 1);
    if (memchr(text, '\0', len))
        return err_set(e, ST_INVALID, "%s holds a NUL byte; it must be a text file", name);
    line = ini_parse_stream(next_line, &r, take_pair, &r);
    if (r.st)
        return r.st;
    if (line > 0)
        return err_set(e, ST_INVALID, "%s:%d: neither a comment nor \"key = value\"", name, line);
    return line < 0 ? err_nomem(e, 0) : ST_OK;
}

enum status config_read_file(struct config *c, const char *path, struct err *e)
{
    FILE *f = fopen(path, "rbe");
    char *text = NULL;
    size_t n = 0;
    enum status st = ST_OK;

    if (!f)
        return err_set(e, ST_IO, "configuration %s cannot be read: %s", path, strerror(errno));
    text = malloc(FILE_MAX + 1);
    if (!text)
        st = err_nomem(e, FILE_MAX + 1);
    if (!st) {
        n = fread(text, 1, FILE_MAX + 1, f);
        if (ferror(f))
            st = err_set(e, ST_IO, "configuration %s cannot be read: %s", path, strerror(errno));
        else if (n > FILE_MAX)
            st = err_set(e, ST_TOO_LARGE, "configuration %s is longer than 1 MiB", path);
    }
    if (!st)
        st = config_read_text(c, path, text, n, e);
    free(text);
    (void)fclose(f);
    return st;
}
