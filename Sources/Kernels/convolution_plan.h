#ifndef ESPALIER_CONVOLUTION_PLAN_H
#define ESPALIER_CONVOLUTION_PLAN_H
#include "convolution.h"
#include "integers.h"
#include "tiles.h"

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

/// Rows of the padded image that a band of window rows reads.
struct esp_source_rows {
  const struct esp_source *source;
  const float *image;
  float *copy;  // in this thread's scratch, or NULL: the image is read in place
  long pitch;   // from row to row, in floats
  long top;     // of the image, counted from the first row
  long left;    // floats from this image to the end of the last one
  long copied, count;
};

/// Begins to read window rows [first, end); returns where the first row will be.
const float *esp_source_open(const struct esp_source *source, long image, long first, long end,
                             struct esp_source_rows *rows);

/// Sees to it that the first `count` rows are there.
void esp_source_copy(struct esp_source_rows *rows, long count);

static inline void esp_source_reach(struct esp_source_rows *rows, long count) {
  if (count > rows->copied) esp_source_copy(rows, count);
}

/// Numbers that will be read when `count` rows have been: a `share` of so many `shares` of a window row's, of this
/// image or the next. Returns how many.
static inline long esp_source_ahead(const struct esp_source_rows *rows, long count, long share, long shares,
                                    const float **ahead) {
  enum { ROWS_AHEAD = 2 };
  const struct esp_source *s = rows->source;
  const long line = s->w * s->c, size = s->step_h * line / shares;
  const long at = (count - rows->top + ROWS_AHEAD) * line + share * size;
  if (at < 0 || at + size > rows->left) return 0;
  *ahead = rows->image + at;
  return size;
}

/// All that windows read of `count` images; images lie `*image_pitch` floats apart.
const float *esp_source_images(const struct esp_source *source, long image, long count, long *pitch, long *image_pitch);

/// Whether no copy is needed, and so the distance of two rows.
int esp_source_in_place(const struct esp_source *source);
long esp_source_pitch(const struct esp_source *source);

/// w [rows of k][columns] brought into slivers of two vectors, zero padded: a sliver is `depth` rows of 2·lanes.
void esp_pack_slivers(const struct esp_kernels *kernels, long depth, long columns, const float *w, long stride,
                      float *out);

/// The taps of one class of window positions, and where its packed filter goes.
struct esp_filter_taps {
  const long *which;  // kernel row · kernel_w + kernel column
  long count;
  long run;           // k that follow each other in the source
  float *out;         // [groups][slivers][count · depth][2 · lanes]
};

/// A filter brought into slivers of two vectors, zero padded.
struct esp_filter_packing {
  const struct esp_kernels *kernels;
  const float *w;
  long tap, stride;       // from tap to tap, from row to row
  int transposed;         // rows are columns of the slivers
  long groups, channels;  // columns of a group
  long depth;             // k of a tap
  int even_odd;           // the last sliver of a group, when it has one vector
  const struct esp_filter_taps *taps;
  long tap_lists;
};

void esp_pack_filter(struct esp_filter_packing *job);

/// Window positions that share their taps, all of them, or those that write dx at one phase of the stride.
struct esp_window_class {
  long segments, depth;              // runs of k in a window, and their length; no segments: the class is a gap
  const long *offsets;               // of each run, in the source
  const float *w;
  long w_group, w_sliver, w_stride;  // to the next group, sliver, row of k
  float *out;                        // pixel that position (0, 0) of image 0 writes
  long grid_h, grid_w;               // positions
};

/// For a strip of window positions in a row, a tile adds up the runs of k that lie one after the other in the source.
struct esp_correlation {
  const struct esp_kernels *kernels;
  struct esp_source source;          // its grid holds that of every class
  long groups, source_channels, channels;  // channels: of one group
  int even_odd;                      // the last sliver of a group lies as `esp_kernels.even_odd` takes it
  const struct esp_window_class *classes;
  long class_count;
  int gaps;                          // some class is a gap: what no tap reaches becomes 0
  long out_image, out_row, out_pixel;  // strides
  const struct esp_conv_epilogue *epilogue;  // with one class
  int accumulate;
  long band, bands, per_chunk;       // window rows in a band, bands in an image, bands in a chunk
};

void esp_correlate(struct esp_correlation *job);

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
