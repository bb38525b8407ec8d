#include "vector_math.h"
#include "lanes.h"

// Whole vectors in place; the rest through a padded copy, so that every element meets the same code.
static int apply(esp_op op, float *out, const float *x, const float *y, int64_t n) {
  esp_map map = esp_current_lanes()->map[op];
  int64_t even = n - n % ESP_PAD;
  map(out, x, y, x, even, 0);
  if (even < n) {
    float a[ESP_PAD] = {0}, b[ESP_PAD] = {0}, o[ESP_PAD];
    for (int64_t i = even; i < n; i++) {
      a[i - even] = x[i];
      b[i - even] = y[i];
    }
    map(o, a, b, a, ESP_PAD, 0);
    for (int64_t i = even; i < n; i++) out[i] = o[i - even];
  }
  return ESP_FUSED_OK;
}

int esp_vector_unary(esp_op op, float *out, const float *x, int64_t n) {
  if (op < ESP_NEG || op > ESP_IS_FINITE) return ESP_FUSED_BAD_OP;
  return apply(op, out, x, x, n);
}

int esp_vector_binary(esp_op op, float *out, const float *x, const float *y, int64_t n) {
  if (op < ESP_ADD || op > ESP_NE) return ESP_FUSED_BAD_OP;
  return apply(op, out, x, y, n);
}
