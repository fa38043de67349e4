/* Causal attention over a paged cache of keys and values, for CPUs.

   The cache of one layer is a pool of blocks of BLOCK tokens. A block of keys is [kv_heads][head][BLOCK], so that the
   scores of neighbouring tokens are neighbours; a block of values is [kv_heads][BLOCK][head]. `table` [slots][width]
   names the blocks of each sequence in order. Row i of the flat batch is the token at place `places[i]` of sequence
   `slots[i]` and sees the tokens up to itself.

   A cell of the cache is a float or, with half the traffic from memory, its upper half (bf16). Two rows of halves lie
   in one row of 32-bit words, so that a shift or a mask makes floats of a whole vector. Sums are always of floats. */

#include "vectors.h"
#include <stdlib.h>

#define BLOCK 16
#define PARTS (BLOCK / LANES)

typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef uint32_t loose_words __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* What all functions are told; the same struct stands in kernel.py. Strides are in floats, from row to row. */
typedef struct {
  const float *query, *key, *value;
  int64_t query_stride, key_stride, value_stride;
  char *keys, *values;
  float *mixed;
  const int32_t *table, *slots, *places;
  int64_t width, heads, kv_heads, head, cell;
} call;

/* Compilers would load a vector again for each of its uses rather than keep it in a register. */
#if defined(__x86_64__)
#define KEEP(x) __asm__("" : "+x"(x))
#else
#define KEEP(x)
#endif

/* LANES cells from column `k` on of the rows `i` and `i + 1` of a matrix. */
INLINE void two_rows(const char *matrix, int i, int width, int k, int cell, vec *one, vec *other) {
  if (cell == 4) {
    *one = load((const float *)matrix + i * width + k);
    *other = load((const float *)matrix + (i + 1) * width + k);
    KEEP(*one);
    KEEP(*other);
  } else {
    const words both = *(const loose_words *)((const uint32_t *)matrix + i / 2 * width + k);
    *one = (vec)(both << 16);
    *other = (vec)(both & 0xffff0000u);
  }
}

/* Put a number at row `i` and column `k`; to the nearest half, ties to even. */
INLINE void put(char *matrix, int64_t i, int64_t width, int64_t k, float x, int cell) {
  const union { float number; uint32_t bits; } it = {x};
  if (cell == 4) ((float *)matrix)[i * width + k] = x;
  else ((uint16_t *)matrix)[(i / 2 * width + k) * 2 + i % 2] = (it.bits + 0x7fff + (it.bits >> 16 & 1)) >> 16;
}

/* Ask for one of `parts` equal parts of a block. Asking for all at once would stall. */
INLINE void fetch(const char *block, int bytes, int part, int parts) {
  for (int i = 0; i < bytes / parts; i += 64) __builtin_prefetch(block + bytes / parts * part + i);
}

/* A tile is some rows of one sequence, one after the other: what is loaded of the cache serves all of them. MOST is the
   largest. This is one head of a tile. */
#define MOST 4
/* How many blocks ahead memory is asked for. */
#define AHEAD 1

typedef struct {
  const float *query[MOST]; /* scaled, [head] */
  float *scores[MOST];      /* [width * BLOCK] */
  vec *sums[MOST];          /* [head / LANES] */
} tile;

/* Scores of one block: queries [head] times keys [head][BLOCK]. Where registers are left there are several sums for
   each score, since one would have to wait for itself. Meanwhile the block `ahead` is asked for. */
