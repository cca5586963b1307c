/* One trajectory from wanted time to wanted time: explicit steps, and stiff ones while stability would limit them. */
struct explicit {
    double k[12][N], mid[N], next[N], after[N], work[one_rate_work];
    int bad, good, rejected, ready;
};
struct engine {
    struct explicit e;
    struct stiff q;
    struct watch *watch; /* both none where nothing is watched */
    struct within *within;
};

INLINE double rms(const double *v, const double *y, const struct settings *s) { return scaled(v, y, 0, s); }

/* The length of the first step: volume I, section II.4 of the source. */
QUICKLY_COMPILED double first_step(struct explicit *e, double t, const double *y, const double *p, double span, const struct settings *s, long *rates) {
    const double d0 = rms(y, y, s), d1 = rms(e->k[0], y, s);
    double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
    h0 = one_smaller(h0, fabs(span));
    const double h = copysign(h0, span);
    for (int i = 0; i < N; i++) e->mid[i] = y[i] + h * e->k[0][i];
    one_rate(t + h, e->mid, p, e->work, e->after);
    ++*rates;
    for (int i = 0; i < N; i++) e->after[i] -= e->k[0][i];
    const double d2 = rms(e->after, y, s) / h0, most = one_larger(d1, d2);
    if (!(most < INFINITY)) return h0;
    const double h1 = most <= 1e-15 ? one_larger(1e-6, h0 * 1e-3) : pow(0.01 / most, 1.0 / 8);
    return one_smaller(one_smaller(100 * h0, h1), fabs(span));
}

/* One attempt of length h; as stiff_step. *reach is h times the size of the largest eigenvalue, as far as it was felt. */
static int explicit_step(struct explicit *e, double t, double h, double *y, const double *p, const struct settings *s, double *size, long *rates, double *reach) {
    double five, three;
    one_stages(t, h, y, p, e->work, e->k, e->mid, e->next, s, &five, &three);
    *rates += 11;
    const double both = five + 0.01 * three;
    const double error = both > 0 ? fabs(h) * five / sqrt(both * N) : both; /* NaN stays NaN */
    *size = fabs(h) * growth(error, e->rejected);
    if (!(error <= 1)) {
        e->rejected = 1;
        return 0;
    }
    one_rate(t + h, e->next, p, e->work, e->after);
    ++*rates;
    double slopes = 0, states = 0;
    for (int i = 0; i < N; i++) {
        const double a = e->after[i] - e->k[11][i], b = e->next[i] - e->mid[i];
        slopes += a * a, states += b * b;
    }
    if (!(slopes < INFINITY)) { /* the new state is where the right-hand side ends */
        *size = fabs(h) * 0.2;
        e->rejected = 1;
        return 0;
    }
    e->rejected = 0;
    memcpy(y, e->next, sizeof e->next);
    memcpy(e->k[0], e->after, sizeof e->after);
    *reach = states > 0 ? fabs(h) * sqrt(slopes / states) : 0;
    return 1;
}

