// What the target always has: SSE2 on x86-64, NEON on arm64, whatever vectors become elsewhere.
#define TARGET
#define LANES 4
#define MASKED 0
#if defined(__aarch64__)
#define ROWS 12
#define NAME "neon"
#else
#define ROWS 6
#define NAME "plain"
#endif
#define KERNELS esp_kernels_plain
#include "kernels.inc"
