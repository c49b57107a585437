import type { ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

/** Whatever finds spans in a text: the rules, a tagger, a plug-in in another process. */
export interface Detector {
  readonly id: string
  /** In the order of the text; they may overlap. */
  detect(text: string, context: ScanContext): readonly Span[]
}

/** One that is there, or that is loaded when it is first asked for. */
export type DetectorSource = Detector | (() => Promise<Detector>)

export const loaded = (source: DetectorSource): Detector | Promise<Detector> =>
  typeof source === 'function' ? source() : source