INLINE void score(const tile *rows, const char *keys, const char *ahead, int64_t from, int head, int cell, int size) {
  const int ways = size == 1 ? 4 : PARTS == 1 ? 2 : 1, step = size == 1 ? 4 : 2;
  vec sums[4][MOST][PARTS] = {};
  for (int i = 0; i < head; i += step) {
    fetch(ahead, BLOCK * head * cell, i / step, head / step);
#pragma GCC unroll 2
    for (int w = 0; w < step; w += 2) {
      vec key[2][PARTS];
#pragma GCC unroll 4
      for (int p = 0; p < PARTS; p++) two_rows(keys, i + w, BLOCK, p * LANES, cell, &key[0][p], &key[1][p]);
#pragma GCC unroll 4
      for (int r = 0; r < size; r++)
#pragma GCC unroll 2
        for (int u = 0; u < 2; u++)
#pragma GCC unroll 4
          for (int p = 0; p < PARTS; p++) sums[(w + u) % ways][r][p] += rows->query[r][i + w + u] * key[u][p];
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < size; r++)
#pragma GCC unroll 4
    for (int p = 0; p < PARTS; p++) {
      vec sum = sums[0][r][p];
      if (ways > 1) sum += sums[1][r][p];
      if (ways > 2) sum += sums[2][r][p] + sums[3][r][p];
      store(rows->scores[r] + from + p * LANES, sum);
    }
}

/* Add weights [BLOCK] times values [BLOCK][head] to the sums, a few registers of the width at a time. */
INLINE void weigh(const tile *rows, const char *values, const char *ahead, int64_t from, int head, int cell, int size) {
  const int width = head / LANES, most = size == 1 ? 8 : 2, step = width < most ? width : most;
  for (int k = 0; k < width; k += step) {
    vec part[MOST][8];
#pragma GCC unroll 4
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) part[r][p] = rows->sums[r][k + p];
    for (int t = 0; t < BLOCK; t += 2) {
      fetch(ahead, BLOCK * head * cell, (k / step * BLOCK + t) / 2, width / step * BLOCK / 2);
#pragma GCC unroll 4
      for (int p = 0; p < step; p += 2) {
        vec value[2][2];
#pragma GCC unroll 2
        for (int q = 0; q < 2; q++) two_rows(values, t, head, (k + p + q) * LANES, cell, &value[0][q], &value[1][q]);
#pragma GCC unroll 4
        for (int r = 0; r < size; r++)
#pragma GCC unroll 2
          for (int u = 0; u < 2; u++)
#pragma GCC unroll 2
            for (int q = 0; q < 2; q++) part[r][p + q] += rows->scores[r][from + t + u] * value[u][q];
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < size; r++)
#pragma GCC unroll 8
      for (int p = 0; p < step; p++) rows->sums[r][k + p] = part[r][p];
  }
}

/* Hide from a row the tokens after it, among the BLOCK from `from` on. */
INLINE void hide(float *scores, int64_t from, int64_t place, float with) {
  for (int64_t t = place + 1 > from ? place + 1 : from; t < from + BLOCK; t++) scores[t] = with;
}

/* Scores become weights, not yet divided by their sum, which is returned. */
INLINE float weights(float *scores, int64_t place, int64_t end) {
  vec top = spread(-1e30f), sum = {};
  for (int64_t t = 0; t < end; t += LANES) {
    const vec seen = load(scores + t);
    top = pick(seen > top, seen, top);
  }
  const float most = largest(top);
  for (int64_t t = 0; t < end; t += LANES) {
    const vec weight = exponential(load(scores + t) - most);
    sum += weight;
    store(scores + t, weight);
  }
  /* What is hidden weighs nearly nothing: make it nothing, whatever the values are. */
  for (int64_t from = place / BLOCK * BLOCK; from < end; from += BLOCK) hide(scores, from, place, 0.0f);
  return total(sum);
}

/* Room for a tile: queries [heads][MOST][head], scores [heads][MOST][width * BLOCK], sums [heads][MOST][head]. */
typedef struct {
  float *queries, *scores;
  vec *sums;
} room;

/* Rows `first` to `first + size` of a sequence, whose row of the table is `blocks`; `next` is that of the sequence that
   comes next. All heads of a block follow each other, as they do in memory, which is much faster to read that way. */
INLINE void mix_tile(const call *c, room space, int64_t first, const int32_t *blocks, const int32_t *next, int head,
                     int cell, int size) {
  const int64_t bytes = BLOCK * head * cell, group = c->heads / c->kv_heads, span = c->width * BLOCK;
  const int64_t begin = c->places[first] / BLOCK, last = c->places[first + size - 1] / BLOCK;
  const float scale = 1.0f / __builtin_sqrtf((float)head);
  tile rows[c->heads];
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++) {
      const int64_t row = h * MOST + r;
      const float *query = c->query + (first + r) * c->query_stride + h * head;
      for (int d = 0; d < head; d++) space.queries[row * head + d] = query[d] * scale;
      rows[h].query[r] = space.queries + row * head;
      rows[h].scores[r] = space.scores + row * span;
      rows[h].sums[r] = space.sums + row * (head / LANES);
      for (int k = 0; k < head / LANES; k++) rows[h].sums[r][k] = (vec){};
    }
  for (int64_t j = 0; j <= last; j++) {
    const char *block = c->keys + blocks[j] * c->kv_heads * bytes;
    const char *ahead = j + AHEAD <= last ? c->keys + blocks[j + AHEAD] * c->kv_heads * bytes
                                          : c->values + blocks[(j + AHEAD) % (last + 1)] * c->kv_heads * bytes;
    for (int64_t h = 0; h < c->heads; h++) {
      score(rows + h, block + h / group * bytes, ahead + h / group * bytes, j * BLOCK, head, cell, size);
      if (j >= begin)
        for (int r = 0; r < size; r++) hide(rows[h].scores[r], j * BLOCK, c->places[first + r], -1e30f);
    }
  }
  float whole[c->heads][MOST];
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++)
      whole[h][r] = 1.0f / weights(rows[h].scores[r], c->places[first + r], (last + 1) * BLOCK);
  for (int64_t j = 0; j <= last; j++) {
    const char *block = c->values + blocks[j] * c->kv_heads * bytes;
    const char *ahead = j + AHEAD <= last ? c->values + blocks[j + AHEAD] * c->kv_heads * bytes
                                          : c->keys + next[(j + AHEAD - last - 1) % c->width] * c->kv_heads * bytes;
    for (int64_t h = 0; h < c->heads; h++)
      weigh(rows + h, block + h / group * bytes, ahead + h / group * bytes, j * BLOCK, head, cell, size);
  }
  for (int64_t h = 0; h < c->heads; h++)
    for (int r = 0; r < size; r++)
      for (int k = 0; k < head / LANES; k++)
        store(c->mixed + ((first + r) * c->heads + h) * head + k * LANES, rows[h].sums[r][k] * whole[h][r]);
}

