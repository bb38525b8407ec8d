#ifndef ESPALIER_ROUNDED_H
#define ESPALIER_ROUNDED_H
#include "convolution.h"

// The same as the functions without `rounded`, for operands of another precision than float32.

void esp_gemm_rounded(const struct esp_gemm *product);
void esp_conv_forward_rounded(const struct esp_conv *shape, const float *x, const float *w, float *y,
                              const struct esp_conv_epilogue *epilogue);
void esp_conv_input_gradient_rounded(const struct esp_conv *shape, const float *dy, const float *w, float *dx,
                                     int accumulate);
void esp_conv_filter_gradient_rounded(const struct esp_conv *shape, const float *x, const float *dy, float *dw,
                                      int accumulate);

#endif
