/* forecast_chart.c - see forecast_chart.h. The curves of the forecast all begin at the last
 * observation, where a dotted line stands. Everything to the right of it was not known. */
#include "server/formats/chart/forecast_chart.h"

#include "server/formats/chart/legend.h"
#include "server/formats/chart/plot.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { LEFT = 76, AXIS_TITLE = 12, RIGHT = 24, MARGIN = 12, NOTE_HEIGHT = 28, TITLE_BASELINE = 20 };
/* Up to STACKED charts stand one above the other, more in COLUMNS. */
enum { STACKED = 3, COLUMNS = 2 };

/* Sizes of one chart: the whole, the room for the title above the panel and for two lines of labels
 * below it, and the number of ticks of the value axis. */
struct layout {
    int columns, width, height, top, bottom, ticks;
};
static const struct layout stacked = {1, 840, 340, 34, 46, 6};
static const struct layout grid = {COLUMNS, 480, 250, 34, 46, 4};

static struct plot plot_of(const struct forecast_chart *f, const struct layout *l, int x, int y)
{
    struct plot p = {.left = x + LEFT,
                     .right = x + l->width - RIGHT,
                     .top = y + l->top,
                     .bottom = y + l->height - l->bottom,
                     .values = value_axis_empty(),
                     .rows = f->history_length + f->horizon};

    value_axis_widen(&p.values, f->history, f->history_length);
    value_axis_widen(&p.values, f->mean, f->horizon);
    value_axis_widen(&p.values, f->truth, f->horizon);
    for (int i = 0; i < f->num_bands; i++) {
        value_axis_widen(&p.values, f->bands[i].lower, f->horizon);
        value_axis_widen(&p.values, f->bands[i].upper, f->horizon);
    }
    value_axis_settle(&p.values, l->ticks);
    return p;
}

/* Whether the last row of the history has a value, to which the forecast is joined. */
static bool has_last(const struct forecast_chart *f)
{
    return f->history_length > 0 && isfinite(f->history[f->history_length - 1]);
}

static void draw_joined(struct buf *out, const struct plot *p, const struct forecast_chart *f,
                        const char *class, const double *v)
{
    int last = f->history_length - 1;

    if (has_last(f) && f->horizon > 0 && isfinite(v[0]))
        buf_printf(out, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>", class, plot_x(p, last),
                   plot_y(p, f->history[last]), plot_x(p, last + 1), plot_y(p, v[0]));
    plot_line(out, p, class, v, f->horizon, f->history_length);
}

static void band_side(struct buf *out, const struct plot *p, const double *v, int first, int from,
                      int to, int by, bool begins)
{
    for (int i = from; i != to; i += by) {
        buf_printf(out, "%c%.1f %.1f", begins ? 'M' : 'L', plot_x(p, first + i), plot_y(p, v[i]));
        begins = false;
    }
}

/* Draws an interval as far as both bounds are known. */
static void draw_band(struct buf *out, const struct plot *p, const struct forecast_chart *f,
                      const struct forecast_band *b)
{
    int first = f->history_length, n = 0;

    while (n < f->horizon && isfinite(b->lower[n]) && isfinite(b->upper[n]))
        n++;
    if (n == 0)
        return;
    buf_puts(out, "<path class=\"" SVG_BAND "\" d=\"");
    if (has_last(f))
        buf_printf(out, "M%.1f %.1f", plot_x(p, first - 1), plot_y(p, f->history[first - 1]));
    band_side(out, p, b->upper, first, 0, n, 1, !has_last(f));
    band_side(out, p, b->lower, first, n - 1, -1, -1, false);
    buf_puts(out, "Z\"/>\n");
}

/* The line where the forecast begins, with the time of its first step. */
static void draw_start(struct buf *out, const struct plot *p, const struct forecast_chart *f)
{
    double x = plot_x(p, f->history_length - 1);
    char text[TIME_TEXT_MAX];

    if (f->history_length < 1 || f->horizon < 1)
        return;
    buf_printf(out, "<path class=\"" SVG_NOW "\" d=\"M%.1f %.1fV%.1f\"/>\n", x, p->top, p->bottom);
    timeline_text(text, &f->time, f->history_length);
    if (x + 6 + svg_text_width(text) < p->right)
        svg_text(out, SVG_NOTE, x + 6, p->top + 10, SVG_START, text);
    else
        svg_text(out, SVG_NOTE, x - 6, p->top + 10, SVG_END, text);
}

