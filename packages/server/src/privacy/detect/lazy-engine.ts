import type { Detector } from './detector.ts'

/**
 * The whole engine, loaded when it is first asked for: its rules and tables cost a tenth of a second and tens of
 * megabytes, which nobody needs who masks nothing.
 */
export function createLazyEngine(): () => Promise<Detector> {
  let engine: Promise<Detector> | null = null
  return () => {
    engine ??= import('./engine.ts').then(({ createEngine }) => createEngine())
    return engine
  }
}
