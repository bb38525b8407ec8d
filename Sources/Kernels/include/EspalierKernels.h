#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H
#include "convolution.h"
#include "gemm.h"
#include "instructions.h"
#include "pooling.h"
#include "threads.h"
#endif
