/* plot.c - see plot.h. */
#include "server/formats/chart/plot.h"

#include <math.h>
#include <stdio.h>

enum { LABEL_GAP = 8, LINE_HEIGHT = 15, BASELINE = 4, TICK = 4 };
/* Pixels that a tick's label needs on the axis; one of the second line needs about as many. */
enum { TICK_ROOM = 62 };

double plot_x(const struct plot *p, double row)
{
    return p->left + (p->right - p->left) * row / (p->rows > 1 ? p->rows - 1 : 1);
}

double plot_y(const struct plot *p, double value)
{
    return p->bottom - (p->bottom - p->top) * value_axis_place(&p->values, value);
}

void plot_value_axis(struct buf *out, const struct plot *p)
{
    double ticks[VALUE_TICKS_MAX];
    int n = value_axis_ticks(ticks, &p->values);

    for (int i = 0; i < n; i++) {
        double y = plot_y(p, ticks[i]);
        char text[32];

        buf_printf(out, "<path class=\"" SVG_GRID "\" d=\"M%.1f %.1fH%.1f\"/>", p->left, y,
                   p->right);
        snprintf(text, sizeof(text), "%.6g", ticks[i]);
        svg_text(out, NULL, p->left - LABEL_GAP, y + BASELINE, SVG_END, text);
    }
}

/* A label centred on its tick, moved inwards if it would leave the picture. */
static void tick_label(struct buf *out, const struct plot *p, const char *class, double x, double y,
                       const char *text)
{
    double half = svg_text_width(text) / 2;

    if (x + half > p->right + LABEL_GAP)
        svg_text(out, class, p->right + LABEL_GAP, y, SVG_END, text);
    else
        svg_text(out, class, x, y, SVG_MIDDLE, text);
}

static void draw_ticks(struct buf *out, const struct plot *p, const struct time_tick *ticks, int n)
{
    double y = p->bottom + TICK + LINE_HEIGHT;

    for (int i = 0; i < n; i++) {
        double x = plot_x(p, ticks[i].row);

        buf_printf(out, "<path class=\"" SVG_GRID "\" d=\"M%.1f %.1fv%d\"/>", x, p->bottom, TICK);
        tick_label(out, p, NULL, x, y, ticks[i].label);
        if (ticks[i].second[0])
            tick_label(out, p, SVG_NOTE, x, y + LINE_HEIGHT, ticks[i].second);
    }
}

static int most_ticks(const struct plot *p)
{
    int n = (int)((p->right - p->left) / TICK_ROOM);

    return n < 2 ? 2 : (n < TIME_TICKS_MAX ? n : TIME_TICKS_MAX);
}

void plot_time_axis(struct buf *out, const struct plot *p, const struct timeline *t)
{
    struct time_tick ticks[TIME_TICKS_MAX];

    draw_ticks(out, p, ticks, time_axis_ticks(ticks, t, p->rows, most_ticks(p)));
}

void plot_count_axis(struct buf *out, const struct plot *p, int first, const char *name)
{
    struct time_tick ticks[TIME_TICKS_MAX];
    struct timeline counted = timeline_index();

    counted.start = first;
    draw_ticks(out, p, ticks, time_axis_ticks(ticks, &counted, p->rows, most_ticks(p)));
    svg_text(out, SVG_NOTE, (p->left + p->right) / 2, p->bottom + TICK + 2 * LINE_HEIGHT,
             SVG_MIDDLE, name);
}

static bool is_drawn(const double *v, int n, int i)
{
    return i >= 0 && i < n && isfinite(v[i]);
}

void plot_line(struct buf *out, const struct plot *p, const char *class, const double *v, int n,
               int first)
{
    buf_printf(out, "<path class=\"%s\" d=\"", class);
    for (int i = 0; i < n; i++) {
        if (!is_drawn(v, n, i))
            continue;
        buf_printf(out, "%c%.1f %.1f", is_drawn(v, n, i - 1) ? 'L' : 'M', plot_x(p, first + i),
                   plot_y(p, v[i]));
        if (!is_drawn(v, n, i - 1) && !is_drawn(v, n, i + 1))
            buf_puts(out, "h.01"); /* with round ends: a dot */
    }
    buf_puts(out, "\"/>\n");
}
