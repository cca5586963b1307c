// One attempt at a step for every lane, and the book that each lane keeps of its path.
// Before this come lanes.c and what is generated for one process: N, M, Q, THETA, DENSE, SYMMETRIC, WALLS, MILSTEIN,
// drift(), slopes(), noise(), correction(), room(), reach().

enum { REACHED_END, TOO_MANY_STEPS, UNRESOLVED, BLOW_UP };
enum { NEW, SPLIT, POP, IDLE };

#ifndef M_PARAMETERS
#define M_PARAMETERS (Q > 0 ? Q : 1)
#endif
#define B_LENGTH (DENSE ? N * M : N)
#define NEWTON_STEPS 12
// Newton stops after a correction by this part of the smallest gap or of the noise; the next one would be about its square.
#define CLOSE 1e-4

// What the noise adds in a step, and the largest standard deviation in unit time of any state.
INLINE V shocks(const V *b, const V *dw, V *d) {
  V largest = every(0.0);
  for (int i = 0; i < N; i++) {
#if DENSE
    V sum = every(0.0), squares = every(0.0);
    for (int m = 0; m < M; m++) {
      sum += b[i * M + m] * dw[m];
      squares += b[i * M + m] * b[i * M + m];
    }
    d[i] = sum;
    largest = larger(largest, root(squares));
#else
    d[i] = b[i] * dw[i];
    largest = larger(largest, magnitude(b[i]));
#endif
  }
  return largest;
}

#if THETA2 > 0
#define THETA (THETA2 / 2.0)
// Solves A d = r in place, without pivots: A is the unit matrix minus a small one, or symmetric and positive.
static void solve(V A[N][N], V *r) {
  V inv[N];
#if SYMMETRIC
  // Four columns at a time, so that the rest of the matrix is loaded and stored once for four of them.
  V column[4][N];
  for (int k = 0; k < N; k += 4) {
    int end = k + 4 < N ? k + 4 : N;
    for (int c = k; c < end; c++) {
      inv[c] = inverse(A[c][c]);
      for (int i = c + 1; i < N; i++) {
        column[c - k][i] = A[i][c];
        A[i][c] *= inv[c];
        r[i] -= A[i][c] * r[c];
        for (int j = c + 1; j < end && j <= i; j++) A[i][j] -= A[i][c] * column[c - k][j];
      }
    }
    // Here is nothing left to do unless all four were taken.
    for (int i = k + 4; i < N; i++) {
      V l0 = A[i][k], l1 = A[i][k + 1], l2 = A[i][k + 2], l3 = A[i][k + 3];
      for (int j = k + 4; j <= i; j++)
        A[i][j] -= (l0 * column[0][j] + l1 * column[1][j]) + (l2 * column[2][j] + l3 * column[3][j]);
    }
  }
  for (int k = 0; k < N; k++) r[k] *= inv[k];
  for (int k = N - 1; k > 0; k--)
    for (int i = 0; i < k; i++) r[i] -= A[k][i] * r[k];
#else
  for (int k = 0; k < N; k++) {
    inv[k] = inverse(A[k][k]);
    for (int i = k + 1; i < N; i++) {
      V factor = A[i][k] * inv[k];
      for (int j = k + 1; j < N; j++) A[i][j] -= factor * A[k][j];
      r[i] -= factor * r[k];
    }
  }
  for (int k = N - 1; k >= 0; k--) {
    r[k] *= inv[k];
    for (int i = 0; i < k; i++) r[i] -= A[i][k] * r[k];
  }
#endif
}

// y = z + THETA h f(y), by Newton's method that stays between the walls. Returns which lanes arrived.
INLINE I implicit(const V *z, const V *p, V h, V largest, I active, V *y, V A[N][N]) {
  I done = ~active;
  V reachable = largest * root(h);
  for (int step = 0; step < NEWTON_STEPS; step++) {
    V g[N], r[N];
    slopes(y, p, THETA * h, g, A);
    for (int i = 0; i < N; i++) r[i] = z[i] + THETA * h * g[i] - y[i];
    solve(A, r);
    V part = reach(y, r, p), size = every(0.0), far = every(0.0);
    for (int i = 0; i < N; i++) {
      size = larger(size, magnitude(r[i]));
      far = larger(far, magnitude(y[i]));
    }
    I small = (size <= CLOSE * smaller(room(y, p), reachable)) | (size <= 1e-13 * far);
    V go = where(done, every(0.0), part);
    for (int i = 0; i < N; i++) y[i] = where(done, y[i], y[i] + go * r[i]);
    done |= small & (part == 1.0);
    if (!any(~done)) break;
  }
  return done;
}
#endif

