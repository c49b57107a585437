/** The part of it that is used here; Node's types leave it to those of browsers. */
declare namespace WebAssembly {
  /** Compiled code, which threads can be given. */
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  class Memory {
    constructor(pages: { readonly initial: number; readonly maximum: number })
    readonly buffer: ArrayBuffer
  }
  function compile(bytes: Uint8Array): Promise<Module>
}
