#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,avx2,fma")))
#define LANES 16
#define ROWS 14
#define MASKED 1
#define PAIRS 1
typedef __mmask16 mask_t;
#define mask_of(count) ((mask_t)((1u << (count)) - 1))
#define load_some(p, mask) ((vec)_mm512_maskz_loadu_ps(mask, p))
#define store_some(p, mask, v) _mm512_mask_storeu_ps(p, mask, (__m512)(v))
// Bits, not numbers: arithmetic would change those that look like NaN.
#define splat_at(p) ((vec)_mm512_set1_epi32(*(const int_alias *)(p)))
#define multiply_add(sum, x, y) ((vec)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)(x), (__m512bh)(y)))
typedef int int_alias __attribute__((may_alias));
#include "gemm_tiles.inc"
#include "convolution_tiles.inc"

TARGET static void join(const float *x, float *out, long count) {
  long i = 0;
  for (; i + 32 <= count; i += 32)
    _mm512_storeu_si512(out + i / 2,
                        (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + i + 16), _mm512_loadu_ps(x + i)));
  for (; i < count; i += 16) {
    const long left = count - i < 16 ? count - i : 16;
    const __m256i some = (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask_of(left), x + i));
    _mm256_mask_storeu_epi32(out + i / 2, (__mmask8)((1u << (left + 1) / 2) - 1), some);
  }
}

TARGET static void join_two(const float *first, const float *second, float *out, long count) {
  for (long j = 0; j < count; j += 16) {
    const mask_t mask = count - j < 16 ? mask_of(count - j) : (mask_t)-1;
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, first + j)));
    if (second) {
      __m256i high = (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, second + j));
      low = _mm512_or_si512(low, _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
    }
    _mm512_mask_storeu_epi32(out + j, mask, low);
  }
}

TARGET static void join_two_short(const uint16_t *first, const uint16_t *second, float *out, long count) {
  for (long j = 0; j < count; j += 16) {
    const mask_t mask = count - j < 16 ? mask_of(count - j) : (mask_t)-1;
    __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, first + j));
    if (second) {
      const __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, second + j));
      low = _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
    }
    _mm512_mask_storeu_epi32(out + j, mask, low);
  }
}

const struct esp_pair_kernels esp_kernels_avx512_bf16 = {
  .kernels = {
    .name = "avx512_bf16",
    .lanes = LANES,
    .rows = ROWS,
    .masked_loads = MASKED,
    .pairs = 1,
    .tile = ALL_TILES,
    .even_odd = ALL_EVEN_ODD,
    .even_odd_columns = ALL_EVEN_ODD_COLUMNS,
    .pairs_at_once = PAIRS_AT_ONCE,
    .fetching = ALL_FETCHING,
    .wide_row = wide_row,
    .pack = pack,
    .pack_transposed = pack_transposed,
  },
  .join = join,
  .join_two = join_two,
  .join_two_short = join_two_short,
};
#endif
