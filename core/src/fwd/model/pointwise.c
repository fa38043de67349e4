/* What a block of the transformer computes for each token alone, besides matrix products, each in one pass over memory
   (see fwd.model.pointwise). All functions take the rows `begin` to `end`; widths are multiples of 16. */

#include "vectors.h"

/* out [rows][width] = x [rows][width] / sqrt(mean(x^2) + epsilon) * weight [width] */
void fwd_norm(const float *x, const float *weight, float *out, int64_t width, float epsilon, int64_t begin,
              int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    const float *from = x + i * width;
    vec squares = {};
    for (int64_t k = 0; k < width; k += LANES) squares += load(from + k) * load(from + k);
    const float scale = 1.0f / __builtin_sqrtf(total(squares) / width + epsilon);
    for (int64_t k = 0; k < width; k += LANES) store(out + i * width + k, load(from + k) * scale * load(weight + k));
  }
}

/* out [rows][width] = silu(gate) * up, of both [rows][gate, up][width] */
void fwd_gate(const float *both, float *out, int64_t width, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++)
    for (int64_t k = 0; k < width; k += LANES) {
      const vec gate = load(both + 2 * i * width + k), up = load(both + (2 * i + 1) * width + k);
      const vec small = exponential(pick(gate < 0.0f, gate, -gate));
      store(out + i * width + k, gate * pick(gate < 0.0f, small, spread(1.0f)) / (1.0f + small) * up);
    }
}

/* Turn, in place, the first `heads` heads of x [rows][stride]: the pair (k, k + head / 2) by the angle of cos and sin
   [rows][head], whose sines are negative in the first half. */
void fwd_rotate(float *x, const float *cos, const float *sin, int64_t stride, int64_t heads, int64_t head,
                int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++)
    for (int64_t h = 0; h < heads; h++)
      for (int64_t k = 0; k < head / 2; k += LANES) {
        float *first = x + i * stride + h * head + k, *second = first + head / 2;
        const float *c = cos + i * head + k, *s = sin + i * head + k;
        const vec one = load(first), other = load(second);
        store(first, one * load(c) + other * load(s));
        store(second, other * load(c + head / 2) + one * load(s + head / 2));
      }
}
