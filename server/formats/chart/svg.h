/* svg.h - the frame of an SVG document and its texts. The document needs no other file, is readable
 * on light and dark ground, and has a title and a description for screen readers. */
#ifndef SERVER_FORMATS_CHART_SVG_H
#define SERVER_FORMATS_CHART_SVG_H

#include <lstm/buf.h>

/* Classes of the style sheet that svg_open() writes, for paths, rectangles and texts. */
#define SVG_GRID     "g" /* a line of the grid */
#define SVG_HISTORY  "h" /* a curve: observations */
#define SVG_FORECAST "m" /* a curve: a forecast, or another result */
#define SVG_TRUTH    "w" /* a curve, dashed: held-out observations */
#define SVG_BAND     "b" /* an area: an interval; overlapping ones are darker */
#define SVG_NOW      "n" /* a dotted line: the beginning of the forecast */
#define SVG_TITLE    "t" /* a text */
#define SVG_NOTE     "s" /* a text: small and pale */

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* Opens the document. title and description are plain text. */
void svg_open(struct buf *out, int width, int height, const char *title, const char *description);
void svg_close(struct buf *out);
/* Writes text with < > & " escaped. U+FFFD replaces control characters, which XML cannot hold. */
void svg_escape(struct buf *out, const char *text);
/* Writes one line of text. class: NULL for plain text. */
void svg_text(struct buf *out, const char *class, double x, double y, enum svg_anchor anchor,
              const char *text);
/* The same, but a text that would be wider than `width` is cut and ends with an ellipsis. */
void svg_text_within(struct buf *out, const char *class, double x, double y, double width,
                     const char *text);
/* One line of text that runs upwards, centred on (x, y); cut as in svg_text_within(). */
void svg_text_upwards(struct buf *out, const char *class, double x, double y, double width,
                      const char *text);
/* The approximate width of a text of plain size. Fonts differ, so it is rather too large. */
double svg_text_width(const char *text);

#endif
