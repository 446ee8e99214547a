/* legend.c - see legend.h. */
#include "server/formats/chart/legend.h"

#include "server/formats/chart/svg.h"

#include <string.h>

enum { SAMPLE = 20, GAP = 6, BETWEEN = 18, MIDDLE = 10, BASELINE = 14, BOX = 12 };

static void sample(struct buf *out, const struct legend_item *item, double x, int y)
{
    if (strcmp(item->class, SVG_BAND) != 0) {
        buf_printf(out, "<path class=\"%s\" d=\"M%.1f %dh%d\"/>", item->class, x, y + MIDDLE,
                   SAMPLE);
        return;
    }
    for (int i = 0; i < item->layers; i++)
        buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                   item->class, x, y + MIDDLE - BOX / 2, SAMPLE, BOX);
}

int legend_write(struct buf *out, const struct legend_item *items, int n, int left, int top,
                 int width)
{
    double x = left;
    int y = top;

    for (int i = 0; i < n; i++) {
        double wide = SAMPLE + GAP + svg_text_width(items[i].name);

        if (x > left && x + wide > left + width) {
            x = left;
            y += LEGEND_ROW;
        }
        if (out) {
            sample(out, &items[i], x, y);
            svg_text(out, NULL, x + SAMPLE + GAP, y + BASELINE, SVG_START, items[i].name);
        }
        x += wide + BETWEEN;
    }
    return n > 0 ? y + LEGEND_ROW - top : 0;
}
