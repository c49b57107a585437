import { createEngine } from './engine.ts'

/** One engine for all tests of a process: to build it takes longer than what most of them ask of it. */
export const engine = createEngine()
