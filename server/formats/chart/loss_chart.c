/* loss_chart.c - see loss_chart.h. */
#include "server/formats/chart/loss_chart.h"

#include "server/formats/chart/legend.h"
#include "server/formats/chart/plot.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 840, HEIGHT = 340, LEFT = 76, RIGHT = 24, TOP = 62, BOTTOM = 46 };
enum { TITLE_BASELINE = 22, LEGEND_TOP = 32, TICKS = 6, RING = 4, RING_GAP = 10 };
/* If the losses differ by more than this factor, the axis is logarithmic. */
static const double log_from = 10;

/* The epoch of the least loss, from 0; -1 when there is none. */
static int least(const double *v, int n)
{
    int best = -1;

    for (int i = 0; i < n; i++)
        if (isfinite(v[i]) && (best < 0 || v[i] < v[best]))
            best = i;
    return best;
}

static void settle(struct value_axis *a)
{
    if (a->low > 0 && a->high / a->low > log_from)
        value_axis_settle_log(a, TICKS);
    else
        value_axis_settle(a, TICKS);
}

static void draw_best(struct buf *out, const struct plot *p, const double *validation, int best)
{
    double x = plot_x(p, best), y = plot_y(p, validation[best]);
    char text[64];

    snprintf(text, sizeof(text), "least: %.4g in epoch %d", validation[best], best + 1);
    buf_printf(out, "<circle class=\"" SVG_TRUTH "\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>", x, y,
               RING);
    if (x + RING_GAP + svg_text_width(text) < p->right)
        svg_text(out, SVG_NOTE, x + RING_GAP, y - RING_GAP, SVG_START, text);
    else
        svg_text(out, SVG_NOTE, x, y - RING_GAP, SVG_END, text);
}

void loss_chart_write(struct buf *out, const struct loss_chart *c)
{
    static const struct legend_item items[] = {{SVG_FORECAST, "training loss", 0},
                                               {SVG_TRUTH, "validation loss", 0}};
    struct plot p = {.left = LEFT,
                     .right = WIDTH - RIGHT,
                     .top = TOP,
                     .bottom = HEIGHT - BOTTOM,
                     .values = value_axis_empty(),
                     .rows = c->epochs};
    int best = least(c->validation, c->epochs);
    char description[160] = "No epoch has ended yet.";

    if (c->epochs > 0)
        snprintf(description, sizeof(description), "%d epochs; the last loss is %.6g.", c->epochs,
                 c->loss[c->epochs - 1]);
    value_axis_widen(&p.values, c->loss, c->epochs);
    value_axis_widen(&p.values, c->validation, c->epochs);
    settle(&p.values);
    svg_open(out, WIDTH, HEIGHT, c->title, description);
    svg_text_within(out, SVG_TITLE, LEFT, TITLE_BASELINE, WIDTH - LEFT - RIGHT, c->title);
    legend_write(out, items, best < 0 ? 1 : 2, LEFT, LEGEND_TOP, WIDTH - LEFT - RIGHT);
    plot_value_axis(out, &p);
    plot_count_axis(out, &p, 1, "epoch");
    plot_line(out, &p, SVG_FORECAST, c->loss, c->epochs, 0);
    plot_line(out, &p, SVG_TRUTH, c->validation, c->epochs, 0);
    if (best >= 0)
        draw_best(out, &p, c->validation, best);
    svg_close(out);
}
