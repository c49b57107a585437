/** Whether what is written stays home: as the rules decide, this message whatever they say, or the whole conversation. */
export type KeepPrivate = 'no' | 'message' | 'conversation'

/** What one sees of where a message would go; it is said aloud only when this changes. */
export interface Outlook {
  readonly class: string
  readonly zone: string
  readonly isRefused: boolean
}

interface Foreseen {
  readonly class: string
  readonly attempts: readonly { readonly zone: string }[]
  readonly refused: object | null
}

export const outlookOf = ({ class: of, attempts, refused }: Foreseen): Outlook => ({
  class: of,
  zone: attempts[0]?.zone ?? 'none',
  isRefused: refused !== null || attempts.length === 0,
})

export const isSameOutlook = (one: Outlook, other: Outlook): boolean =>
  one.class === other.class && one.zone === other.zone && one.isRefused === other.isRefused

export const sumOf = (counts: Readonly<Record<string, number>> | undefined): number =>
  Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
