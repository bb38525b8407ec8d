// The vector kernels for AVX-512.
#include <math.h>
#include <stdint.h>
#include "lanes.h"

#if defined(__x86_64__)

#define VL 16
#define TABLE esp_lanes_avx512
#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#include "vector_math_lanes.h"
#include "random_lanes.h"
#include "fused_lanes.h"
#include "eigen_lanes.h"
#include "transpose_lanes.h"
#include "lanes_table.h"
#pragma clang attribute pop
#endif
