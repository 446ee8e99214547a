/* svg.c - see svg.h. One chart is WIDTH x HEIGHT; colours come from classes, so that the style
 * sheet can follow the reader's light or dark scheme. */
#include "server/formats/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDTH = 840,
    HEIGHT = 340,
    LEFT = 76,
    RIGHT = 20,
    TOP = 44,
    BOTTOM = 40,
    TICKS = 6,
    DATE_LENGTH = 10
};

static const char style[] =
    "<style>svg{background:#fff}text{font:12px system-ui,sans-serif;fill:#333}.t{font-size:15px;"
    "font-weight:600}.g{stroke:#8884;stroke-width:1}.h{fill:none;stroke:#333;stroke-width:1.4}"
    ".m{fill:none;stroke:#1f6feb;stroke-width:2}.w{fill:none;stroke:#d29922;stroke-width:1.6;"
    "stroke-dasharray:5 3}.b{fill:#1f6feb;fill-opacity:.18;stroke:none}"
    "@media(prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}.h{stroke:#ddd}}</"
    "style>\n";

struct chart {
    const struct svg_forecast *f;
    double low, high, step; /* of the value axis */
    int steps;              /* history and horizon together */
    int top;
};

/* XML has no way to write most control characters: U+FFFD stands for them. */
static void escape(struct buf *out, const char *s)
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

/* ---- axes ---- */

static void widen(struct chart *c, const double *v, int n)
{
    for (int i = 0; v && i < n; i++)
        if (isfinite(v[i])) {
            c->low = fmin(c->low, v[i]);
            c->high = fmax(c->high, v[i]);
        }
}

/* 1, 2 or 5 times a power of ten, so that about TICKS of them cover the range. */
static double nice_step(double range)
{
    double raw = range / TICKS, power = pow(10, floor(log10(raw))), part = raw / power;

    return power * (part <= 1 ? 1 : (part <= 2 ? 2 : (part <= 5 ? 5 : 10)));
}

static void fit_axis(struct chart *c)
{
    const struct svg_forecast *f = c->f;
    double room;

    c->low = INFINITY;
    c->high = -INFINITY;
    widen(c, f->history, f->history_length);
    widen(c, f->mean, f->horizon);
    widen(c, f->truth, f->horizon);
    for (int i = 0; i < f->num_bands; i++) {
        widen(c, f->bands[i].lower, f->horizon);
        widen(c, f->bands[i].upper, f->horizon);
    }
    if (!(c->low <= c->high)) {
        c->low = 0;
        c->high = 1;
    }
    room = fmax(c->high - c->low, 1e-9 * fmax(fabs(c->high), fabs(c->low)));
    if (room < 1e-300)
        room = 1;
    c->step = nice_step(room);
    c->low = floor(c->low / c->step) * c->step;
    c->high = ceil((c->high + room * 1e-9) / c->step) * c->step;
}

static double x_of(const struct chart *c, int i)
{
    double n = c->steps > 1 ? c->steps - 1 : 1;

    return LEFT + (WIDTH - LEFT - RIGHT) * i / n;
}

static double y_of(const struct chart *c, double v)
{
    return c->top + TOP + (HEIGHT - TOP - BOTTOM) * (c->high - v) / (c->high - c->low);
}

static void value_axis(struct buf *out, const struct chart *c)
{
    for (int i = 0; i <= 4 * TICKS; i++) {
        double v = c->low + i * c->step;

        if (v > c->high + c->step / 2)
            break;
        if (fabs(v) < c->step * 1e-9)
            v = 0;
        buf_printf(out, "<path class=\"g\" d=\"M%d %.1fH%d\"/>", LEFT, y_of(c, v), WIDTH - RIGHT);
        buf_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.6g</text>\n", LEFT - 8,
                   y_of(c, v) + 4, v);
    }
}

static void time_axis(struct buf *out, const struct chart *c)
{
    int every = (c->steps + TICKS - 1) / TICKS;
    const char *format = c->f->time.style.format;
    bool day_first = !format[0] || strncmp(format, "%Y-%m-%d", 8) == 0;
    char text[TIME_TEXT_MAX];

    for (int i = 0; i<c->steps; i += every> 0 ? every : 1) {
        timeline_text(text, &c->f->time, i);
        if (day_first) /* its clock has no room */
            text[DATE_LENGTH] = '\0';
        buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x_of(c, i),
                   c->top + HEIGHT - BOTTOM + 20);
        escape(out, text);
        buf_puts(out, "</text>\n");
    }
}