static void draw(struct buf *out, const struct forecast_chart *f, const struct layout *l, int x,
                 int y)
{
    struct plot p = plot_of(f, l, x, y);

    svg_text_within(out, SVG_TITLE, p.left, y + TITLE_BASELINE, p.right - p.left, f->title);
    plot_value_axis(out, &p);
    if (f->values)
        svg_text_upwards(out, SVG_NOTE, x + AXIS_TITLE, (p.top + p.bottom) / 2, p.bottom - p.top,
                         f->values);
    plot_time_axis(out, &p, &f->time);
    for (int i = 0; i < f->num_bands; i++)
        draw_band(out, &p, f, &f->bands[i]);
    draw_start(out, &p, f);
    plot_line(out, &p, SVG_HISTORY, f->history, f->history_length, 0);
    if (f->truth)
        draw_joined(out, &p, f, SVG_TRUTH, f->truth);
    draw_joined(out, &p, f, SVG_FORECAST, f->mean);
}

/* ---- the document ---- */

/* The legend of the first series; all series of a response have the same levels. Returns its
 * height. out NULL: only measures. */
static int write_legend(struct buf *out, const struct forecast_chart *f, int width)
{
    struct legend_item items[3 + FORECAST_BANDS_MAX];
    char names[FORECAST_BANDS_MAX][32];
    int n = 0;

    items[n++] = (struct legend_item){.class = SVG_HISTORY, .name = "history"};
    items[n++] = (struct legend_item){.class = SVG_FORECAST, .name = "forecast"};
    if (f->truth)
        items[n++] = (struct legend_item){.class = SVG_TRUTH, .name = "truth"};
    for (int i = f->num_bands - 1; i >= 0; i--) {
        snprintf(names[i], sizeof(names[i]), "%g %% interval", f->bands[i].level);
        items[n++] = (struct legend_item){SVG_BAND, names[i], i + 1};
    }
    return legend_write(out, items, n, LEFT, MARGIN, width - LEFT - RIGHT);
}

static void open_document(struct buf *out, const struct forecast_chart *f, int count, int width,
                          int height)
{
    struct buf title, description;
    char text[TIME_TEXT_MAX];

    buf_init(&title, SIZE_MAX);
    buf_init(&description, SIZE_MAX);
    buf_puts(&title, "Forecast");
    for (int i = 0; i < count; i++)
        buf_printf(&title, "%s%s", i ? ", " : " of ", f[i].title);
    if (count > 0 && f[0].horizon > 0) {
        buf_printf(&description, "%d steps from %s", f[0].horizon,
                   timeline_text(text, &f[0].time, f[0].history_length));
        buf_printf(&description, " to %s.",
                   timeline_text(text, &f[0].time, f[0].history_length + f[0].horizon - 1));
    }
    svg_open(out, width, height, title.data ? title.data : "",
             description.data ? description.data : "");
    if (title.st || description.st)
        out->st = title.st ? title.st : description.st;
    buf_release(&title);
    buf_release(&description);
}

void forecast_charts_write(struct buf *out, const struct forecast_chart *f, int count, int left_out)
{
    const struct layout *l = count > STACKED ? &grid : &stacked;
    int drawn = count < FORECAST_CHARTS_MAX ? count : FORECAST_CHARTS_MAX;
    int rows = (drawn + l->columns - 1) / l->columns, width = l->columns * l->width;
    int top = MARGIN + (count > 0 ? write_legend(NULL, f, width) : 0), height;
    char note[96];

    left_out += count - drawn;
    height = top + rows * l->height + (left_out > 0 ? NOTE_HEIGHT : 0);
    open_document(out, f, drawn, width, height);
    if (count > 0)
        write_legend(out, f, width);
    for (int i = 0; i < drawn; i++)
        draw(out, &f[i], l, i % l->columns * l->width, top + i / l->columns * l->height);
    if (left_out > 0) {
        snprintf(note, sizeof(note), "%d more series are not drawn: ask for one by ?series=ID",
                 left_out);
        svg_text(out, SVG_NOTE, LEFT, height - MARGIN, SVG_START, note);
    }
    svg_close(out);
}
