#ifndef ESPALIER_RANDOM_INTERNAL_H
#define ESPALIER_RANDOM_INTERNAL_H
#include <stdint.h>

/// The key under which the 64-bit indices of one stream of one step are encrypted.
void esp_random_key(uint64_t seed, uint32_t stream, uint64_t step, uint32_t key[2]);

#endif
