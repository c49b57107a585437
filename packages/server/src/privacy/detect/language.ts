import type { ScanContext } from './recogniser.ts'

/** Of a language tag (`zh-CN`, `en`) what the detectors know; null: any. */
export function knownLanguage(tag: string | null | undefined): ScanContext['language'] {
  const primary = tag?.toLowerCase().split(/[-_]/)[0]
  return primary === 'zh' || primary === 'en' ? primary : null
}
