#ifndef ESPALIER_MOVEMENT_H
#define ESPALIER_MOVEMENT_H

#include <stdint.h>

/// Copies and reductions that are not element-wise arithmetic. All run on the pool when long enough, and give the same
/// bits for any number of threads. Strides are in elements; pointers address element (0, …, 0).

#define ESP_MAX_RANK 16

/// out[Σ i·out_strides] = in[Σ i·in_strides] over all i of `shape` (rank 0 … ESP_MAX_RANK). Permutes, slices (offset the input
/// pointer), pads (fill, then offset the output pointer), broadcasts (zero input strides) and flips (negative strides) are all
/// this. Input and output must not overlap. Output positions must be distinct. Returns 0, or -1 for a bad rank or shape.
int esp_copy(
  float *out, const int64_t *out_strides, const float *in, const int64_t *in_strides, const int64_t *shape, int rank);

/// The same with out += scale·in.
int esp_accumulate(
  float *out, const int64_t *out_strides, const float *in, const int64_t *in_strides, const int64_t *shape, int rank,
  float scale);

/// out[0 ..< n] = value.
void esp_fill(float *out, int64_t n, float value);

/// out[i·width + j] = table[index[i]·width + j]. `index` holds whole numbers 0 ..< rows as floats. Returns -1 if all are
/// in range; else the first bad position, and nothing is written.
int64_t esp_gather(float *out, const float *table, const float *index, int64_t count, int64_t rows, int64_t width);

/// table[index[i]·width + j] += scale·in[i·width + j], added in the order of i. Checked like `esp_gather`.
int64_t esp_scatter_add(
  float *table, const float *in, const float *index, int64_t count, int64_t rows, int64_t width, float scale);

/// Reductions of the middle axis of in[outer][axis][inner] into out[outer][inner].
void esp_reduce_sum(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner, float scale);
void esp_reduce_max(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner);
void esp_reduce_min(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner);
/// First position of the greatest (of the first NaN, if any) as float.
void esp_reduce_argmax(float *out, const float *in, int64_t outer, int64_t axis, int64_t inner);

#endif
