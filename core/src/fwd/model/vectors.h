/* Vectors for all kernels: GCC's and Clang's own extension, as wide as the processor's registers, since wider ones are
   compiled badly. */

#pragma once
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef float loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

INLINE vec load(const float *from) { return *(const loose *)from; }
INLINE void store(float *to, vec x) { *(loose *)to = x; }
INLINE vec spread(float x) { return (vec){} + x; }
INLINE vec pick(ints which, vec yes, vec no) { return (vec)((which & (ints)yes) | (~which & (ints)no)); }

/* exp(x) for x <= 0: a power of two times a polynomial of the rest (Cody and Waite's reduction), to about two units in
   the last place. */
INLINE vec exponential(vec x) {
  const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number */
  x = pick(x < -87.0f, spread(-87.0f), x);
  vec shifted = x * 1.44269504f + magic;
  vec n = shifted - magic;
  vec rest = x - n * 0.693145752f - n * 1.42860677e-6f;
  vec p = rest * (1.0f / 5040) + 1.0f / 720;
  p = p * rest + 1.0f / 120;
  p = p * rest + 1.0f / 24;
  p = p * rest + 1.0f / 6;
  p = p * rest + 0.5f;
  p = p * rest + 1.0f;
  p = p * rest + 1.0f;
  ints power = ((ints)shifted - (ints)spread(magic) + 127) << 23;
  return p * (vec)power;
}

INLINE float largest(vec x) {
  float most = x[0];
  for (int i = 1; i < LANES; i++) most = x[i] > most ? x[i] : most;
  return most;
}

INLINE float total(vec x) {
  float sum = 0;
  for (int i = 0; i < LANES; i++) sum += x[i];
  return sum;
}
