import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { CatalogueEntry } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useDeferredValue, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { AccessView } from './access-view.tsx'
import { own } from './both.ts'
import { INSTALLED } from './installed.ts'
import { effectsOf, effectWords, kindWords, skillsWords } from './skills-words.ts'

/** What the server calls the skills that come along with it. */
const BUILT_IN = 'built-in'

const words = defineWords('catalogue', {
  lead: {
    en: 'Skills that come along with Freehold, and those of the repositories in your configuration.',
    zh: 'Freehold 自带的技能，以及配置中各技能库的技能。',
  },
  find: { en: 'Find a skill', zh: '查找技能' },
  none: { en: 'No skill is like that', zh: '没有这样的技能' },
  install: { en: 'Install', zh: '安装' },
  installed: { en: 'Installed', zh: '已安装' },
  older: { en: 'A newer version is here', zh: '有新版本' },
  by: { en: 'by {publisher}', zh: '发布者：{publisher}' },
  along: { en: 'comes along', zh: '随附' },
  from: { en: 'from {source}', zh: '来自 {source}' },
  revoked: { en: 'Taken back', zh: '已撤回' },
  problem: { en: '{name} could not be asked: {problem}', zh: '无法查询 {name}：{problem}' },
  title: { en: 'Install {title}?', zh: '安装“{title}”？' },
  may: { en: 'It may do this, and nothing else:', zh: '它可以做以下事情，别无其他：' },
  yes: { en: 'Install and permit', zh: '安装并许可' },
  no: { en: 'Install without permitting', zh: '仅安装，暂不许可' },
  noHelp: {
    en: 'Without your yes it lies there and is never called.',
    zh: '未经许可，它不会被调用。',
  },
})

/** What can be installed by its name. */
export function CatalogueScreen(): ReactNode {
  const s = useWords(skillsWords)
  const w = useWords(words)
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  const [chosen, setChosen] = useState<CatalogueEntry | null>(null)
  const catalogue = useQuery({
    queryKey: ['skills', 'catalogue', query],
    queryFn: ({ signal }) => server.skills.catalogue({ query, limit: 200 }, { signal }),
    placeholderData: (before) => before,
  })
  return (
    <Page title={s('catalogue')} lead={w('lead')}>
      <TextField
        label={w('find')}
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Shown query={catalogue}>
        {({ data, sources }) => (
          <>
            {sources.map(
              ({ name, problem }) =>
                problem !== null && (
                  <p key={name} className="rounded-medium bg-caution-tint p-3 text-small">
                    {w('problem', { name, problem })}
                  </p>
                ),
            )}
            {data.length === 0 ? (
              <Empty title={w('none')} />
            ) : (
              <ul className="grid gap-3">
                {data.map((entry) => (
                  <li key={`${entry.source} ${entry.name}`}>
                    <Entry entry={entry} onInstall={() => setChosen(entry)} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Shown>
      <Dialog
        isOpen={chosen !== null}
        onClose={() => setChosen(null)}
        title={chosen === null ? '' : w('title', { title: own(chosen.title) })}
      >
        {chosen !== null && <InstallForm entry={chosen} onDone={() => setChosen(null)} />}
      </Dialog>
    </Page>
  )
}

interface EntryProps {
  readonly entry: CatalogueEntry
  readonly onInstall: () => void
}

function Entry({ entry, onInstall }: EntryProps): ReactNode {
  const w = useWords(words)
  const k = useWords(kindWords)
  const e = useWords(effectWords)
  return (
    <article className="flex flex-wrap items-start gap-3 rounded-large border border-line bg-sheet p-4">
      <div className="min-w-0 grow basis-72 space-y-1.5">
        <h2 className="font-sans font-medium">
          {own(entry.title)} <span className="text-small font-normal text-soft">{entry.version}</span>
        </h2>
        <p className="text-small text-soft">{own(entry.description)}</p>
        <p className="flex flex-wrap items-center gap-1.5 text-tiny text-soft">
          <Chip>{k(entry.kind)}</Chip>
          {effectsOf(entry.access?.effects ?? []).map((effect) => (
            <Chip key={effect} tone={effect === 'read' ? 'good' : 'caution'}>
              {e(effect)}
            </Chip>
          ))}
          {entry.installed?.isOlder && <Chip tone="private">{w('older')}</Chip>}
          <span>{w('by', { publisher: entry.publisher })}</span>
          <span>{entry.source === BUILT_IN ? w('along') : w('from', { source: entry.source })}</span>
        </p>
        {entry.revoked !== null && <p className="text-small text-alarm">{entry.revoked}</p>}
      </div>
      {entry.revoked !== null ? (
        <Chip tone="alarm">{w('revoked')}</Chip>
      ) : entry.installed === null ? (
        <Button onClick={onInstall} aria-label={`${w('install')}: ${own(entry.title)}`}>
          {w('install')}
        </Button>
      ) : (
        <Chip tone="good">{w('installed')}</Chip>
      )}
    </article>
  )
}

interface InstallFormProps {
  readonly entry: CatalogueEntry
  readonly onDone: () => void
}

function InstallForm({ entry, onDone }: InstallFormProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const installation = useMutation({
    mutationFn: (approve: boolean) =>
      server.skills.install(
        { name: entry.name, version: entry.version, from: entry.source, approve },
        // Its tests are run first.
        { timeoutMs: 120_000 },
      ),
    async onSuccess({ name }) {
      onDone()
      await queries.invalidateQueries({ queryKey: INSTALLED })
      await queries.invalidateQueries({ queryKey: ['skills', 'catalogue'] })
      await navigate({ to: '/skills/of/$name', params: { name } })
    },
  })
  return (
    <div className="space-y-4">
      <p className="font-medium">{w('may')}</p>
      {entry.access !== null && <AccessView access={entry.access} />}
      {installation.error !== null && <Refused error={installation.error} />}
      <p className="text-small text-soft">{w('noHelp')}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          isBusy={installation.isPending && !installation.variables}
          disabled={installation.isPending}
          onClick={() => installation.mutate(false)}
        >
          {w('no')}
        </Button>
        <Button
          look="primary"
          isBusy={installation.isPending && installation.variables}
          disabled={installation.isPending || entry.access === null}
          onClick={() => installation.mutate(true)}
        >
          {w('yes')}
        </Button>
      </div>
    </div>
  )
}
