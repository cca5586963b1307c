/* The states of trajectories 0 … B − 1 at T times: steps has their rows, those of b from the row offsets[b] on; stops has the
   time and the state at which each stopped. NaN where one has not been. */
long run_between(long B, long T, const double *tolerances, const double *steps, const long *offsets, const double *p,
                 const double *stops, const double *times, double *out, long *counter) {
    const struct settings s = {.rtol = tolerances[0], .atol = tolerances[1]};
    struct stiff *q = calloc(1, sizeof *q);
    struct within *r = calloc(1, sizeof *r);
    if (!q || !r) {
        free(q), free(r);
        return NO_MEMORY;
    }
    for (;;) {
        const long b = __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
        if (b >= B) break;
        const long count = offsets[b + 1] - offsets[b];
        const double *rows = steps + offsets[b] * ROW, *stop = stops + b * (N + 1), *mine = p + b * M;
        const double sign = count ? stop[0] - rows[1] : 0;
        long ready = -1, rates = 0; /* the step whose slope or Jacobian is at hand */
        one_rate_prepare(mine, r->work);
        stiff_start(q, mine, &s);
        for (long i = 0; i < T; i++) {
            const double t = times[i];
            double *to = out + (b * T + i) * N;
            if (t == stop[0]) {
                memcpy(to, stop + 1, sizeof(double) * N);
                continue;
            }
            if (!count || !((t - rows[1]) * sign >= 0 && (t - stop[0]) * sign < 0)) {
                for (int c = 0; c < N; c++) to[c] = NAN;
                continue;
            }
            long low = 0, high = count; /* the last row that begins at t or before it */
            while (high - low > 1) {
                const long middle = (low + high) / 2;
                if ((t - rows[middle * ROW + 1]) * sign >= 0) low = middle;
                else high = middle;
            }
            if (ready != low) {
                const double *row = rows + low * ROW;
                r->t = row[1], r->columns = (int)row[2], ready = low;
                memcpy(r->y, row + 3, sizeof r->y);
                if (r->columns) one_jacobian(r->t, r->y, mine, q->two, q->jacobian);
                else one_rate(r->t, r->y, mine, r->work, r->k[0]);
            }
            state_at(r, q, t, mine, &s, &rates);
            memcpy(to, r->at, sizeof r->at);
        }
    }
    free(q), free(r);
    return DONE;
}

/* What the rows of a run lie in. */
void release(double *rows) { free(rows); }
