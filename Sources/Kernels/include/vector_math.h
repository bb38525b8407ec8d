#ifndef ESPALIER_VECTOR_MATH_H
#define ESPALIER_VECTOR_MATH_H

#include <stdint.h>
#include "fused.h"

/// Element-wise functions over contiguous arrays with the code of the fused programs; single-threaded.
/// `out` may be one of the inputs, but must not overlap one otherwise.
///
/// Greatest error against double precision, in units in the last place, over all magnitudes and instruction sets
/// (denormal numbers, ±0, ±infinity and NaN included):
///   exp 1.0 · expm1 1.4 · log 0.8 · log1p 1.4 · tanh 2.5 · sigmoid 2.2 · erf 3.0 · rsqrt 1.5 · pow 0.51
///   sin, cos 2.3 (vectorized for |x| < 32768; beyond, the platform's sinf and cosf, one element at a time)
///   neg, abs, sign, floor, relu, comparisons exact · sqrt, reciprocal, square, + - × ÷ rounded once
/// pow follows C: pow(x, 0) = pow(1, y) = 1, a negative base needs a whole exponent, else NaN.

/// out[i] = op(x[i]) for ESP_NEG … ESP_IS_FINITE. Returns 0, or ESP_FUSED_BAD_OP.
int esp_vector_unary(esp_op op, float *out, const float *x, int64_t n);

/// out[i] = op(x[i], y[i]) for ESP_ADD … ESP_NE. Returns 0, or ESP_FUSED_BAD_OP.
int esp_vector_binary(esp_op op, float *out, const float *x, const float *y, int64_t n);

#endif
