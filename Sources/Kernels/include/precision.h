#ifndef ESPALIER_PRECISION_H
#define ESPALIER_PRECISION_H

/// How a product reads its operands: as they are, or each number rounded to the nearest of 16 bits (ties to even,
/// what is too large becomes infinite, NaN stays). Products are added up in float32 always.
enum { ESP_PRECISION_FLOAT32 = 0, ESP_PRECISION_BFLOAT16 = 1, ESP_PRECISION_FLOAT16 = 2 };

/// out[i] = x[i] rounded, i < count; `out` may be `x`.
void esp_round(int precision, const float *x, float *out, long count);

/// Whether products of bfloat16 run on instructions of their own, at twice the rate of float32, with the instruction
/// set in use. Elsewhere operands are rounded and multiplied in float32.
int esp_multiplies_bfloat16(void);

#endif
