/* input_file.c - see input_file.h. */
#include "server/commands/input_file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *extension, *type;
} types[] = {{".csv", "text/csv"},
             {".tsv", "text/tab-separated-values"},
             {".json", "application/json"},
             {".jsonl", "application/jsonl"},
             {".ndjson", "application/jsonl"},
             {".conllu", "text/x-conllu"}};
enum { TYPES = sizeof types / sizeof *types };

bool input_is_file(const char *operand)
{
    struct stat s;

    return strcmp(operand, "-") == 0 || strchr(operand, '/') ||
           (stat(operand, &s) == 0 && !S_ISDIR(s.st_mode));
}

/* The length of path without the extension, or 0 when it has another one. */
static size_t without(const char *path, size_t n, const char *extension)
{
    size_t m = strlen(extension);

    return n > m && strncasecmp(path + n - m, extension, m) == 0 ? n - m : 0;
}

enum status input_open(struct input_file *in, const struct invocation *v, const char *path,
                       struct err *e)
{
    size_t n = strlen(path), shorter = without(path, n, ".gz");
    struct stat s;

    *in = (struct input_file){0};
    if (strcmp(path, "-") == 0) {
        in->f = v->io.in;
        in->standard = true;
        return ST_OK;
    }
    in->f = fopen(path, "re");
    if (!in->f)
        return err_set(e, errno == ENOENT ? ST_NOT_FOUND : ST_IO, "cannot read %.300s: %s", path,
                       strerror(errno));
    if (fstat(fileno(in->f), &s) == 0 && S_ISDIR(s.st_mode)) {
        input_close(in);
        return err_set(e, ST_INVALID, "%.300s is a folder; name a file", path);
    }
    if (shorter) {
        in->coding = "gzip";
        n = shorter;
    }
    for (int i = 0; i < TYPES; i++)
        if (without(path, n, types[i].extension))
            in->type = types[i].type;
    return ST_OK;
}

void input_close(struct input_file *in)
{
    if (in->f && !in->standard)
        (void)fclose(in->f);
    in->f = NULL;
}

void input_name(char out[INPUT_NAME_MAX + 1], const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot;
    size_t n = strlen(base), m = 0;

    if (without(base, n, ".gz"))
        n -= strlen(".gz");
    dot = memrchr(base, '.', n);
    if (dot && dot > base)
        n = (size_t)(dot - base);
    for (size_t i = 0; i < n && m < INPUT_NAME_MAX; i++) {
        unsigned char c = (unsigned char)base[i];

        if (c < 0x80 && isalnum(c))
            out[m++] = (char)tolower(c);
        else if (m > 0 && (c == '_' || c == '.'))
            out[m++] = (char)c;
        else if (m > 0 && out[m - 1] != '-')
            out[m++] = '-';
    }
    while (m > 0 && !isalnum((unsigned char)out[m - 1]))
        m--;
    out[m] = '\0';
    if (!m)
        (void)snprintf(out, INPUT_NAME_MAX + 1, "data");
}
