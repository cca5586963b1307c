/* Many trajectories at once, one in each lane of the vector registers, each with its own time and step. A lane whose
   trajectory has ended takes the next one; one that turns out to be stiff is finished by itself, so that no lane waits. */
struct lanes {
    lane k[12][N], y[N], mid[N], next[N], after[N], p[M ? M : 1], work[lanes_rate_work];
    struct path path[LANES];
    long number[LANES]; /* of the trajectory in the lane; −1 where there is none */
    int bad[LANES], good[LANES], rejected[LANES];
};

INLINE lane lane_rms(const lane *v, const lane *y, const struct settings *s) {
    lane sum = lane_all(0);
    for (int i = 0; i < N; i++) {
        const lane part = v[i] / (s->atol + s->rtol * lane_fabs(y[i]));
        sum += part * part;
    }
    return lane_sqrt(sum / (double)N);
}

/* Slopes and first steps of the lanes marked as fresh: as first_step, for all of them together. */
static void lanes_begin(struct lanes *g, const int *fresh, double span, const struct settings *s) {
    lane t = lane_all(0), h = lane_all(0);
    for (int i = 0; i < LANES; i++) t[i] = g->path[i].t;
    lanes_rate_prepare(g->p, g->work);
    lanes_rate(t, g->y, g->p, g->work, g->after);
    const lane d0 = lane_rms(g->y, g->y, s), d1 = lane_rms(g->after, g->y, s);
    for (int i = 0; i < LANES; i++) {
        const double h0 = d0[i] < 1e-5 || d1[i] < 1e-5 ? 1e-6 : 0.01 * d0[i] / d1[i];
        h[i] = copysign(one_smaller(h0, fabs(span)), span);
    }
    lane_mask where = {0};
    for (int i = 0; i < LANES; i++) where[i] = fresh[i] ? -1 : 0;
    for (int i = 0; i < N; i++) {
        g->k[0][i] = lane_choose(where, g->after[i], g->k[0][i]);
        g->mid[i] = g->y[i] + h * g->after[i];
    }
    lanes_rate(t + h, g->mid, g->p, g->work, g->next);
    for (int i = 0; i < N; i++) g->next[i] -= g->after[i];
    const lane d2 = lane_rms(g->next, g->y, s) / lane_fabs(h);
    for (int i = 0; i < LANES; i++) {
        if (!fresh[i]) continue;
        const double h0 = fabs(h[i]), most = one_larger(d1[i], d2[i]);
        const double h1 = most <= 1e-15 ? one_larger(1e-6, h0 * 1e-3) : pow(0.01 / most, 1.0 / 8);
        const double size = most < INFINITY ? one_smaller(one_smaller(100 * h0, h1), fabs(span)) : h0;
        g->path[i].size = s->first > 0 ? s->first : size;
        g->path[i].rates += 2;
    }
}

/* Events within the step of a lane, which is not yet written down there. Returns whether a terminal one took place; then
   r->end is the state there. */
static int lanes_look(struct watch *u, struct within *r, struct lanes *g, int i, double t, double h, struct engine *alone, const double *p, const struct settings *s) {
    struct path *const a = g->path + i;
    r->t = t, r->h = h, r->b = g->number[i], r->columns = r->prepared = 0, r->then = r->every + i * u->events;
    for (int c = 0; c < N; c++) r->y[c] = g->y[c][i], r->end[c] = g->next[c][i];
    if (!look(u, r, a->t, r->end, p)) return 0;
    for (int c = 0; c < N; c++) {
        for (int k = 0; k < 12; k++) r->k[k][c] = g->k[k][c][i];
        r->k[12][c] = g->after[c][i];
    }
    return locate(u, r, &alone->q, a, r->end, p, s);
}

