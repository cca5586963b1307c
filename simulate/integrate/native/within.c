/* Between the ends of a step. The state there is the end of a shorter step with the same beginning and the same method, and
   so has the error of a step; the polynomial of the extension, which is of lower order, only says where to look first. */
static struct within *within_new(const struct watch *u, long lanes) {
    struct within *r = malloc(sizeof *r);
    if (r) r->every = malloc(sizeof(double) * (u->events * (lanes + 3 + N) + 1));
    if (!r || !r->every) {
        free(r);
        return 0;
    }
    r->then = r->every;
    r->now = r->every + lanes * u->events, r->trial = r->now + u->events, r->when = r->trial + u->events;
    r->there = r->when + u->events;
    return r;
}

static void within_free(struct within *r) {
    if (r) free(r->every);
    free(r);
}

/* Puts the state at time t into r->at; NaN where the step cannot be taken. */
QUICKLY_COMPILED void state_at(struct within *r, struct stiff *q, double t, const double *p, const struct settings *s, long *rates) {
    const double h = t - r->t;
    if (h == 0) {
        memcpy(r->at, r->y, sizeof r->y);
    } else if (!r->columns) {
        double five, three;
        one_stages(r->t, h, r->y, p, r->work, r->k, r->mid, r->at, s, &five, &three);
        *rates += 11;
    } else {
        int whole = 1;
        for (int c = 1; c <= r->columns && whole; c++) {
            whole = column(q, c - 1, r->y, p, r->t, h, s, rates);
            if (whole) extrapolate(q, c);
        }
        for (int i = 0; i < N; i++) r->at[i] = whole ? r->y[i] + q->table[0][i] : NAN;
    }
}

/* Puts the state at a share of the step into r->at, as the polynomial has it. */
QUICKLY_COMPILED void polynomial_at(struct within *r, double share) {
    for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int c = 6; c >= 0; c--) sum = (sum + r->part[c][i]) * (c % 2 ? 1 - share : share);
        r->at[i] = r->y[i] + sum;
    }
}

/* A bracket of a zero, made smaller by false position; the older end counts half where it stays (Illinois). */
struct bracket {
    double low, high, below, above;
    int side, count;
};

QUICKLY_COMPILED double next_guess(struct bracket *z) {
    const double between = z->high - z->above * (z->high - z->low) / (z->above - z->below);
    const int inside = (between - z->low) * (between - z->high) < 0;
    return inside && z->count++ % 4 != 3 ? between : z->low + (z->high - z->low) / 2;
}

QUICKLY_COMPILED void narrow(struct bracket *z, double at, double value) {
    if ((value > 0) == (z->below > 0)) {
        if (z->side < 0) z->above /= 2;
        z->low = at, z->below = value, z->side = -1;
    } else {
        if (z->side > 0) z->below /= 2;
        z->high = at, z->above = value, z->side = 1;
    }
}

static double event_at(const struct watch *u, struct within *r, long e, double t, const double *p) {
    u->values(t, r->at, p, u->constants, r->trial);
    return r->trial[e];
}

/* Where an event is on the polynomial, and the slope of its value there. The polynomial errs by the step's tolerance times
   some hundreds; a share of 1e-10 is below that. */
QUICKLY_COMPILED double first_guess(const struct watch *u, struct within *r, long e, const double *p, double *slope) {
    struct bracket z = {.low = 0, .high = 1, .below = r->then[e], .above = r->now[e]};
    double share = 0.5;
    for (int trial = 0; trial < 100 && z.high - z.low > 1e-10; trial++) {
        const double before = share;
        share = next_guess(&z);
        polynomial_at(r, share);
        const double value = event_at(u, r, e, r->t + share * r->h, p);
        if (!(value != 0) || value != value || (trial && fabs(share - before) < 1e-10)) break;
        narrow(&z, share, value);
    }
    const double from = share > 1e-5 ? share - 1e-5 : 0, to = share < 1 - 1e-5 ? share + 1e-5 : 1;
    polynomial_at(r, from);
    const double first = event_at(u, r, e, r->t + from * r->h, p);
    polynomial_at(r, to);
    *slope = (event_at(u, r, e, r->t + to * r->h, p) - first) / ((to - from) * r->h);
    return r->t + share * r->h;
}

/* Newton's method with the slope of the polynomial, and false position where it fails; every trial is a step. Ends where the
   next correction would be two spacings of the time at most. The fourth trial of false position halves, so that 53 bits need
   no more than these. */
enum { NEWTON = 4, TRIALS = 240 };
QUICKLY_COMPILED void find_root(const struct watch *u, struct within *r, struct stiff *q, long e, double t, const double *y, const double *p, const struct settings *s, long *rates) {
    struct bracket z = {.low = r->t, .high = t, .below = r->then[e], .above = r->now[e]};
    const double close = 2 * (nextafter(one_larger(fabs(r->t), fabs(t)), INFINITY) - one_larger(fabs(r->t), fabs(t)));
    double *const there = r->there + e * N, slope = 0, guess;
    r->when[e] = t;
    memcpy(there, y, sizeof r->y);
    if (r->now[e] == 0) return;
    guess = r->columns ? next_guess(&z) : first_guess(u, r, e, p, &slope);
    for (int trial = 0; trial < TRIALS; trial++) {
        if (!((guess - z.low) * (guess - z.high) < 0)) guess = z.low + (z.high - z.low) / 2;
        if (guess == z.low || guess == z.high) return;
        state_at(r, q, guess, p, s, rates);
        const double value = event_at(u, r, e, guess, p);
        if (value != value) { /* a step that cannot be taken, although a longer one could */
            z.high = guess, slope = 0, guess = z.low + (z.high - z.low) / 2;
            continue;
        }
        r->when[e] = guess;
        memcpy(there, r->at, sizeof r->at);
        if (value == 0) return;
        narrow(&z, guess, value);
        const double newton = guess - value / slope;
        const int by_newton = trial < NEWTON && (newton - z.low) * (newton - z.high) < 0;
        if (fabs(value) <= fabs(slope) * close) return;
        const double better = by_newton ? newton : next_guess(&z);
        if (fabs(better - guess) <= close || fabs(z.high - z.low) <= close) return;
        guess = better;
    }
}
