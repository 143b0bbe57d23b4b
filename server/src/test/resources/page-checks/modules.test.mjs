import assert from "node:assert/strict";
import { test } from "node:test";

const at = new URL("../../../main/resources/web/", import.meta.url);
const { EventParser } = await import(new URL("sse.mjs", at));
const { RoutingCounts, baselines, chanceRange } = await import(new URL("statistics.mjs", at));
const { Sentences, blocks, explain, figuresLine, percent, visible } = await import(
  new URL("words.mjs", at)
);

function events(...pieces) {
  const found = [];
  const parser = new EventParser((data) => found.push(data));
  pieces.forEach((piece) => parser.push(piece));
  return found;
}

test("events are the same however the text is cut, and whatever ends its lines", () => {
  const text = '\uFEFFdata: {"a": 1}\n\n: a comment\nevent: x\ndata:two\ndata: lines\n\nid\ndata\n\ndata: cut';
  const whole = ['{"a": 1}', "two\nlines", ""];
  for (const end of ["\n", "\r", "\r\n"]) {
    const all = text.replaceAll("\n", end);
    assert.deepEqual(events(all), whole);
    assert.deepEqual(events(...all), whole);
    for (let i = 0; i < all.length; i++) {
      assert.deepEqual(events(all.slice(0, i), "", all.slice(i)), whole);
    }
  }
});

test("an event without its empty line is not told", () => {
  assert.deepEqual(events("data: [DONE]\n"), []);
});

test("baselines are those of the Mixtral paper", () => {
  assert.equal(baselines(8, 2).first, 0.125);
  assert.ok(Math.abs(baselines(8, 2).any - 13 / 28) < 1e-12);
  assert.ok(Math.abs(baselines(5, 1).any - 0.2) < 1e-12);
  assert.equal(baselines(3, 2).any, 1);
  assert.ok(Math.abs(baselines(64, 8).any - 0.67907) < 1e-5);
});

test("a random router lies in the range of chance", () => {
  let state = 7;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const counts = new RoutingCounts(8);
  for (let position = 0; position < 20_000; position++) {
    const first = random(8);
    const second = (first + 1 + random(7)) % 8;
    counts.add({ position, experts: [[first, second]] });
  }
  const { first, any } = counts.repeats(0);
  const expected = baselines(8, 2);
  for (const [share, p] of [[first, expected.first], [any, expected.any]]) {
    const { low, high } = chanceRange(p, counts.pairs);
    assert.ok(share > low - 0.005 && share < high + 0.005, `${share} of ${p}`);
  }
  assert.ok(counts.load(0).every((share) => Math.abs(share - 0.125) < 0.01));
});

test("only tokens that stand side by side are neighbours", () => {
  const token = (position, ...experts) => ({ position, experts });
  const counts = new RoutingCounts(4);
  counts.add(token(0, [0, 1], [2, 3]));
  counts.add(token(1, [0, 2], [3, 1]));
  counts.add(token(5, [0, 2], [3, 1])); // after a gap
  counts.add(token(6, [2, 0], [0, 2]));
  assert.equal(counts.pairs, 2);
  assert.deepEqual(counts.repeats(0), { first: 0.5, any: 1 });
  assert.deepEqual(counts.repeats(1), { first: 0, any: 0.5 });
  assert.deepEqual(counts.load(0), [0.5, 0.125, 0.375, 0]);
  const twice = RoutingCounts.sum(4, [counts, counts]);
  assert.equal(twice.pairs, 4);
  assert.deepEqual(twice.repeats(1), counts.repeats(1));
  assert.deepEqual(twice.load(1), counts.load(1));
  assert.ok(Number.isNaN(new RoutingCounts(4).repeats(0).first));
});

test("an answer is cut into paragraphs and code", () => {
  assert.deepEqual(blocks("one\ntwo\n\n\nthree\n```java\nint a;\n\n  b\n```\nfour"), [
    { kind: "text", text: "one\ntwo" },
    { kind: "text", text: "three" },
    { kind: "code", text: "int a;\n\n  b" },
    { kind: "text", text: "four" },
  ]);
  assert.deepEqual(blocks("```\n<script>"), [{ kind: "code", text: "<script>" }]);
  assert.deepEqual(blocks("```"), [{ kind: "code", text: "" }]);
  assert.deepEqual(blocks(" \n\n "), []);
});

test("a growing text is read out in sentences, and all of it", () => {
  const text = "The wind is hot. It blows 3.5 km from\nthe south";
  const sentences = new Sentences();
  const said = [];
  for (let i = 1; i <= text.length; i++) {
    said.push(sentences.next(text.slice(0, i)));
  }
  said.push(sentences.last(text));
  assert.deepEqual(
    said.filter((s) => s !== ""),
    ["The wind is hot.", "It blows 3.5 km from", "the south"],
  );
  assert.equal(sentences.last(text), "");
});

test("figures and failures are told in words", () => {
  const figures = { tokens: 11, firstToken: 0.25, seconds: 2, ending: "stopped" };
  assert.equal(figuresLine(figures), "11 tokens · 5.0 tokens/s · first after 0.25 s · stopped by you");
  const one = { tokens: 1, firstToken: 1, seconds: 0, ending: "stop" };
  assert.equal(figuresLine(one), "1 token · first after 1.00 s");
  assert.match(explain(401, {}, null), /API key/);
  assert.match(explain(429, { message: "full" }, "3"), /in 3 s/);
  assert.match(explain(400, { message: "top_p: no" }, null), /It says: top_p: no$/);
  assert.match(explain(502, {}, null), /HTTP 502/);
  assert.equal(percent(0.125, 1), "12.5%");
  assert.equal(percent(NaN), "–");
  assert.equal(visible("a\n\tb"), "a↵⇥b");
  assert.equal(visible(""), "∅");
});
