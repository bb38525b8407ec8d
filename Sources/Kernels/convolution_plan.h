#ifndef ESPALIER_CONVOLUTION_PLAN_H
#define ESPALIER_CONVOLUTION_PLAN_H
#include "convolution.h"
#include "tiles.h"

static inline long esp_least(long x, long y) { return x < y ? x : y; }
static inline long esp_most(long x, long y) { return x > y ? x : y; }
static inline long esp_ceil_div(long x, long y) { return (x + y - 1) / y; }

/// The image a correlation reads: `top` and `left` zero rows and columns come before it (negative: it is cropped).
/// A window position (i, j) starts at row i·step_h, column j·step_w of the padded image.
struct esp_source {
  const float *data;
  long images, h, w, c;
  long top, left;
  long step_h, step_w;
  long grid_h, grid_w;      // window positions
  long extent_h, extent_w;  // rows and columns a window spans
};

/// Rows of the padded image that window rows [first, end) read, in memory: the image itself where it needs no
/// padding, else a copy in this thread's scratch. `*pitch` becomes the distance of two rows in floats.
const float *esp_source_rows(const struct esp_source *source, long image, long first, long end, long *pitch);

/// Whether no copy is needed, and so the distance of two rows.
int esp_source_in_place(const struct esp_source *source);
long esp_source_pitch(const struct esp_source *source);

/// w [rows of k][columns] brought into slivers of two vectors, zero padded: a sliver is `depth` rows of 2·lanes.
void esp_pack_slivers(const struct esp_kernels *kernels, long depth, long columns, const float *w, long stride,
                      float *out);

/// A job of the depthwise kernels (as many groups as input and output channels).
struct esp_depthwise {
  const struct esp_conv *shape;
  enum { ESP_DEPTHWISE_FORWARD, ESP_DEPTHWISE_INPUT, ESP_DEPTHWISE_FILTER } mode;
  const float *x, *w, *dy;  // operands; forward reads x, w; input dy, w; filter x, dy
  float *out;               // y, dx, or a partial dw
  const float *bias;
  int relu, accumulate;
};

int esp_conv_is_depthwise(const struct esp_conv *shape);

/// Whether the convolution is a plain product of x, seen as a matrix of rows x depth, with w: 1x1 windows side by
/// side, or windows that cover the whole image.
int esp_conv_is_product(const struct esp_conv *shape, long *rows, long *depth);

/// The same convolution with a column of pixels run as a row: strips of a tile go along rows.
struct esp_conv esp_conv_lie_down(const struct esp_conv *shape);

#endif
