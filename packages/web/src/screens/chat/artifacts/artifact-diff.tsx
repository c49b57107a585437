import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { useWords } from '../../../language/words.ts'
import { cx } from '../../../parts/class-names.ts'
import { Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { artifactWords } from './artifact-words.ts'
import { lineDiff } from './line-diff.ts'

interface ArtifactDiffProps {
  readonly id: string
  readonly version: number
  readonly text: string
}

/** What one version changed in the one before. */
export function ArtifactDiff({ id, version, text }: ArtifactDiffProps): ReactNode {
  const w = useWords(artifactWords)
  const query = useQuery({
    queryKey: ['artifact', id, version - 1],
    queryFn: () => server.artifacts.read(id, { version: version - 1 }),
    enabled: version > 1,
    staleTime: Infinity,
  })
  if (version === 1) return <p className="p-4 text-small text-soft">{w('first')}</p>
  return (
    <Shown query={query}>
      {(before) => <Lines before={before.text} after={text} from={version - 1} to={version} />}
    </Shown>
  )
}

interface LinesProps {
  readonly before: string
  readonly after: string
  readonly from: number
  readonly to: number
}

const MARKS = { same: ' ', added: '+', removed: '−' } as const

function Lines({ before, after, from, to }: LinesProps): ReactNode {
  const w = useWords(artifactWords)
  const lines = useMemo(() => lineDiff(before, after), [before, after])
  const count = (kind: 'added' | 'removed'): number => lines.filter((line) => line.kind === kind).length
  return (
    <div className="flex h-full min-h-0 flex-col">
      <p className="px-4 py-2 text-small text-soft">
        {w('changesOf', { from, to })}: {w('counts', { added: count('added'), removed: count('removed') })}
      </p>
      <div
        role="region"
        aria-label={w('changesOf', { from, to })}
        tabIndex={0}
        className="min-h-0 grow overflow-auto font-mono text-small"
      >
        <ul className="w-max min-w-full pb-4">
          {lines.map(({ kind, text }, at) => (
            <li
              // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
              key={at}
              className={cx(
                'flex min-h-5 px-4 whitespace-pre [content-visibility:auto]',
                kind === 'added' && 'bg-tint',
                kind === 'removed' && 'bg-alarm-tint',
              )}
            >
              <span aria-hidden className="w-5 shrink-0 text-soft select-none">
                {MARKS[kind]}
              </span>
              {kind !== 'same' && <span className="unseen">{w(kind)}: </span>}
              {text}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