INLINE int mix_rows(const call *c, int64_t begin, int64_t end, int head, int cell) {
  const int64_t count = c->heads * MOST, span = c->width * BLOCK;
  float *memory = aligned_alloc(64, (count * (2 * head + span) * sizeof(float) + 63) / 64 * 64);
  if (!memory) return 0;
  const room space = {memory + count * head, memory + 2 * count * head, (vec *)memory};
  for (int64_t first = begin, after; first < end; first = after) {
    const int32_t slot = c->slots[first], *blocks = c->table + slot * c->width;
    for (after = first + 1; after < end && c->slots[after] == slot;) after++;
    const int32_t *next = after < end ? c->table + c->slots[after] * c->width : blocks;
    for (; after - first >= MOST; first += MOST) mix_tile(c, space, first, blocks, next, head, cell, MOST);
    for (; first < after; first++) mix_tile(c, space, first, blocks, next, head, cell, 1);
  }
  free(memory);
  return 1;
}

INLINE void store_rows(const call *c, int64_t begin, int64_t end, int cell) {
  const int64_t head = c->head, size = c->kv_heads * BLOCK * head;
  for (int64_t i = begin; i < end; i++) {
    const int64_t block = c->table[c->slots[i] * c->width + c->places[i] / BLOCK], t = c->places[i] % BLOCK;
    for (int64_t h = 0; h < c->kv_heads; h++) {
      const int64_t at = (block * size + h * BLOCK * head) * cell;
      const float *key = c->key + i * c->key_stride + h * head, *value = c->value + i * c->value_stride + h * head;
      for (int64_t d = 0; d < head; d++) put(c->keys + at, d, BLOCK, t, key[d], cell);
      for (int64_t d = 0; d < head; d++) put(c->values + at, t, head, d, value[d], cell);
    }
  }
}

/* Put the keys and values of rows `begin` to `end` into the cache. */
void fwd_store(const call *c, int64_t begin, int64_t end) {
  if (c->cell == 4) store_rows(c, begin, end, 4);
  else store_rows(c, begin, end, 2);
}

/* Attention of rows `begin` to `end`, whose keys and values are stored. Returns whether it was done: there may be no
   memory, or no machine code for heads of this width. */
int fwd_mix(const call *c, int64_t begin, int64_t end) {
  switch (c->head * 8 + c->cell) {
    case 32 * 8 + 2: return mix_rows(c, begin, end, 32, 2);
    case 32 * 8 + 4: return mix_rows(c, begin, end, 32, 4);
    case 64 * 8 + 2: return mix_rows(c, begin, end, 64, 2);
    case 64 * 8 + 4: return mix_rows(c, begin, end, 64, 4);
    case 128 * 8 + 2: return mix_rows(c, begin, end, 128, 2);
    case 128 * 8 + 4: return mix_rows(c, begin, end, 128, 4);
    default: return 0;
  }
}