/* As run_single, with lanes. */
long run_lanes(RUN) {
    UNPACK
    struct lanes *g = aligned_alloc(64, (sizeof(struct lanes) + 63) / 64 * 64);
    struct engine *alone = malloc(sizeof *alone);
    if (!g || !alone) {
        free(g), free(alone);
        return NO_MEMORY;
    }
    memset(g, 0, sizeof *g);
    struct watch *const u = alone->watch = WATCHED ? watch : 0;
    struct within *const r = alone->within = u ? within_new(u, LANES) : 0;
    if (u && !r) {
        free(g), free(alone);
        return NO_MEMORY;
    }
    const double whole = times[T - 1] - times[0], longest = s->longest > 0 ? s->longest : fabs(whole);
    for (int i = 0; i < LANES; i++) g->number[i] = -1;
    int left = LANES, more = 1;
    while (left) {
        int fresh[LANES] = {0}, any = 0;
        left = 0;
        for (int i = 0; i < LANES; i++) {
            if (g->number[i] < 0 && more) {
                const long b = __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
                if (b < B) {
                    g->number[i] = b, g->bad[i] = g->good[i] = g->rejected[i] = 0;
                    g->path[i] = (struct path){.t = times[0], .next = 1};
                    for (int c = 0; c < N; c++) g->y[c][i] = y[b * N + c];
                    for (int c = 0; c < M; c++) g->p[c][i] = p[b * M + c];
                    memcpy(out + b * T * N, y + b * N, sizeof(double) * N);
                    if (u && u->events) u->values(times[0], y + b * N, p + b * M, u->constants, r->every + i * u->events);
                    fresh[i] = any = 1;
                } else {
                    more = 0;
                }
            }
            left += g->number[i] >= 0;
        }
        if (!left) break;
        if (any) lanes_begin(g, fresh, whole, s);
        lane t, h, five, three;
        double size[LANES], limits[LANES];
        int ended[LANES] = {0}; /* 1: has ended; 2: goes on by itself, stiff; 3: by an event */
        for (int i = 0; i < LANES; i++) {
            struct path *a = g->path + i;
            t[i] = a->t, h[i] = 0;
            if (g->number[i] < 0) continue;
            size[i] = a->size = one_smaller(a->size, longest);
            if (a->steps >= s->most_steps) {
                a->outcome = TOO_MANY_STEPS, ended[i] = 1;
            } else if (!(a->size >= smallest(a->t))) {
                a->outcome = STEP_TOO_SMALL, ended[i] = 1;
            } else {
                h[i] = towards(times[a->next] - a->t, a->size);
            }
        }
        lanes_stages(t, h, g->y, g->p, g->work, g->k, g->mid, g->next, s, &five, &three);
        lanes_rate(t + h, g->next, g->p, g->work, g->after);
        lane slopes = lane_all(0), states = lane_all(0);
        for (int i = 0; i < N; i++) {
            const lane a = g->after[i] - g->k[11][i], b = g->next[i] - g->mid[i];
            slopes += a * a, states += b * b;
        }
        const lane both = five + 0.01 * three, scale = lane_sqrt(both * (double)N);
        lane_mask moved = {0};
        for (int i = 0; i < LANES; i++) {
            struct path *a = g->path + i;
            if (g->number[i] < 0 || ended[i]) continue;
            const double error = both[i] > 0 ? fabs(h[i]) * five[i] / scale[i] : both[i];
            a->steps++, a->rates += 12;
            a->size = fabs(h[i]) * growth(error, g->rejected[i]);
            g->rejected[i] = !(error <= 1) || !(slopes[i] < INFINITY);
            if (g->rejected[i]) {
                if (error <= 1) a->size = fabs(h[i]) * 0.2;
                continue;
            }
            moved[i] = -1;
            if (fabs(h[i]) < size[i]) a->size = one_larger(a->size, size[i]);
            a->last = fabs(h[i]);
            const double target = times[a->next];
            a->t = h[i] == target - a->t ? target : a->t + h[i];
            const double reach = states[i] > 0 ? fabs(h[i]) * sqrt(slopes[i] / states[i]) : 0;
            const double ahead = fabs(times[T - 1] - a->t) / a->last;
            const int stiff = suspected(g->bad + i, g->good + i, reach, ahead, WORTH_LANES, SUSPECT);
            if (u && lanes_look(u, r, g, i, t[i], h[i], alone, p + g->number[i] * M, s)) {
                memcpy(y + g->number[i] * N, r->end, sizeof r->end);
                ended[i] = 3;
            }
            if (a->t == target) {
                double *row = out + (g->number[i] * T + a->next++) * N;
                for (int c = 0; c < N; c++) row[c] = u && ended[i] == 3 ? r->end[c] : g->next[c][i];
            }
            if (u && ended[i] == 3) continue;
            if (a->next == T) a->outcome = REACHED_END, ended[i] = 1;
            else if (stiff && s->mode == SWITCHING) ended[i] = 2, limits[i] = 1 / a->last;
        }
        for (int i = 0; i < N; i++) {
            g->y[i] = lane_choose(moved, g->next[i], g->y[i]);
            g->k[0][i] = lane_choose(moved, g->after[i], g->k[0][i]);
        }
        for (int i = 0; i < LANES; i++) {
            if (!ended[i]) continue;
            const long b = g->number[i];
            struct path *a = g->path + i;
            for (int c = 0; c < N && !(u && ended[i] == 3); c++) y[b * N + c] = g->y[c][i];
            if (ended[i] == 2) {
                if (u) r->b = b, r->prepared = 0, r->then = r->every + i * u->events;
                a->stiff = 1, a->limit = limits[i];
                follow(alone, a, y + b * N, p + b * M, times, T, s, out + b * T * N);
            }
            conclude(a, b, B, T, out, ends, counts);
            g->number[i] = -1;
        }
    }
    within_free(r);
    free(g), free(alone);
    return u && u->full ? NO_MEMORY : DONE;
}