/* Follow a trajectory to its end. out: the states at the wanted times, T rows of N. */
static void follow(struct engine *g, struct path *a, double *y, const double *p, const double *times, long T, const struct settings *s, double *out) {
    struct explicit *e = &g->e;
    struct watch *const u = WATCHED ? g->watch : 0;
    struct within *const r = g->within;
    const double whole = times[T - 1] - times[0];
    const double longest = s->longest > 0 ? s->longest : fabs(whole);
    int settled = 0, poor = 0; /* stiff steps since the last change; those in a row that explicit ones would beat */
    int patience = SUSPECT;
    double radius_then = 0;
    one_rate_prepare(p, e->work);
    e->ready = e->bad = e->good = e->rejected = 0;
    if (s->mode == STIFF) a->stiff = 1;
    if (a->stiff) stiff_start(&g->q, p, s);
    if (!(a->size > 0)) {
        one_rate(a->t, y, p, e->work, e->k[0]);
        ++a->rates, e->ready = 1;
        a->size = s->first > 0 ? s->first : first_step(e, a->t, y, p, whole, s, &a->rates);
        if (a->stiff && !(s->first > 0)) a->size = one_larger(a->size, 1e-6 * fabs(whole)) ;
    }
    while (a->next < T) {
        a->size = one_smaller(a->size, longest);
        if (a->steps >= s->most_steps) {
            a->outcome = TOO_MANY_STEPS;
            return;
        }
        if (!(a->size >= smallest(a->t))) {
            a->outcome = STEP_TOO_SMALL;
            return;
        }
        const double target = times[a->next], h = towards(target - a->t, a->size), size = a->size;
        int moved, stopped = 0;
        double reach = 0;
        if (u) {
            r->t = a->t, r->h = h;
            memcpy(r->y, y, sizeof r->y);
        }
        if (a->stiff) {
            moved = stiff_step(&g->q, a->t, h, y, p, s, &a->size, &a->rates);
        } else {
            if (!e->ready) {
                one_rate(a->t, y, p, e->work, e->k[0]);
                ++a->rates, e->ready = 1;
            }
            if (u) memcpy(r->k[0], e->k[0], sizeof r->k[0]);
            moved = explicit_step(e, a->t, h, y, p, s, &a->size, &a->rates, &reach);
        }
        a->steps++;
        if (!moved) continue;
        if (fabs(h) < size) a->size = one_larger(a->size, size); /* it was cut only to end where it should */
        a->last = fabs(h);
        a->t = h == target - a->t ? target : a->t + h;
        if (u) {
            r->columns = a->stiff ? g->q.columns : 0;
            if (look(u, r, a->t, y, p)) {
                memcpy(r->k[1], e->k[1], sizeof e->k - sizeof e->k[0]);
                memcpy(r->k[12], e->k[0], sizeof e->k[0]); /* the slope at the end */
                stopped = locate(u, r, &g->q, a, y, p, s);
            }
        }
        if (a->t == target) memcpy(out + N * a->next++, y, sizeof(double) * N);
        if (stopped) return;
        if (s->mode != SWITCHING) continue;
        if (!a->stiff) {
            const double ahead = fabs(times[T - 1] - a->t) / a->last;
            if (!suspected(&e->bad, &e->good, reach, ahead, WORTH_ALONE, patience)) continue;
            a->stiff = 1, settled = poor = 0, e->ready = e->bad = e->good = 0;
            a->limit = 1 / a->last;
            stiff_start(&g->q, p, s);
        } else if (++settled == 1) {
            radius_then = radius(g->q.jacobian);
        } else {
            /* Explicit again where the same time would cost less, in calls of the right-hand side. */
            const double limit = a->limit * radius(g->q.jacobian) / radius_then;
            poor = 12 * limit * a->last < g->q.cost[g->q.order] ? poor + 1 : 0;
            if (settled <= 10 || poor < 5) continue;
            a->stiff = 0, e->ready = 0;
            patience = patience < PATIENT ? 2 * patience : patience; /* so that it does not go to and fro */
        }
    }
    a->outcome = REACHED_END;
}

/* Trajectories 0 … B − 1, one after the other. */
long run_single(RUN) {
    UNPACK
    struct engine *g = calloc(1, sizeof *g);
    if (!g) return NO_MEMORY;
    struct watch *const u = g->watch = WATCHED ? watch : 0;
    if (u && !(g->within = within_new(u, 1))) {
        free(g);
        return NO_MEMORY;
    }
    for (;;) {
        const long b = __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
        if (b >= B) break;
        struct path a = {.t = times[0], .next = 1};
        memcpy(out + b * T * N, y + b * N, sizeof(double) * N);
        if (u) {
            g->within->b = b, g->within->prepared = 0;
            if (u->events) u->values(a.t, y + b * N, p + b * M, u->constants, g->within->then);
        }
        follow(g, &a, y + b * N, p + b * M, times, T, s, out + b * T * N);
        conclude(&a, b, B, T, out, ends, counts);
    }
    within_free(g->within);
    free(g);
    return u && u->full ? NO_MEMORY : DONE;
}

/* For tests: the right-hand side and the Jacobian at one point. */
long evaluate(double t, const double *y, const double *p, double *f, double *j) {
    struct engine *g = calloc(1, sizeof *g);
    if (!g) return 0;
    one_rate_prepare(p, g->e.work);
    one_rate(t, y, p, g->e.work, f);
    one_jacobian_prepare(p, g->q.two);
    one_jacobian(t, y, p, g->q.two, j);
    free(g);
    return 1;
}
