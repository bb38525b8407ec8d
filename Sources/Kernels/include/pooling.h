#ifndef ESPALIER_POOLING_H
#define ESPALIER_POOLING_H
#include <stdint.h>

/// The shape of a pooling, channels last, float32: x [n, h, w, c], y [n, out_h, out_w, c]. Output sizes are rounded
/// down. A window lies at row i·stride_h - pad_top, column j·stride_w - pad_left; what it has outside x does not count.
struct esp_pool {
  long n, h, w, c;
  long kernel_h, kernel_w;
  long stride_h, stride_w;
  long pad_top, pad_left, pad_bottom, pad_right;
  long out_h, out_w;
  int count_padding;  // average: 1 divides by the whole window, 0 by its pixels inside x
};

/// Sets out_h and out_w; returns -1 when a number is out of range, a padding not smaller than its kernel side (so no
/// window lies wholly outside), a window larger than the padded image, or the window has more than 65,536 taps.
int esp_pool_output_size(struct esp_pool *shape);

// All four run on the pool, have the same bits for any thread count, and need a shape that passed
// `esp_pool_output_size`. Results must not overlap operands.

/// y = the largest number of each window; NaN wins. `taps` has y's shape and gets the tap that y came from, as
/// row·kernel_w + column in the window; of equals the first in this order. Of several NaN the last.
/// `taps` may be NULL.
void esp_max_pool_forward(const struct esp_pool *shape, const float *x, float *y, uint16_t *taps);

/// dx (+)= dy at the taps that were the largest.
void esp_max_pool_backward(const struct esp_pool *shape, const float *dy, const uint16_t *taps, float *dx,
                           int accumulate);

/// y = the mean of each window.
void esp_average_pool_forward(const struct esp_pool *shape, const float *x, float *y);

/// dx (+)= dy spread evenly over each window.
void esp_average_pool_backward(const struct esp_pool *shape, const float *dy, float *dx, int accumulate);

#endif
