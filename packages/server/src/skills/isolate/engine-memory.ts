import variant from '@jitl/quickjs-wasmfile-release-sync'
import type { QuickJSSyncVariant, QuickJSWASMModule } from 'quickjs-emscripten-core'
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core'

const PAGE_BYTES = 64 * 1024
/** What the engine is linked for, and the most that it can address. */
const FIRST_PAGES = 256
const MOST_PAGES = 32_768
const BLOCK_BYTES = 4096
const ZEROS = Buffer.alloc(PAGE_BYTES)

// Its types are those of the CommonJS build, where the variant is a level deeper.
const made: unknown = variant

/**
 * The memory that an engine runs in. After a call it is wiped and the engine begins anew, so that even a call that broke
 * out of its runtime into the engine leaves nothing there and finds nothing. Wiping takes a third of the time that
 * memory of its own for each call would.
 */
export class EngineMemory {
  readonly #wasm: WebAssembly.Module
  #memory = fresh()

  constructor(wasm: WebAssembly.Module) {
    this.#wasm = wasm
  }

  get bytes(): Buffer {
    return Buffer.from(this.#memory.buffer)
  }

  engine(): Promise<QuickJSWASMModule> {
    return newQuickJSWASMModuleFromVariant(
      newVariant(made as QuickJSSyncVariant, { wasmModule: this.#wasm, wasmMemory: this.#memory }),
    )
  }

  wipe(): void {
    const { bytes } = this
    // It never shrinks.
    if (bytes.length > FIRST_PAGES * PAGE_BYTES) {
      this.#memory = fresh()
      return
    }
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      if (!isZero(bytes, at, PAGE_BYTES)) wipePage(bytes, at)
    }
  }
}

/** Blocks that were never written to take no memory as long as they are only read. */
function wipePage(bytes: Buffer, page: number): void {
  for (let at = page; at < page + PAGE_BYTES; at += BLOCK_BYTES) {
    if (!isZero(bytes, at, BLOCK_BYTES)) bytes.fill(0, at, at + BLOCK_BYTES)
  }
}

const isZero = (bytes: Buffer, at: number, size: number): boolean =>
  bytes.compare(ZEROS, 0, size, at, at + size) === 0

const fresh = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES })
