// Particles under one law: generated before this are pair(), law(), their slopes, strength(), twist().

// The push on every particle. Four rows at a time share what is loaded of a column.
static void pushes(const V *x, const V *p, V *push) {
  for (int i = 0; i < N; i++) push[i] = every(0.0);
  (void)x;
  (void)p;
#if PAIRS && PARITY
  int i = 0;
  for (; i + 4 <= N; i += 4) {
    V s[4] = {push[i], push[i + 1], push[i + 2], push[i + 3]};
    for (int j = 0; j < i; j++) {
      V t = every(0.0);
      for (int r = 0; r < 4; r++) {
        V k = pair(x[i + r], x[j], p);
        s[r] += k;
        t += k;
      }
      push[j] += (double)PARITY * t;
    }
    for (int r = 1; r < 4; r++)
      for (int q = 0; q < r; q++) {
        V k = pair(x[i + r], x[i + q], p);
        s[r] += k;
        s[q] += (double)PARITY * k;
      }
    for (int r = 0; r < 4; r++) push[i + r] = s[r];
  }
  for (; i < N; i++)
    for (int j = 0; j < i; j++) {
      V k = pair(x[i], x[j], p);
      push[i] += k;
      push[j] += (double)PARITY * k;
    }
#elif PAIRS
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      if (j != i) push[i] += pair(x[i], x[j], p);
#endif
}

static void drift(const V *x, const V *p, V *f) {
  V push[N];
  pushes(x, p, push);
  for (int i = 0; i < N; i++) f[i] = law(x[i], push[i], p);
}

INLINE void noise(const V *x, const V *p, V *b) {
  for (int i = 0; i < N; i++) b[i] = strength(x[i], p);
}

#if MILSTEIN
INLINE void correction(const V *x, const V *p, V *c) {
  for (int i = 0; i < N; i++) c[i] = twist(x[i], p);
}
#endif

#if THETA2 > 0
// The drift, and 1 − c J; of a symmetric J the lower half.
static void slopes(const V *x, const V *p, V c, V *f, V A[N][N]) {
  V push[N], own[N];
  for (int i = 0; i < N; i++) push[i] = own[i] = every(0.0);
#if PAIRS && PARITY
  for (int i = 1; i < N; i++)
    for (int j = 0; j < i; j++) {
      V k, by_x, by_o;
      pair_slopes(x[i], x[j], p, &k, &by_x, &by_o);
      push[i] += k;
      own[i] += by_x;
      push[j] += (double)PARITY * k;
      own[j] += (double)PARITY * by_o;
      A[i][j] = by_o;
#if !SYMMETRIC
      A[j][i] = (double)PARITY * by_x;
#endif
    }
#elif PAIRS
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      if (j == i) continue;
      V k, by_x, by_o;
      pair_slopes(x[i], x[j], p, &k, &by_x, &by_o);
      push[i] += k;
      own[i] += by_x;
      A[i][j] = by_o;
    }
#endif
  for (int i = 0; i < N; i++) {
    V by_x, by_push;
    law_slopes(x[i], push[i], p, &f[i], &by_x, &by_push);
    V factor = -c * by_push;
#if PAIRS
    for (int j = 0; j < (SYMMETRIC ? i : N); j++) A[i][j] *= factor;
#else
    for (int j = 0; j < N; j++) A[i][j] = every(0.0);
#endif
    A[i][i] = 1.0 - c * by_x + factor * own[i];
  }
}
#endif
