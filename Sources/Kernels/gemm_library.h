#ifndef ESPALIER_GEMM_LIBRARY_H
#define ESPALIER_GEMM_LIBRARY_H
#include "gemm.h"

/// Leaves the product to the platform's library if there is one, this thread may use it and the product is worth a
/// call; returns whether it did. Bias, activation and block function act on each block of C right after its call.
int esp_gemm_by_library(const struct esp_gemm *g);

/// The product by the kernels of this project, whatever the platform has.
void esp_gemm_own(const struct esp_gemm *g);

#endif