// A step of length h from x, where the drift is f, to y, where it is g. Returns which lanes may go on from there.
// ``fine`` is the largest error of the step that is allowed, for noise of strength one.
static I attempt(const V *x, const V *f, const V *p, V h, const V *dw, V fine, I active, V *y, V *g, V A[N][N]) {
  V b[B_LENGTH], d[N];
  noise(x, p, b);
  V largest = shocks(b, dw, d);
#if THETA2 > 0
  V z[N];
  for (int i = 0; i < N; i++) {
    z[i] = x[i] + (1.0 - THETA) * h * f[i] + d[i];
    d[i] += h * f[i];
  }
  V part = reach(x, d, p);
  for (int i = 0; i < N; i++) y[i] = x[i] + part * d[i];
  I ok = implicit(z, p, h, largest, active, y, A);
  V back = inverse(THETA * h);
  for (int i = 0; i < N; i++) g[i] = (y[i] - z[i]) * back;
#else
  (void)A;
#if MILSTEIN
  V c[N];
  correction(x, p, c);
  for (int i = 0; i < N; i++) d[i] += c[i] * (dw[i] * dw[i] - h);
#endif
  for (int i = 0; i < N; i++) y[i] = x[i] + h * f[i] + d[i];
  drift(y, p, g);
  I ok = active;
#endif
  // Without noise nothing says how large an error is; then only walls and numbers that are not finite are minded.
  V allowed = where((fine < every(INFINITY)) & (largest > 0.0), fine * largest, every(INFINITY));
  for (int i = 0; i < N; i++) {
    V error = 0.5 * h * magnitude(g[i] - f[i]);
    ok &= (magnitude(y[i]) < every(INFINITY)) & (magnitude(g[i]) < every(INFINITY)) & (error <= allowed);
  }
#if WALLS
  ok &= room(y, p) > 0.0;
#endif
  return ok;
}

typedef struct {
  int64_t paths, steps, times, refine, depth, max_attempts;
  double resolution;
  uint64_t key, first_path;
  const double *initial, *parameters, *lengths, *given;
  const int64_t *slots;
  double *y, *w, *stop_y, *stop_part;
  int64_t *outcome, *stop_step, *accepted, *rejected;
} Job;

