import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'
import type { TinyModel } from './tiny-gguf.ts'
import { tinyGguf } from './tiny-gguf.ts'

export const WIDTH = 64
const TINY: TinyModel = { seed: 1, width: WIDTH, layers: 2, contextTokens: 2048 }

export interface LocalModelHouse {
  readonly house: GatewayHouse
  readonly client: OpenAI
  /** A file that is no model. */
  readonly broken: string
  /** The tiny model as the configuration names it. */
  readonly tiny: (more?: object) => object
  close(): Promise<void>
}

/** A house with a tiny model of random numbers as its only target. */
export async function openLocalModelHouse(directory: string): Promise<LocalModelHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-llama-'))
  const file = join(folder, 'tiny.gguf')
  const broken = join(folder, 'broken.gguf')
  const whole = tinyGguf(TINY)
  await writeFile(file, whole)
  await writeFile(broken, whole.subarray(0, whole.length / 2))
  const tiny = (more: object = {}): object => ({
    name: 'tiny',
    file,
    package: directory,
    threads: 1,
    memoryMb: 600,
    queue: 2,
    ...more,
  })
  const house = await openGateway({
    localModels: [tiny()],
    routes: [{ when: { model: 'tiny' }, to: ['tiny'] }],
  })
  return {
    house,
    client: new OpenAI({ baseURL: `${house.url}/v1`, apiKey: house.apiKey, maxRetries: 0 }),
    broken,
    tiny,
    async close() {
      await house.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The processes of models that a server has started. */
export function modelProcesses(server: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isModelOf(pid, server))
}

function isModelOf(pid: number, server: number): boolean {
  try {
    const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(parent) === server && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('model-program')
  } catch {
    // It has ended meanwhile.
    return false
  }
}

/** What a process has used of the processors, in ticks of the system. */
export function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}
