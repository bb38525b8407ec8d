#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H
#include "threads.h"
#endif
