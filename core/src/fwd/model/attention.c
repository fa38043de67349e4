/* Causal attention over a paged cache of keys and values, for CPUs.

   `table` [slots][width] names the blocks of each sequence in order (cells.h says how they lie). Row i of the flat
   batch is the token at place `places[i]` of sequence `slots[i]` and sees the tokens up to itself. Tokens are weighed a
   group of blocks at a time, relative to the largest score so far (M. Milakov and N. Gimelshein, "Online normalizer
   calculation for softmax", 2018), so that nothing is kept that grows with the length. */

#include "tile.h"
#if INTEGERS
#include "integers.h"
#else
#include "floats.h"
#endif

#define LOWEST -1e30f

/* What all functions are told; the same struct stands in kernel.py. Strides are in floats, from row to row. */
typedef struct {
  const float *query, *key, *value;
  int64_t query_stride, key_stride, value_stride;
  char *keys, *values;
  float *mixed;
  const int32_t *table, *slots, *places;
  int64_t width, heads, kv_heads;
} call;

/* Hide from row `r` the last tokens of a group that has `count`: it sees only `seen`. */
INLINE void hide(tile *rows, int r, int64_t seen, int count, float with) {
  for (int64_t t = seen < 0 ? 0 : seen; t < count; t++) rows->scores[r][t] = with;
}

/* Scores become weights. The rows see so many of the group's tokens, each one more than the row before it. What can be
   done for all rows is done for all before the next thing, since each has to wait for the one before. */
INLINE void soften(tile *rows, int64_t seen, int count, int size) {
  float most[MOST];
#pragma GCC unroll 8
  for (int r = 0; r < size; r++) {
    hide(rows, r, seen + r, count, LOWEST);
    vec top = spread(rows->most[r]);
    for (int t = 0; t < count; t += LANES) top = larger(top, load(rows->scores[r] + t));
    most[r] = largest(top);
  }
#pragma GCC unroll 8
  for (int r = 0; r < size; r++) {
    rows->fading[r] = most[r] > rows->most[r] ? exponential(spread(rows->most[r] - most[r]))[0] : 1.0f;
    rows->most[r] = most[r];
  }
  for (int r = 0; r < size; r++) {
    vec sum = rows->total[r] * rows->fading[r];
    for (int t = 0; t < count; t += LANES) {
      const vec weight = exponential(load(rows->scores[r] + t) - most[r]);
      sum += weight;
      store(rows->scores[r] + t, weight);
    }
    rows->total[r] = sum;
  }
  /* What is hidden weighs nearly nothing: make it nothing, whatever the values are. */
  for (int r = 0; r < size; r++) hide(rows, r, seen + r, count, 0.0f);
}

/* Begin the tiles of all heads, for the rows from `first` on. */
INLINE void begin(const call *c, tile *heads, int64_t first, int size) {
  const float scale = 1.0f / __builtin_sqrtf((float)HEAD);
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) {
      const float *query = c->query + (first + r) * c->query_stride + h * HEAD;
      for (int k = 0; k < WIDTH; k++) {
        store(heads[h].queries[r] + k * LANES, load(query + k * LANES) * scale);
        heads[h].sums[r][k] = (vec){};
      }
      heads[h].most[r] = LOWEST;
      heads[h].total[r] = (vec){};
      take_query(heads + h, r);
    }
}

/* One group of `count` blocks. The first row sees `seen` of its tokens, each other row one more. */
INLINE void attend(tile *rows, const char *const *keys, const char *const *values, const char *const *ahead,
                   int64_t seen, int count, int size) {
  for (int b = 0; b < count; b++) score(rows, keys[b], values[b], b, size);
  soften(rows, seen, count * BLOCK, size);
  take_weights(rows, values, count, size);
  weigh(rows, values, ahead, count, size);
}

/* Rows `first` to `first + size` of a sequence, whose row of the table is `blocks`; `next` is that of the sequence that
   comes next. */
INLINE void mix(const call *c, tile *heads, int64_t first, const int32_t *blocks, const int32_t *next, int size) {
  const int64_t group = c->heads / c->kv_heads, bytes = c->kv_heads * BYTES;
  const int64_t last = c->places[first + size - 1] / BLOCK;
  begin(c, heads, first, size);
  for (int64_t j = 0; j <= last; j += GROUP) {
    const int count = last - j < GROUP ? last - j + 1 : GROUP;
    const int64_t seen = c->places[first] + 1 - j * BLOCK;
    /* Where the next group begins: further on, or in the next sequence. */
    const int64_t further = j + GROUP <= last ? j + GROUP : 0;
    const int32_t *following = further ? blocks + further : next;
    for (int64_t h = 0; h < c->heads; h++) {
      const int64_t at = h / group * BYTES, then = h + 1 < c->heads ? (h + 1) / group * BYTES : 0;
      const char *keys[GROUP], *values[GROUP], *ahead[GROUP];
      for (int b = 0; b < count; b++) {
        keys[b] = c->keys + blocks[j + b] * bytes + at;
        values[b] = c->values + blocks[j + b] * bytes + at;
        ahead[b] = c->keys + (then ? blocks[j + b] : following[further + b < c->width ? b : 0]) * bytes + then;
      }
      /* Nearly always a group is whole and seen by all: machine code that knows this is faster. */
      if (seen >= SPAN) attend(heads + h, keys, values, ahead, SPAN, GROUP, size);
      else attend(heads + h, keys, values, ahead, seen, count, size);
    }
  }
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) {
      const float factor = 1.0f / total(heads[h].total[r]);
      float *mixed = c->mixed + ((first + r) * c->heads + h) * HEAD;
      for (int k = 0; k < WIDTH; k++) store(mixed + k * LANES, weighed(heads + h, r, k) * factor);
    }
}

/* Put the keys and values of rows `begin` to `end` into the cache. */
void fwd_store(const call *c, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    const int64_t block = c->table[c->slots[i] * c->width + c->places[i] / BLOCK], t = c->places[i] % BLOCK;
    for (int64_t h = 0; h < c->kv_heads; h++) {
      token one;
      pack(&one, c->key + i * c->key_stride + h * HEAD);
      put_key(c->keys + (block * c->kv_heads + h) * BYTES, t, &one);
      pack(&one, c->value + i * c->value_stride + h * HEAD);
      put_value(c->values + (block * c->kv_heads + h) * BYTES, t, &one);
    }
  }
}

/* Attention of rows `begin` to `end`, whose keys and values are stored. */
void fwd_mix(const call *c, int64_t begin, int64_t end) {
  tile heads[c->heads];
  for (int64_t first = begin, after; first < end; first = after) {
    const int32_t slot = c->slots[first], *blocks = c->table + slot * c->width;
    for (after = first + 1; after < end && c->slots[after] == slot;) after++;
    const int32_t *next = after < end ? c->table + c->slots[after] * c->width : blocks;
#if MOST == 8
    for (; after - first >= 8; first += 8) mix(c, heads, first, blocks, next, 8);
#endif
    for (; after - first >= 4; first += 4) mix(c, heads, first, blocks, next, 4);
    for (; after - first >= 2; first += 2) mix(c, heads, first, blocks, next, 2);
    if (first < after) mix(c, heads, first++, blocks, next, 1);
  }
}
