// Where the process lives: between walls that are linear in the states.

// The smallest distance from a wall; infinite without any.
INLINE V room(const V *x, const V *p) {
  V least = every(INFINITY);
  (void)x;
  (void)p;
#if ORDERED
  for (int i = 0; i + 1 < N; i++) least = smaller(least, x[i] - x[i + 1]);
#endif
#if ABOVE
  for (int i = ORDERED ? N - 1 : 0; i < N; i++) least = smaller(least, x[i] - bound(p));
#endif
  return least;
}

INLINE V reach_one(V before, V change) {
  return where(change < 0.0, over(-SHORT_OF_WALL * before, change), every(1.0));
}

// The part of a step, at most one, that stays on this side of every wall.
INLINE V reach(const V *x, const V *d, const V *p) {
  V part = every(1.0);
  (void)x;
  (void)d;
  (void)p;
#if ORDERED
  for (int i = 0; i + 1 < N; i++) part = smaller(part, reach_one(x[i] - x[i + 1], d[i] - d[i + 1]));
#endif
#if ABOVE
  for (int i = ORDERED ? N - 1 : 0; i < N; i++) part = smaller(part, reach_one(x[i] - bound(p), d[i]));
#endif
  return part;
}
