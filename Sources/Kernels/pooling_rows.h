#ifndef ESPALIER_POOLING_ROWS_H
#define ESPALIER_POOLING_ROWS_H
#include "pooling.h"
#include "tiles.h"

/// A job of the pooling kernels: rows of y (forward) or of dx (backward), counted over images.
struct esp_pool_rows {
  const struct esp_pool *shape;
  enum { ESP_POOL_MAX, ESP_POOL_MAX_BACK, ESP_POOL_MEAN, ESP_POOL_MEAN_BACK } mode;
  const float *in;     // x or dy
  float *out;          // y or dx
  uint16_t *taps;      // written by max, read by its gradient
  int accumulate;
};

struct esp_range { long first, end; };

/// The window rows (or columns) of a window that starts at `start` which lie inside an image of `size`.
static inline struct esp_range esp_window_inside(long start, long kernel, long size) {
  return (struct esp_range){start < 0 ? -start : 0, start + kernel > size ? size - start : kernel};
}

/// The windows along one axis that contain pixel `at`.
static inline struct esp_range esp_windows_over(long at, long pad, long kernel, long stride, long count) {
  const long reach = at + pad;
  long first = reach < kernel ? 0 : (reach - kernel) / stride + 1, end = reach / stride + 1;
  return (struct esp_range){first, end < count ? end : count};
}

/// 1 / the number that a mean over this window divides by.
static inline float esp_window_share(const struct esp_pool *s, struct esp_range rows, struct esp_range columns) {
  long pixels = s->count_padding ? s->kernel_h * s->kernel_w : (rows.end - rows.first) * (columns.end - columns.first);
  return 1.0f / (float)pixels;
}

#endif
