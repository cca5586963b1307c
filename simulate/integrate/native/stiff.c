/* Stiff steps: the linearly implicit Euler method, extrapolated, with variable order.
   Source: E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed. (Springer, 1996), section IV.9 and the
   program SEULEX; choice of order and step as in volume I, section II.9. Increments are extrapolated, not states. */
enum { COLUMNS = 12 };
static const int substeps[COLUMNS] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

struct stiff {
    int order, fresh, rejected, columns; /* columns: of the last accepted step */
    double table[COLUMNS][N], jacobian[N * N], matrix[N * N], slope[N], at[N], shift[N], best[COLUMNS + 1], cost[COLUMNS + 1];
    int pivot[N];
    double one[one_rate_work], two[one_jacobian_work];
};

static int decompose(double *a, int *pivot) {
    for (int c = 0; c < N; c++) {
        int top = c;
        for (int r = c + 1; r < N; r++)
            if (fabs(a[r * N + c]) > fabs(a[top * N + c])) top = r;
        pivot[c] = top;
        if (!(fabs(a[top * N + c]) > 0)) return 0;
        if (top != c)
            for (int i = 0; i < N; i++) {
                const double swap = a[c * N + i];
                a[c * N + i] = a[top * N + i], a[top * N + i] = swap;
            }
        const double by = 1 / a[c * N + c];
        for (int r = c + 1; r < N; r++) {
            const double factor = a[r * N + c] *= by;
            if (factor == 0) continue;
            for (int i = c + 1; i < N; i++) a[r * N + i] -= factor * a[c * N + i];
        }
    }
    return 1;
}

static void solve(const double *a, const int *pivot, double *b) {
    for (int c = 0; c < N; c++) {
        const double swap = b[c];
        b[c] = b[pivot[c]], b[pivot[c]] = swap;
    }
    for (int r = 1; r < N; r++) {
        double sum = b[r];
        for (int i = 0; i < r; i++) sum -= a[r * N + i] * b[i];
        b[r] = sum;
    }
    for (int r = N - 1; r >= 0; r--) {
        double sum = b[r];
        for (int i = r + 1; i < N; i++) sum -= a[r * N + i] * b[i];
        b[r] = sum / a[r * N + r];
    }
}

static double scaled(const double *v, const double *y, const double *z, const struct settings *s) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        const double size = one_larger(fabs(y[i]), z ? fabs(y[i] + z[i]) : 0);
        const double part = v[i] / (s->atol + s->rtol * size);
        sum += part * part;
    }
    return sqrt(sum / N);
}

/* Column c of the table: substeps[c] steps of length h / substeps[c]. 0 if the step is too long for the method. */
static int column(struct stiff *q, int c, const double *y, const double *p, double t, double h, const struct settings *s, long *rates) {
    const double part = h / substeps[c];
    double *sum = q->table[c], *d = q->slope;
    for (int i = 0; i < N * N; i++) q->matrix[i] = -part * q->jacobian[i];
    for (int i = 0; i < N; i++) q->matrix[i * N + i] += 1, sum[i] = 0;
    if (!decompose(q->matrix, q->pivot)) return 0;
    for (int m = 1; m <= substeps[c]; m++) {
        for (int i = 0; i < N; i++) q->at[i] = y[i] + sum[i];
        one_rate(t + m * part, q->at, p, q->one, d);
        ++*rates;
        for (int i = 0; i < N; i++) d[i] *= part;
        solve(q->matrix, q->pivot, d);
        for (int i = 0; i < N; i++) sum[i] += d[i];
        if (c == 0 && m == 1) { /* would Newton's method converge from here? */
            const double first = scaled(d, y, 0, s);
            for (int i = 0; i < N; i++) q->at[i] = y[i] + d[i], q->shift[i] = d[i];
            one_rate(t + part, q->at, p, q->one, d);
            ++*rates;
            for (int i = 0; i < N; i++) d[i] = part * d[i] - q->shift[i];
            solve(q->matrix, q->pivot, d);
            if (!(scaled(d, y, 0, s) <= first)) return 0;
        }
    }
    for (int i = 0; i < N; i++)
        if (!(fabs(sum[i]) < INFINITY)) return 0;
    return 1;
}

/* The column that was added to the table raises the order of all in it. */
INLINE void extrapolate(struct stiff *q, int c) {
    for (int l = c - 1; l > 0; l--) {
        const double by = 1 / ((double)substeps[c - 1] / substeps[l - 1] - 1);
        for (int i = 0; i < N; i++)
            q->table[l - 1][i] = q->table[l][i] + (q->table[l][i] - q->table[l - 1][i]) * by;
    }
}

