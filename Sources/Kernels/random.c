#include "random.h"
#include "lanes.h"
#include "random_internal.h"

void esp_threefry(const uint32_t key[2], const uint32_t counter[2], int rounds, uint32_t out[2]) {
  static const int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  const uint32_t k[3] = {key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1]};
  uint32_t x0 = counter[0] + k[0], x1 = counter[1] + k[1];
  for (int r = 0; r < rounds; r++) {
    int by = rotations[r % 8];
    x0 += x1;
    x1 = ((x1 << by) | (x1 >> (32 - by))) ^ x0;
    if (r % 4 == 3) {
      uint32_t s = (uint32_t)r / 4 + 1;
      x0 += k[s % 3];
      x1 += k[(s + 1) % 3] + s;
    }
  }
  out[0] = x0;
  out[1] = x1;
}

// Seed, step and stream do not fit one block: the step is encrypted under the seed, the result is the key for the
// stream. The constant keeps stream blocks apart from index blocks.
void esp_random_key(uint64_t seed, uint32_t stream, uint64_t step, uint32_t key[2]) {
  const uint32_t seeded[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  const uint32_t stepped[2] = {(uint32_t)step, (uint32_t)(step >> 32)};
  const uint32_t streamed[2] = {stream, 0x45535021};
  uint32_t middle[2];
  esp_threefry(seeded, stepped, 20, middle);
  esp_threefry(middle, streamed, 20, key);
}

static uint64_t bits(const uint32_t key[2], uint64_t index) {
  const uint32_t counter[2] = {(uint32_t)index, (uint32_t)(index >> 32)};
  uint32_t out[2];
  esp_threefry(key, counter, 13, out);
  return (uint64_t)out[1] << 32 | out[0];
}

uint64_t esp_random_bits(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index) {
  uint32_t key[2];
  esp_random_key(seed, stream, step, key);
  return bits(key, index);
}

float esp_random_uniform(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index) {
  uint32_t word = (uint32_t)esp_random_bits(seed, stream, step, index);
  return (float)(word >> 8) * 0x1p-24f;
}

float esp_random_normal(uint64_t seed, uint32_t stream, uint64_t step, uint64_t index) {
  uint32_t key[2];
  float out[ESP_PAD];
  esp_random_key(seed, stream, step, key);
  esp_current_lanes()->normal(out, 1, key, index, 1);
  return out[0];
}

enum { PIECE = 1024 };

void esp_fill_uniform(
  float *out, int64_t n, uint64_t seed, uint32_t stream, uint64_t step, uint64_t first, float low, float high) {
#pragma clang fp contract(off)
  uint32_t key[2];
  float piece[PIECE];
  esp_random_key(seed, stream, step, key);
  const esp_lanes *lanes = esp_current_lanes();
  float width = high - low;
  for (int64_t i = 0; i < n; i += PIECE) {
    int64_t count = n - i < PIECE ? n - i : PIECE;
    lanes->uniform(piece, count, key, first + (uint64_t)i, 1);
    for (int64_t j = 0; j < count; j++) {
      float x = low + width * piece[j];
      // rounding may reach the upper end, which is excluded
      out[i + j] = x >= high && low < high ? __builtin_nextafterf(high, low) : x;
    }
  }
}

void esp_fill_normal(
  float *out, int64_t n, uint64_t seed, uint32_t stream, uint64_t step, uint64_t first, float mean, float deviation) {
#pragma clang fp contract(off)
  uint32_t key[2];
  float piece[PIECE];
  esp_random_key(seed, stream, step, key);
  const esp_lanes *lanes = esp_current_lanes();
  for (int64_t i = 0; i < n; i += PIECE) {
    int64_t count = n - i < PIECE ? n - i : PIECE;
    lanes->normal(piece, count, key, first + (uint64_t)i, 1);
    for (int64_t j = 0; j < count; j++) out[i + j] = mean + deviation * piece[j];
  }
}

void esp_permutation(int32_t *out, int32_t n, uint64_t seed, uint32_t stream, uint64_t step) {
  uint32_t key[2];
  esp_random_key(seed, stream, step, key);
  for (int32_t i = 0; i < n; i++) out[i] = i;
  uint64_t counter = 0;
  for (int32_t i = n - 1; i > 0; i--) {
    // The product's upper word is uniform over 0 … i once the few low words that would favour some are redrawn.
    uint32_t range = (uint32_t)i + 1, least = (0u - range) % range;
    uint64_t product;
    do product = (uint64_t)(uint32_t)bits(key, counter++) * range;
    while ((uint32_t)product < least);
    int32_t j = (int32_t)(product >> 32), x = out[i];
    out[i] = out[j];
    out[j] = x;
  }
}
