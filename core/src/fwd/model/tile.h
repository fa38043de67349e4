/* What attention works on: some rows of one sequence, one after the other, so that what is loaded of the cache serves
   all of them; and as many tokens as are weighed at a time. This is one head of it. */

#pragma once
#include "cells.h"

/* Whether products are of whole numbers (integers.h) or of floats (floats.h). */
#if CELL == 1 && defined(__AVX512VNNI__)
#define INTEGERS 1
#else
#define INTEGERS 0
#endif
/* The most rows. */
#if LANES == 16
#define MOST 8 /* there are twice as many registers as well */
#else
#define MOST 4
#endif
/* Blocks that are weighed at a time, and their tokens. */
#define GROUP 4
#define SPAN (GROUP * BLOCK)

typedef struct {
  float queries[MOST][HEAD]; /* scaled */
  float scores[MOST][SPAN];  /* of the tokens of a group; then their weights, not yet divided by `total` */
  float most[MOST];          /* the largest score so far: weights are relative to it */
  float fading[MOST];        /* by what earlier sums are to be multiplied since it grew */
  vec total[MOST];           /* the sum of all weights */
  vec sums[MOST][WIDTH];     /* weights times values, added up */
#if INTEGERS
  int32_t words[MOST][HEAD / 4]; /* queries as bytes: their distance from 0 in units of `query_unit` */
  int32_t middle[MOST];          /* products of these with MIDDLE everywhere */
  float query_unit[MOST];
  int32_t shares[MOST][SPAN / 4]; /* weights as bytes, in units of `share_unit` */
  float share_unit[MOST];
#elif CELL == 1
  float middle[MOST]; /* products of the queries with MIDDLE everywhere */
  vec scaled[MOST];   /* weights times scales, added up */
#endif
} tile;
