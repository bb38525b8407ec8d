#ifndef ESPALIER_GEMM_PANELS_H
#define ESPALIER_GEMM_PANELS_H
#include "gemm.h"
#include "tiles.h"

/// Whether a product is so large, with rows so far apart, that it goes by panels.
int esp_gemm_wants_panels(const struct esp_gemm *g);

/// The product (or products) of `g`, k cut into stretches of `stretch`.
void esp_gemm_panels(const struct esp_gemm *g, long stretch);

#endif
