/**
 * What is counted over routed tokens.
 *
 * A routed token is `{text, id, position, experts, gates}`; experts and gates are lists
 * [layers][chosen], by falling gate.
 */

/** Ways to choose k of n. */
function choose(n, k) {
  if (k < 0 || k > n) {
    return 0;
  }
  let ways = 1;
  for (let i = 1; i <= k; i++) {
    ways = (ways * (n - k + i)) / i;
  }
  return ways;
}

/**
 * How often neighbouring tokens would agree if each chose `chosen` of `experts` by lot.
 *
 * @returns {{first: number, any: number}} `first`: the same first choice, 1/E; `any`: at least one
 *     expert in common, 1 - C(E-K, K) / C(E, K). Of 8 experts and 2 chosen 12.5% and 46.4%, as in
 *     the Mixtral paper, section 5.
 */
export function baselines(experts, chosen) {
  return {
    first: 1 / experts,
    any: 1 - choose(experts - chosen, chosen) / choose(experts, chosen),
  };
}

/** Where a share of `pairs` draws of probability `p` lies 19 times of 20: two standard errors. */
export function chanceRange(p, pairs) {
  const spread = 2 * Math.sqrt((p * (1 - p)) / pairs);
  return { low: Math.max(0, p - spread), high: Math.min(1, p + spread) };
}

/** Loads and repeats of tokens, layer by layer. */
export class RoutingCounts {
  /** @type {number[][]} how many tokens visited, [layers][experts] */
  visits = [];
  /** Neighbouring tokens that were compared. */
  pairs = 0;
  /** @type {number[]} pairs with the same first choice, by layer */
  sameFirst = [];
  /** @type {number[]} pairs with an expert in common, by layer */
  sameAny = [];
  #previous = null;

  constructor(experts) {
    this.experts = experts;
  }

  /** Counts the next token of one text. Only one that stands right after the last is its neighbour. */
  add(token) {
    token.experts.forEach((chosen, layer) => {
      this.visits[layer] ??= new Array(this.experts).fill(0);
      chosen.forEach((expert) => this.visits[layer][expert]++);
    });
    const previous = this.#previous;
    this.#previous = token;
    if (previous === null || previous.position + 1 !== token.position) {
      return;
    }
    this.pairs++;
    token.experts.forEach((chosen, layer) => {
      const before = previous.experts[layer];
      const any = chosen.some((expert) => before.includes(expert));
      this.sameFirst[layer] = (this.sameFirst[layer] ?? 0) + (chosen[0] === before[0] ? 1 : 0);
      this.sameAny[layer] = (this.sameAny[layer] ?? 0) + (any ? 1 : 0);
    });
  }

  /** The counts of several texts together. */
  static sum(experts, all) {
    const total = new RoutingCounts(experts);
    for (const counts of all) {
      total.pairs += counts.pairs;
      counts.visits.forEach((row, layer) => {
        total.visits[layer] ??= new Array(experts).fill(0);
        row.forEach((n, expert) => (total.visits[layer][expert] += n));
      });
      for (const name of ["sameFirst", "sameAny"]) {
        counts[name].forEach((n, layer) => (total[name][layer] = (total[name][layer] ?? 0) + n));
      }
    }
    return total;
  }

  /** The share of a layer's visits that each expert had; they add up to 1. */
  load(layer) {
    const row = this.visits[layer];
    const all = row.reduce((a, b) => a + b, 0);
    return row.map((n) => n / all);
  }

  /** The shares of pairs that agree at a layer, both NaN where there is no pair. */
  repeats(layer) {
    return {
      first: (this.sameFirst[layer] ?? 0) / this.pairs,
      any: (this.sameAny[layer] ?? 0) / this.pairs,
    };
  }
}
