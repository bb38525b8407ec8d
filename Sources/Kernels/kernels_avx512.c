#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
#define LANES 16
#define ROWS 14
#define MASKED 1
typedef __mmask16 mask_t;
#define mask_of(count) ((mask_t)((1u << (count)) - 1))
#define load_some(p, mask) ((vec)_mm512_maskz_loadu_ps(mask, p))
#define store_some(p, mask, v) _mm512_mask_storeu_ps(p, mask, (__m512)(v))
#define KERNELS esp_kernels_avx512
#define NAME "avx512"
#include "kernels.inc"
#endif
