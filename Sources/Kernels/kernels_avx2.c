#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define ROWS 6
#define MASKED 1
typedef __m256i mask_t;
static const int mask_table[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
#define mask_of(count) _mm256_loadu_si256((const __m256i *)(mask_table + 8 - (count)))
#define load_some(p, mask) ((vec)_mm256_maskload_ps(p, mask))
#define store_some(p, mask, v) _mm256_maskstore_ps(p, mask, (__m256)(v))
#define KERNELS esp_kernels_avx2
#define NAME "avx2"
#include "kernels.inc"
#endif
