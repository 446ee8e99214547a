/* svg.h - the frame of an SVG document and its texts: self-contained, readable on light and dark
 * ground, with a title and a description for screen readers. */
#ifndef SERVER_FORMATS_CHART_SVG_H
#define SERVER_FORMATS_CHART_SVG_H

#include <lstm/buf.h>

/* Classes that the style sheet of svg_open() knows, for paths, rectangles and texts. */
#define SVG_GRID     "g" /* a line of the grid */
#define SVG_HISTORY  "h" /* a curve: what was observed */
#define SVG_FORECAST "m" /* a curve: what lstmd computes */
#define SVG_TRUTH    "w" /* a curve, dashed: what was held out */
#define SVG_BAND     "b" /* an area: an interval; overlaid ones are darker */
#define SVG_NOW      "n" /* a dotted line: where the forecast begins */
#define SVG_TITLE    "t" /* a text */
#define SVG_NOTE     "s" /* a text: small and pale */

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* Opens the document. title and description are plain text. */
void svg_open(struct buf *out, int width, int height, const char *title, const char *description);
void svg_close(struct buf *out);
/* Text with < > & " escaped; U+FFFD stands for control characters, which XML cannot hold. */
void svg_escape(struct buf *out, const char *text);
/* One line of text; class NULL for the plain one. */
void svg_text(struct buf *out, const char *class, double x, double y, enum svg_anchor anchor,
              const char *text);
/* The same, cut at a character and closed by an ellipsis where it would be wider than width. */
void svg_text_within(struct buf *out, const char *class, double x, double y, double width,
                     const char *text);
/* About how wide a text of the plain size is: fonts differ, so this errs on the wide side. */
double svg_text_width(const char *text);

#endif
