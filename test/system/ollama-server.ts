import type { ServerResponse } from 'node:http'
import type { CaptureServer, Script, Seen } from './gateway-upstream.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'

const details = (family: string, size: string) => ({
  parent_model: '',
  format: 'gguf',
  family,
  families: [family],
  parameter_size: size,
  quantization_level: 'Q4_K_M',
})
const tag = (name: string, size: number, more: object) => ({
  name,
  model: name,
  modified_at: '2025-05-04T17:37:44.706015396-07:00',
  size,
  digest: `sha256 of ${name}`,
  details: more,
})
const TAGS = [
  tag('llama3.2:1b', 1_321_098_329, details('llama', '1.2B')),
  tag('qwen3:8b', 5_225_388_164, details('qwen3', '8.2B')),
  tag('tiny:latest', 91_739_413, details('llama', '46M')),
]
const RUNNING = [
  {
    ...TAGS[1],
    expires_at: '2025-06-04T14:38:31.83753-07:00',
    size_vram: 5_137_025_024,
  },
]

/** A server that answers like an Ollama, in the shapes of its documentation (ollama/ollama, docs/api.md). */
export interface OllamaServer extends CaptureServer {
  /** The open answer of the newest pull. */
  pull(): Pulling
}

interface Pulling {
  readonly seen: Seen
  line(value: object): void
  end(): void
}

export async function ollamaServer(): Promise<OllamaServer> {
  let newest: { readonly seen: Seen; readonly response: ServerResponse } | null = null
  const script: Script = (seen, response) => {
    const asked = seen.body.length > 0 ? JSON.parse(seen.body.toString()) : {}
    const answers: Readonly<Record<string, () => object>> = {
      'GET /api/version': () => ({ version: '0.9.1' }),
      'GET /api/tags': () => ({ models: TAGS }),
      'GET /api/ps': () => ({ models: RUNNING }),
      'POST /api/show': () => ({
        modelfile: 'FROM x',
        template: '{{ .Prompt }}',
        details: {},
        model_info: {
          'general.architecture': asked.model === 'qwen3:8b' ? 'qwen3' : 'llama',
          'llama.context_length': 131_072,
          'qwen3.context_length': 40_960,
        },
        capabilities: asked.model === 'qwen3:8b' ? ['completion', 'tools', 'thinking'] : ['completion'],
      }),
    }
    const known = answers[`${seen.method} ${seen.path}`]
    if (known) return answered(200, known())(seen, response)
    if (seen.path !== '/api/pull') return ordinary(seen, response)
    newest = { seen, response }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write('{"status":"pulling manifest"}\n')
  }
  const server = await captureServer(script)
  return {
    ...server,
    pull() {
      if (newest === null) throw new Error('nothing is being pulled')
      const { seen, response } = newest
      return {
        seen,
        line: (value) => void response.write(`${JSON.stringify(value)}\n`),
        end: () => void response.end(),
      }
    },
  }
}
