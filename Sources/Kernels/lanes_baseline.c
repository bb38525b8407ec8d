// The vector kernels for the baseline of the platform: SSE2 or NEON.
#include <math.h>
#include <stdint.h>
#include "lanes.h"

#define VL 4
#define TABLE esp_lanes_baseline
#pragma clang fp contract(fast)
#include "vector_math_lanes.h"
#include "random_lanes.h"
#include "fused_lanes.h"
#include "eigen_lanes.h"
#include "transpose_lanes.h"
#include "lanes_table.h"