// Paths first to last − 1 of the job. Returns 0, or 1 if there is no memory.
int run(const Job *job, int64_t first, int64_t last) {
  const int64_t P = job->paths, T = job->times;
  V x[N], f[N], y[N], g[N], p[M_PARAMETERS], dw[M], sum[M];
  V(*A)[N] = aligned_alloc(64, sizeof(V) * N * N);
  double *right = aligned_alloc(64, sizeof(V) * M * (size_t)(job->depth + 1));
  int64_t path[W], step[W], level[W], accepted[W], rejected[W];
  uint64_t node[W];
  int need[W], running = 0;
  int64_t next = first;
  if (!A || !right) {
    free(A);
    free(right);
    return 1;
  }
  for (int i = 0; i < N; i++) x[i] = y[i] = f[i] = g[i] = every(0.0);
  for (int q = 0; q < M_PARAMETERS; q++) p[q] = every(0.0);
  for (int m = 0; m < M; m++) dw[m] = sum[m] = every(0.0);
  for (int l = 0; l < W; l++) {
    need[l] = IDLE;
    path[l] = -1;
    step[l] = level[l] = 0;
    node[l] = 1;
  }
  for (;;) {
    // A lane that has nothing to do takes the next path.
    I fresh = {0};
    for (int l = 0; l < W; l++) {
      if (path[l] >= 0 || next >= last) continue;
      path[l] = next++;
      step[l] = level[l] = accepted[l] = rejected[l] = 0;
      node[l] = 1;
      need[l] = NEW;
      fresh[l] = -1;
      running++;
      for (int i = 0; i < N; i++) x[i][l] = job->initial[i * P + path[l]];
      for (int q = 0; q < Q; q++) p[q][l] = job->parameters[q * P + path[l]];
      for (int m = 0; m < M; m++) sum[m][l] = 0.0;
    }
    if (!running) break;
    if (any(fresh)) {
      drift(x, p, g);
      for (int i = 0; i < N; i++) f[i] = where(fresh, g[i], f[i]);
    }

    // The increments of the Brownian motions: new ones, halves of those that were tried, or right halves kept before.
    U at_path = every_u(0), at_step = every_u(0), at_node = every_u(0), at_high = every_u(0);
    V keep = every(1.0), spread = every(0.0), h = every(1.0), fine = every(INFINITY);
    I draws = {0}, splits = {0}, active = {0}, taken = {0};
    for (int l = 0; l < W; l++) {
      if (need[l] == IDLE) continue;
      active[l] = -(level[l] >= job->refine);
      double whole = job->lengths[step[l]];
      h[l] = ldexp(whole, -(int)level[l]);
      if (job->resolution < INFINITY) fine[l] = job->resolution * sqrt(whole);
      at_path[l] = job->first_path + (uint64_t)path[l];
      at_step[l] = (uint64_t)step[l];
      if (need[l] == NEW) {
        draws[l] = -1;
        keep[l] = 0.0;
        spread[l] = sqrt(h[l]);
      } else if (need[l] == SPLIT) {
        uint64_t parent = node[l] >> 1;
        draws[l] = splits[l] = -1;
        keep[l] = 0.5;
        spread[l] = 0.5 * sqrt(2.0 * h[l]);
        at_node[l] = parent & 0xffffffffULL;
        at_high[l] = (parent >> 32) << 16;
      }
    }
    if (any(draws)) {
      V z[M + 1];
      normals(at_path, at_step, at_node, at_high, job->key, (M + 1) / 2, z);
      if (any(splits))
        for (int m = 0; m < M; m++) {
          V other = dw[m] - (keep * dw[m] + spread * z[m]);
          for (int l = 0; l < W; l++)
            if (splits[l]) right[(level[l] * M + m) * W + l] = other[l];
        }
      for (int m = 0; m < M; m++) dw[m] = where(draws, keep * dw[m] + spread * z[m], dw[m]);
    }
    for (int l = 0; l < W; l++) {
      if (need[l] == POP)
        for (int m = 0; m < M; m++) dw[m][l] = right[(level[l] * M + m) * W + l];
      if (need[l] == NEW && job->given)
        for (int m = 0; m < M; m++) dw[m][l] = job->given[(m * job->steps + step[l]) * P + path[l]];
    }

    // Steps that are to be halved anyway are not tried.
    if (any(active)) taken = active & attempt(x, f, p, h, dw, fine, active, y, g, A);
    for (int i = 0; i < N; i++) {
      x[i] = where(taken, y[i], x[i]);
      f[i] = where(taken, g[i], f[i]);
    }
    if (job->w)
      for (int m = 0; m < M; m++) sum[m] += where(taken, dw[m], every(0.0));

    for (int l = 0; l < W; l++) {
      if (need[l] == IDLE) continue;
      int64_t at = path[l], ended = -1;
      if (taken[l]) {
        accepted[l]++;
        while (level[l] > 0 && (node[l] & 1)) {
          node[l] >>= 1;
          level[l]--;
        }
        if (level[l] > 0) {
          node[l]++;
          need[l] = POP;
        } else {
          step[l]++;
          need[l] = NEW;
          int64_t slot = job->slots[step[l]];
          if (slot >= 0) {
            for (int i = 0; i < N; i++) job->y[(i * T + slot) * P + at] = x[i][l];
            if (job->w)
              for (int m = 0; m < M; m++) job->w[(m * T + slot) * P + at] = sum[m][l];
          }
          if (step[l] == job->steps) ended = REACHED_END;
        }
      } else {
        if (level[l] >= job->refine) rejected[l]++;
        if (level[l] < job->depth) {
          level[l]++;
          node[l] <<= 1;
          need[l] = SPLIT;
        } else {
          int finite = 1;
          for (int i = 0; i < N; i++) finite &= isfinite(y[i][l]) != 0;
          ended = finite ? UNRESOLVED : BLOW_UP;
        }
      }
      if (ended < 0 && accepted[l] + rejected[l] >= job->max_attempts) ended = TOO_MANY_STEPS;
      if (ended < 0) continue;
      job->outcome[at] = ended;
      job->stop_step[at] = step[l];
      job->stop_part[at] = need[l] == NEW ? 0.0 : ldexp((double)(node[l] - (1ULL << level[l])), -(int)level[l]);
      for (int i = 0; i < N; i++) job->stop_y[i * P + at] = x[i][l];
      job->accepted[at] = accepted[l];
      job->rejected[at] = rejected[l];
      path[l] = -1;
      need[l] = IDLE;
      running--;
    }
  }
  free(A);
  free(right);
  return 0;
}

// For the tests: the words of one counter, and the two normal numbers made of them.
void draw(const uint32_t *counter, uint64_t key, uint32_t *words, double *numbers) {
  U c[4];
  V two[2];
  for (int i = 0; i < 4; i++) c[i] = every_u(counter[i]);
  philox(c, (uint32_t)key, (uint32_t)(key >> 32));
  for (int i = 0; i < 4; i++) words[i] = (uint32_t)c[i][0];
  turned(radius(c[0], c[1]), c[2], c[3], two, two + 1);
  numbers[0] = two[0][0];
  numbers[1] = two[1][0];
}
