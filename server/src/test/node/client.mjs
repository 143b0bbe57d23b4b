// OpenAI's own client for Node, unchanged, against the server at argv[2] with the key argv[3].
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.argv[2] + '/v1', apiKey: process.argv[3], maxRetries: 0 });
const question = {
  model: 'tiny',
  messages: [{ role: 'user', content: 'in the end' }],
  temperature: 0,
  max_completion_tokens: 10,
};

const models = await client.models.list();
assert.deepEqual(models.data.map((model) => model.id), ['tiny']);

const whole = await client.chat.completions.create({ ...question, logprobs: true, top_logprobs: 2 });
const text = whole.choices[0].message.content;
assert.ok(text.length > 0);
assert.equal(whole.choices[0].finish_reason, 'length');
assert.equal(whole.usage.completion_tokens, 10);
assert.equal(whole.choices[0].logprobs.content.length, 10);
assert.equal(whole.choices[0].logprobs.content[0].top_logprobs.length, 2);
assert.match(whole._request_id, /^req_/);

let streamed = '';
let usage = null;
const stream = await client.chat.completions.create({
  ...question,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
assert.equal(streamed, text);
assert.equal(usage.completion_tokens, 10);

const helper = client.chat.completions.stream(question);
assert.equal(await helper.finalContent(), text);

const completion = await client.completions.create({ model: 'tiny', prompt: ['in', 'the'], max_tokens: 3 });
assert.equal(completion.choices.length, 2);

// The client asks for base64 by itself and decodes it.
const vectors = await client.embeddings.create({ model: 'tiny', input: ['in the end', 'other'] });
const length = vectors.data[0].embedding.reduce((sum, x) => sum + x * x, 0);
assert.ok(Math.abs(length - 1) < 1e-3);

await assert.rejects(client.chat.completions.create({ ...question, temperature: -1 }), (error) => {
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.param, 'temperature');
  return true;
});
await assert.rejects(client.chat.completions.create({ ...question, model: 'gpt' }), OpenAI.NotFoundError);
const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: 'sk-of-nobody', maxRetries: 0 });
await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);

const aborted = await client.chat.completions.create({ ...question, stream: true });
aborted.controller.abort();

console.log('all is well');
