/* svg.c - see svg.h. Colours are given by classes, so that the style sheet can follow the reader's
 * light or dark scheme. */
#include "server/formats/chart/svg.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Pixels of an average character of the plain text (12 px) and of a title (15 px, semibold). */
#define CHARACTER_WIDTH 6.7
#define TITLE_WIDTH     8.8

static const char style[] =
    "<style>svg{background:#fff}text{font:12px system-ui,sans-serif;fill:#333}"
    ".t{font-size:15px;font-weight:600}.s{font-size:11px;fill:#666}"
    ".g{stroke:#8884;stroke-width:1}.n{stroke:#888;stroke-width:1;stroke-dasharray:2 3}"
    ".h,.m,.w{fill:none;stroke-linecap:round}.h{stroke:#333;stroke-width:1.4}.m{stroke:#1f6feb;"
    "stroke-width:2}"
    ".w{stroke:#b8720a;stroke-width:1.6;stroke-dasharray:5 3}"
    ".b{fill:#1f6feb;fill-opacity:.18;stroke:none}"
    "@media(prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}.s{fill:#aaa}"
    ".h{stroke:#ddd}.m{stroke:#58a6ff}.b{fill:#58a6ff;fill-opacity:.22}.w{stroke:#e3a53c}}"
    "</style>\n";

void svg_escape(struct buf *out, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        default:
            if ((unsigned char)*s < 0x20 && !strchr("\t\n\r", *s))
                buf_puts(out, "\xef\xbf\xbd");
            else
                buf_add(out, s, 1);
        }
    }
}

void svg_open(struct buf *out, int width, int height, const char *title, const char *description)
{
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
               "height=\"%d\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">",
               width, height, width, height);
    svg_escape(out, title);
    buf_puts(out, "</title>\n<desc id=\"d\">");
    svg_escape(out, description);
    buf_puts(out, "</desc>\n");
    buf_puts(out, style);
}

void svg_close(struct buf *out)
{
    buf_puts(out, "</svg>\n");
}

static void open_text(struct buf *out, const char *class, double x, double y,
                      enum svg_anchor anchor)
{
    static const char *const places[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};

    buf_puts(out, "<text");
    if (class)
        buf_printf(out, " class=\"%s\"", class);
    buf_printf(out, " x=\"%.1f\" y=\"%.1f\"%s>", x, y, places[anchor]);
}

void svg_text(struct buf *out, const char *class, double x, double y, enum svg_anchor anchor,
              const char *text)
{
    open_text(out, class, x, y, anchor);
    svg_escape(out, text);
    buf_puts(out, "</text>\n");
}

enum { TEXT_ROOM = 512 }; /* bytes of a shortened text */

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += begins_character(*s);
    return n;
}

double svg_text_width(const char *text)
{
    return CHARACTER_WIDTH * (double)characters(text);
}

/* Cuts a text to `most` characters; if it was longer, the last of them is an ellipsis. */
static const char *shorten(char out[TEXT_ROOM], const char *text, size_t most)
{
    size_t seen = 0, bytes = 0;

    if (characters(text) <= most && strlen(text) < TEXT_ROOM)
        return text;
    for (; text[bytes] && bytes < TEXT_ROOM - 8; bytes++) {
        seen += begins_character(text[bytes]);
        if (seen >= most && begins_character(text[bytes]))
            break;
    }
    while (bytes > 0 && !begins_character(text[bytes]))
        bytes--;
    snprintf(out, TEXT_ROOM, "%.*s\xe2\x80\xa6", (int)bytes, text);
    return out;
}

void svg_text_within(struct buf *out, const char *class, double x, double y, double width,
                     const char *text)
{
    bool title = class && strcmp(class, SVG_TITLE) == 0;
    size_t most = width > 0 ? (size_t)(width / (title ? TITLE_WIDTH : CHARACTER_WIDTH)) : 0;
    char room[TEXT_ROOM];

    svg_text(out, class, x, y, SVG_START, shorten(room, text, most));
}

void svg_text_upwards(struct buf *out, const char *class, double x, double y, double width,
                      const char *text)
{
    char room[TEXT_ROOM];

    buf_printf(out, "<g transform=\"rotate(-90 %.1f %.1f)\">", x, y);
    svg_text(out, class, x, y, SVG_MIDDLE,
             shorten(room, text, width > 0 ? (size_t)(width / CHARACTER_WIDTH) : 0));
    buf_puts(out, "</g>\n");
}
