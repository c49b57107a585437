/** What a model of the tests is made of: the llama architecture, far too small to say anything. */
export interface TinyModel {
  /** Of the numbers that it is made of; the same seed makes the same bytes. */
  readonly seed: number
  readonly width: number
  readonly layers: number
  readonly contextTokens: number
}

type Value =
  | { readonly type: 4; readonly value: number }
  | { readonly type: 6; readonly value: number }
  | { readonly type: 7; readonly value: boolean }
  | { readonly type: 8; readonly value: string }
  | { readonly type: 9; readonly of: 5 | 6; readonly value: readonly number[] }
  | { readonly type: 9; readonly of: 8; readonly value: readonly string[] }

const ALIGNMENT = 32
const HEADS = 4
const CONTROL = 3
const BYTE = 6

const u32 = (value: number): Value => ({ type: 4, value })
const f32 = (value: number): Value => ({ type: 6, value })
const text = (value: string): Value => ({ type: 8, value })

/** Bytes, and what begins and ends a message: enough for every text. */
const VOCABULARY: readonly { readonly token: string; readonly kind: number }[] = [
  { token: '<unk>', kind: 2 },
  { token: '<s>', kind: CONTROL },
  { token: '</s>', kind: CONTROL },
  { token: '<|im_start|>', kind: CONTROL },
  { token: '<|im_end|>', kind: CONTROL },
  ...Array.from({ length: 256 }, (_, byte) => ({
    token: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    kind: BYTE,
  })),
  ...'▁eta{}":,'.split('').map((token) => ({ token, kind: 1 })),
]

const TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

/** A file of the format GGUF 3 (github.com/ggml-org/ggml, docs/gguf.md) with a model of random numbers. */
export function tinyGguf({ seed, width, layers, contextTokens }: TinyModel): Buffer {
  const random = normal(seed)
  const inner = 2 * width
  const tensors: { readonly name: string; readonly shape: readonly number[]; readonly data: Buffer }[] = []
  const add = (name: string, shape: readonly number[], spread: number): void => {
    const count = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from({ length: count }, () => (spread === 0 ? 1 : random() * spread))
    tensors.push({ name: `${name}.weight`, shape, data: Buffer.from(data.buffer) })
  }
  add('token_embd', [width, VOCABULARY.length], 1)
  add('output_norm', [width], 0)
  add('output', [width, VOCABULARY.length], 0.3)
  for (let layer = 0; layer < layers; layer += 1) {
    const within = (name: string, shape: readonly number[], spread = 0.1): void =>
      add(`blk.${layer}.${name}`, shape, spread)
    within('attn_norm', [width], 0)
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) within(name, [width, width])
    within('ffn_norm', [width], 0)
    within('ffn_gate', [width, inner])
    within('ffn_up', [width, inner])
    within('ffn_down', [inner, width])
  }
  const facts: Readonly<Record<string, Value>> = {
    'general.architecture': text('llama'),
    'general.name': text('tiny'),
    'general.alignment': u32(ALIGNMENT),
    'llama.context_length': u32(contextTokens),
    'llama.embedding_length': u32(width),
    'llama.block_count': u32(layers),
    'llama.feed_forward_length': u32(inner),
    'llama.rope.dimension_count': u32(width / HEADS),
    'llama.attention.head_count': u32(HEADS),
    'llama.attention.head_count_kv': u32(HEADS),
    'llama.attention.layer_norm_rms_epsilon': f32(1e-5),
    'llama.vocab_size': u32(VOCABULARY.length),
    'tokenizer.ggml.model': text('llama'),
    'tokenizer.ggml.tokens': { type: 9, of: 8, value: VOCABULARY.map(({ token }) => token) },
    'tokenizer.ggml.scores': { type: 9, of: 6, value: VOCABULARY.map(() => 0) },
    'tokenizer.ggml.token_type': { type: 9, of: 5, value: VOCABULARY.map(({ kind }) => kind) },
    'tokenizer.ggml.bos_token_id': u32(1),
    'tokenizer.ggml.eos_token_id': u32(4),
    'tokenizer.ggml.unknown_token_id': u32(0),
    'tokenizer.ggml.add_bos_token': { type: 7, value: true },
    'tokenizer.ggml.add_space_prefix': { type: 7, value: false },
    'tokenizer.chat_template': text(TEMPLATE),
  }
  const head = [Buffer.from('GGUF'), int32(3), int64(tensors.length), int64(Object.keys(facts).length)]
  for (const [name, value] of Object.entries(facts)) head.push(named(name), int32(value.type), ...told(value))
  let offset = 0
  for (const { name, shape, data } of tensors) {
    head.push(named(name), int32(shape.length), ...shape.map(int64), int32(0), int64(offset))
    offset += padded(data.length)
  }
  const all = [filled(Buffer.concat(head)), ...tensors.map(({ data }) => filled(data))]
  return Buffer.concat(all)
}

function told(value: Value): Buffer[] {
  if (value.type === 8) return [named(value.value)]
  if (value.type === 7) return [Buffer.from([value.value ? 1 : 0])]
  if (value.type === 6) return [float32(value.value)]
  if (value.type === 4) return [int32(value.value)]
  const items = value.of === 8 ? value.value.map(named) : value.value.map(value.of === 6 ? float32 : int32)
  return [int32(value.of), int64(items.length), ...items]
}

const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT
const filled = (bytes: Buffer): Buffer => Buffer.concat([bytes], padded(bytes.length))

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function named(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int64(bytes.length), bytes])
}

/** Normally distributed numbers (Box and Muller over mulberry32). */
function normal(seed: number): () => number {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