/* ---- curves ---- */

/* Points of v at steps from first on; a gap begins a new piece. */
static void line(struct buf *out, const struct chart *c, const char *class, const double *v, int n,
                 int first)
{
    bool down = false;

    buf_printf(out, "<path class=\"%s\" d=\"", class);
    for (int i = 0; i < n; i++) {
        if (isfinite(v[i]))
            buf_printf(out, "%c%.1f %.1f", down ? 'L' : 'M', x_of(c, first + i), y_of(c, v[i]));
        down = isfinite(v[i]);
    }
    buf_puts(out, "\"/>\n");
}

static void band(struct buf *out, const struct chart *c, const struct svg_band *b)
{
    int first = c->f->history_length, n = c->f->horizon;

    buf_puts(out, "<path class=\"b\" d=\"");
    for (int i = 0; i < n; i++)
        buf_printf(out, "%c%.1f %.1f", i ? 'L' : 'M', x_of(c, first + i), y_of(c, b->upper[i]));
    for (int i = n - 1; i >= 0; i--)
        buf_printf(out, "L%.1f %.1f", x_of(c, first + i), y_of(c, b->lower[i]));
    buf_puts(out, "Z\"/>\n");
}

static void legend(struct buf *out, const struct chart *c)
{
    int x = WIDTH - RIGHT - 350, y = c->top + 20;

    buf_printf(out, "<path class=\"h\" d=\"M%d %dh20\"/><text x=\"%d\" y=\"%d\">history</text>", x,
               y, x + 26, y + 4);
    buf_printf(out, "<path class=\"m\" d=\"M%d %dh20\"/><text x=\"%d\" y=\"%d\">forecast</text>",
               x + 84, y, x + 110, y + 4);
    if (c->f->truth)
        buf_printf(out, "<path class=\"w\" d=\"M%d %dh20\"/><text x=\"%d\" y=\"%d\">truth</text>",
                   x + 290, y, x + 316, y + 4);
    if (c->f->num_bands == 0)
        return;
    buf_printf(out, "<rect class=\"b\" x=\"%d\" y=\"%d\" width=\"20\" height=\"12\"/>", x + 176,
               y - 6);
    buf_printf(out, "<text x=\"%d\" y=\"%d\">", x + 202, y + 4);
    for (int i = c->f->num_bands - 1; i >= 0; i--)
        buf_printf(out, "%g %%%s", c->f->bands[i].level, i ? ", " : "");
    buf_puts(out, "</text>\n");
}

static void draw(struct buf *out, const struct svg_forecast *f, int top)
{
    struct chart c = {.f = f, .top = top, .steps = f->history_length + f->horizon};

    fit_axis(&c);
    buf_printf(out, "<text class=\"t\" x=\"%d\" y=\"%d\">", LEFT, top + 25);
    escape(out, f->title);
    buf_puts(out, "</text>\n");
    value_axis(out, &c);
    time_axis(out, &c);
    for (int i = 0; i < f->num_bands; i++)
        band(out, &c, &f->bands[i]);
    line(out, &c, "h", f->history, f->history_length, 0);
    if (f->truth)
        line(out, &c, "w", f->truth, f->horizon, f->history_length);
    line(out, &c, "m", f->mean, f->horizon, f->history_length);
    legend(out, &c);
}

void svg_write_forecasts(struct buf *out, const struct svg_forecast *f, int count)
{
    int height = HEIGHT * (count > 0 ? count : 1);
    char text[TIME_TEXT_MAX];

    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
               "height=\"%d\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">Forecast",
               WIDTH, height, WIDTH, height);
    for (int i = 0; i < count; i++) {
        buf_puts(out, i ? ", " : " of ");
        escape(out, f[i].title);
    }
    buf_puts(out, "</title>\n<desc id=\"d\">");
    if (count > 0 && f[0].horizon > 0) {
        buf_printf(out, "%d steps from ", f[0].horizon);
        escape(out, timeline_text(text, &f[0].time, f[0].history_length));
        buf_puts(out, " to ");
        escape(out, timeline_text(text, &f[0].time, f[0].history_length + f[0].horizon - 1));
        buf_puts(out, ".");
    }
    buf_puts(out, "</desc>\n");
    buf_puts(out, style);
    for (int i = 0; i < count; i++)
        draw(out, &f[i], i * HEIGHT);
    buf_puts(out, "</svg>\n");
}
