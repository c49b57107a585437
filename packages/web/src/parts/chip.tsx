import { House, Landmark, Building2, Cloud } from 'lucide-react'
import type { DataClass, Zone } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { classWords } from '../data-classes.ts'
import { useWords } from '../language/words.ts'
import { zoneWords } from '../zones.ts'
import { cx } from './class-names.ts'

export type Tone = 'plain' | 'good' | 'caution' | 'alarm' | 'local' | 'private' | 'managed'

const TONES: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunk text-ink',
  good: 'bg-tint text-accent',
  caution: 'bg-caution-tint text-caution',
  alarm: 'bg-alarm-tint text-alarm',
  local: 'bg-local-tint text-local',
  private: 'bg-private-tint text-private',
  managed: 'bg-managed-tint text-managed',
}

interface ChipProps {
  readonly tone?: Tone
  readonly icon?: ReactNode
  readonly children: ReactNode
}

/** One fact in a few letters. Its colour never says anything that its words do not. */
export function Chip({ tone = 'plain', icon, children }: ChipProps): ReactNode {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded-full px-2 py-px text-tiny font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {icon}
      {children}
    </span>
  )
}

const ZONES = { local: House, private: Building2, managed: Cloud } as const

/** Where something is processed. */
export function ZoneChip({
  zone,
  children,
}: {
  readonly zone: Zone
  readonly children?: ReactNode
}): ReactNode {
  const w = useWords(zoneWords)
  const Icon = ZONES[zone]
  return (
    <Chip tone={zone} icon={<Icon aria-hidden className="size-3" />}>
      {children ?? w(zone)}
    </Chip>
  )
}

const CLASSES: Readonly<Record<DataClass, Tone>> = {
  public: 'plain',
  internal: 'plain',
  confidential: 'caution',
  restricted: 'alarm',
}

/** How confidential something is. */
export function ClassChip({ of }: { readonly of: DataClass }): ReactNode {
  const w = useWords(classWords)
  return (
    <Chip tone={CLASSES[of]} icon={<Landmark aria-hidden className="size-3" />}>
      {w(of)}
    </Chip>
  )
}
