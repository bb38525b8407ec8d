#ifndef ESPALIER_VECTOR_MATH_H
#define ESPALIER_VECTOR_MATH_H

#include <stdint.h>
#include "fused.h"

/// Element-wise functions over contiguous arrays with the code of the fused programs; single-threaded.
/// `out` may be one of the inputs, but must not overlap one otherwise.

/// out[i] = op(x[i]) for ESP_NEG … ESP_IS_FINITE. Returns 0, or ESP_FUSED_BAD_OP.
int esp_vector_unary(esp_op op, float *out, const float *x, int64_t n);

/// out[i] = op(x[i], y[i]) for ESP_ADD … ESP_NE. Returns 0, or ESP_FUSED_BAD_OP.
int esp_vector_binary(esp_op op, float *out, const float *x, const float *y, int64_t n);

#endif
