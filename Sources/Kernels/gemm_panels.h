#ifndef ESPALIER_GEMM_PANELS_H
#define ESPALIER_GEMM_PANELS_H
#include "gemm.h"
#include "tiles.h"

/// Whether a product is so large, with rows so far apart, that it goes by panels.
int esp_gemm_wants_panels(const struct esp_gemm *g);

/// Length of the stretches k is cut into.
long esp_gemm_stretch(long k);

/// The product (or products) of `g`, k cut into stretches of `stretch`. With pair kernels, `b_rows` > 0: B is float32
/// still, of so many k, and is rounded as it is packed.
void esp_gemm_panels(const struct esp_gemm *g, long stretch, long b_rows);

#endif
