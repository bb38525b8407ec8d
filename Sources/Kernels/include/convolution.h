#ifndef ESPALIER_CONVOLUTION_H
#define ESPALIER_CONVOLUTION_H
#include "gemm.h"

/// The shape of a two-dimensional convolution, channels last, float32:
///   x [n, h, w, c],  w [kernel_h, kernel_w, c / groups, o],  y [n, out_h, out_w, o],
///   y[n, i, j, q] = sum over u, v, p of x[n, i·stride_h + u·dilation_h - pad_top, …, p] · w[u, v, p, q].
/// Group g has input channels g·c/groups … and output channels g·o/groups …. One dimension: h = 1, or w = 1.
struct esp_conv {
  long n, h, w, c, o;
  long kernel_h, kernel_w;
  long stride_h, stride_w;
  long pad_top, pad_left, pad_bottom, pad_right;
  long dilation_h, dilation_w;
  long groups;
  long out_h, out_w;
  int precision;  // ESP_PRECISION_…, of both operands
  int x_is_short, dy_is_short;  // with ESP_PRECISION_BFLOAT16: the operand x, dy points at bfloat16
};

/// Sets out_h and out_w from the rest; returns -1 when a number is out of range, c or o no multiple of groups, or the
/// window larger than the padded image (then the out sizes are 0).
int esp_conv_output_size(struct esp_conv *shape);

/// What happens to a block of y before it leaves the cache.
struct esp_conv_epilogue {
  const float *bias;         // o numbers or NULL
  int activation;            // ESP_ACTIVATION_…
  esp_block_function block;  // or NULL; rows are the n·out_h·out_w pixels, columns always 0 … o
  void *block_context;
};

// All three overwrite their result (or add to it), have the same bits for any thread count, and keep their working
// memory (a padded image a thread, repacked filters, partial filter gradients) in the threads' own scratch.
// Results must not overlap operands. The shape must have passed `esp_conv_output_size`.

/// y = activation(x * w + bias). The blocks that the epilogue sees depend on the shape alone.
void esp_conv_forward(const struct esp_conv *shape, const float *x, const float *w, float *y,
                      const struct esp_conv_epilogue *epilogue);

/// dx (+)= the gradient of sum(y · dy) for x.
void esp_conv_input_gradient(const struct esp_conv *shape, const float *dy, const float *w, float *dx, int accumulate);

/// dw (+)= the gradient of sum(y · dy) for w.
void esp_conv_filter_gradient(const struct esp_conv *shape, const float *x, const float *dy, float *dw,
                              int accumulate);

#endif
