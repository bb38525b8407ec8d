#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H
#include "convolution.h"
#include "eigen.h"
#include "fused.h"
#include "gemm.h"
#include "instructions.h"
#include "movement.h"
#include "pooling.h"
#include "precision.h"
#include "random.h"
#include "samples.h"
#include "threads.h"
#include "vector_math.h"
#endif
