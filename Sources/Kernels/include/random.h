#ifndef ESPALIER_RANDOM_H
#define ESPALIER_RANDOM_H

#include <stdint.h>

/// Counter-based random numbers: every number is a pure function of (seed, stream, step, index), so that runs repeat
/// for any number of threads and resume anywhere. The generator is Threefry-2x32 (Salmon et al. 2011): a key is derived
/// from seed, step and stream with 20 rounds, then 13 rounds encrypt the 64-bit index. The fused programs' ESP_UNIFORM
/// and ESP_NORMAL give the same bits as the scalar functions here, on every instruction set.

/// 64 random bits.
uint64_t esp_random_bits(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index);

/// Uniform in [0, 1): the upper 24 bits of the low word, times 2^-24.
float esp_random_uniform(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index);

/// Normal with mean 0 and variance 1 (Box–Muller from both words; |value| < 5.9).
float esp_random_normal(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index);

/// out[i] = low + (high - low)·uniform(first + i), kept below `high` (if low < high).
void esp_fill_uniform(
  float *out, int64_t n, uint64_t seed, uint32_t stream, uint64_t step, uint64_t first, float low, float high);

/// out[i] = mean + deviation·normal(first + i).
void esp_fill_normal(
  float *out, int64_t n, uint64_t seed, uint32_t stream, uint64_t step, uint64_t first, float mean, float deviation);

/// A permutation of 0 ..< n, each equally likely (Fisher–Yates, without modulo bias). n < 2^31.
void esp_permutation(int32_t *out, int32_t n, uint64_t seed, uint32_t stream, uint64_t step);

/// The raw block function, for tests: encrypts (counter[0], counter[1]) under (key[0], key[1]) with `rounds` rounds.
void esp_threefry(const uint32_t key[2], const uint32_t counter[2], int rounds, uint32_t out[2]);

#endif