QUICKLY_COMPILED void stiff_start(struct stiff *q, const double *p, const struct settings *s) {
    one_rate_prepare(p, q->one);
    one_jacobian_prepare(p, q->two);
    const double digits = -log10(s->rtol > 0 ? s->rtol : 1e-16); /* the guess of SEULEX */
    q->order = (int)(digits * 0.6 + 1.5);
    q->order = q->order < 3 ? 3 : q->order > COLUMNS - 2 ? COLUMNS - 2 : q->order;
    q->fresh = 1, q->rejected = 0;
    double cost = 5; /* of a Jacobian, in units of a right-hand side, as in SEULEX; of a decomposition: N / 8 */
    for (int c = 0; c < COLUMNS; c++) q->cost[c + 1] = cost += 2 * substeps[c] + N / 8.0;
}

/* An upper bound of the spectral radius. */
QUICKLY_COMPILED double radius(const double *a) {
    double rows = 0, sums[N];
    memset(sums, 0, sizeof sums);
    for (int r = 0; r < N; r++) {
        double row = 0;
        for (int i = 0; i < N; i++) row += fabs(a[r * N + i]), sums[i] += fabs(a[r * N + i]);
        rows = one_larger(rows, row);
    }
    double columns = 0;
    for (int i = 0; i < N; i++) columns = one_larger(columns, sums[i]);
    return rows < columns ? rows : columns;
}

/* One attempt of length h. Returns whether y was moved; *size is the length to be tried next. */
QUICKLY_COMPILED int stiff_step(struct stiff *q, double t, double h, double *y, const double *p, const struct settings *s, double *size, long *rates) {
    if (q->fresh) one_jacobian(t, y, p, q->two, q->jacobian);
    q->fresh = 0;
    const int k = q->order;
    double before = INFINITY;
    int done = 0;
    for (int c = 1; c <= k + 1 && !done; c++) {
        double error = INFINITY;
        if (!column(q, c - 1, y, p, t, h, s, rates)) goto too_long;
        if (c == 1) continue;
        extrapolate(q, c);
        for (int i = 0; i < N; i++) q->shift[i] = q->table[0][i] - q->table[1][i];
        error = scaled(q->shift, y, q->table[0], s);
        if (!(error < 1e15) || (c > 2 && error >= before)) goto too_long;
        before = one_larger(4 * error, 1);
        const double least = pow(0.1, 1.0 / c), factor = pow(error / 0.6, 1.0 / c) / 0.93; /* SEULEX: fac1, safe1, safe2 */
        q->best[c] = fabs(h) / one_smaller(4 / least, one_larger(least, factor));
        if (c < k - 1) continue;
        if (error <= 1) {
            done = c;
        } else {
            const double first = substeps[0];
            double hope = c == k - 1 ? substeps[k] * substeps[k - 1] / (first * first) : substeps[k] / first;
            if (c == k + 1 || error > hope) {
                done = -c;
            }
        }
    }
#define WORK(c) (q->cost[c] / q->best[c])
    const int c = abs(done);
    int best;
    if (c == 2) {
        best = 3;
    } else if (c <= k) {
        best = c;
        if (WORK(c - 1) < 0.8 * WORK(c)) best = c - 1;
        if (WORK(c) < 0.9 * WORK(c - 1)) best = c + 1;
    } else {
        best = c - 1;
        if (c > 3 && WORK(c - 2) < 0.8 * WORK(c - 1)) best = c - 2;
        if (WORK(c) < 0.9 * WORK(best)) best = c;
    }
    best = best < 3 ? 3 : best > COLUMNS - 1 ? COLUMNS - 1 : best;
    if (done < 0) {
        q->order = best < c ? best : c < 3 ? 3 : c;
        *size = one_smaller(fabs(h), q->best[q->order < c ? q->order : c]);
        q->rejected = 1;
        return 0;
    }
    for (int i = 0; i < N; i++) y[i] += q->table[0][i];
    if (q->rejected) {
        q->order = best < c ? best : c < 3 ? 3 : c;
        *size = one_smaller(fabs(h), q->best[q->order < c ? q->order : c]);
    } else {
        q->order = best;
        *size = best <= c ? q->best[best] : c < k && WORK(c) < 0.9 * WORK(c - 1) && best + 1 <= COLUMNS ? q->best[c] * q->cost[best + 1] / q->cost[c] : q->best[c] * q->cost[best] / q->cost[c];
    }
    q->rejected = 0, q->fresh = 1, q->columns = c;
    return 1;
too_long:
    q->rejected = 1;
    *size = fabs(h) / 2;
    return 0;
}
