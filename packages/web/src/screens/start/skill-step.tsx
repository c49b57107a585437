import type { CatalogueEntry, SkillResult } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Blocks, Check } from 'lucide-react'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useLanguage, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { TextArea } from '../../parts/field.tsx'
import { duration } from '../../language/format.ts'
import { Shown } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { markDone } from './progress.ts'
import { resultRows } from './skill-result.ts'

const words = defineWords('skill-step', {
  may: { en: 'What it may do', zh: '它可以做什么' },
  network: { en: 'It reaches no network: none is open to it.', zh: '不访问网络：没有对它开放任何网络。' },
  files: { en: 'It reads and writes no files.', zh: '不读写任何文件。' },
  model: { en: 'It asks no model.', zh: '不调用任何模型。' },
  effect: { en: 'It only calculates: it changes nothing.', zh: '只做计算，不更改任何内容。' },
  install: { en: 'Permit and install', zh: '许可并安装' },
  ask: {
    en: 'It is not installed. Whoever looks after this installation can install it from the catalogue of skills.',
    zh: '尚未安装。管理此安装的人可以从技能目录中安装它。',
  },
  gone: {
    en: 'The skills that come along are switched off here. Others can be installed from a file.',
    zh: '此处关闭了自带技能。可以从文件安装其他技能。',
  },
  off: { en: 'It is installed, but not in use just now.', zh: '已安装，但目前未启用。' },
  table: { en: 'A table, as CSV', zh: '表格（CSV）' },
  formulas: { en: 'Formulas, one a line', zh: '公式，每行一个' },
  run: { en: 'Run the skill', zh: '运行技能' },
  result: { en: 'Result', zh: '结果' },
  formula: { en: 'Formula', zh: '公式' },
  value: { en: 'Value', zh: '值' },
  took: { en: 'Version {version}, {took}, on this machine', zh: '版本 {version}，{took}，在本机运行' },
  all: { en: 'All skills', zh: '所有技能' },
})

const SKILL = 'spreadsheet'
const TABLE = 'region,sales,cost\nnorth,120.5,80\nsouth,99,70\nnorth,30,10\n"west, far","1,000",650\n'
const FORMULAS = '=SUM(B2:B5)\n=SUMIF(A2:A5,"north",B2:B5)\n=ROUND((SUM(B2:B5)-SUM(C2:C5))/SUM(B2:B5),3)'

async function find(): Promise<CatalogueEntry | null> {
  for await (const entry of server.skills.catalogue({ query: SKILL })) if (entry.name === SKILL) return entry
  return null
}

/** A skill that comes along: what it may do, and a run of it. */
export function SkillStep(): ReactNode {
  const w = useWords(words)
  const may = useMay()('settings')
  const entry = useQuery({ queryKey: ['start', 'skill'], queryFn: find, enabled: may })
  const list = useQuery({
    queryKey: ['start', 'skills'],
    queryFn: () => server.skills.list(),
    enabled: !may,
  })
  if (!may)
    return (
      <Shown query={list}>
        {({ data }) =>
          data.some(({ name, isUsable }) => name === SKILL && isUsable) ? (
            <Run />
          ) : (
            <p className="text-small text-soft">{w('ask')}</p>
          )
        }
      </Shown>
    )
  return (
    <Shown query={entry}>
      {(data) =>
        data === null ? (
          <p className="text-small text-soft">{w('gone')}</p>
        ) : (
          <div className="space-y-4">
            <About entry={data} />
            {data.installed === null ? (
              <Install entry={data} />
            ) : data.installed.state === 'enabled' ? (
              <Run />
            ) : (
              <p className="text-small text-soft">{w('off')}</p>
            )}
          </div>
        )
      }
    </Shown>
  )
}

function About({ entry }: { readonly entry: CatalogueEntry }): ReactNode {
  const w = useWords(words)
  const spoken = useLanguage() === 'zh-CN' ? 'zh' : 'en'
  const { access } = entry
  return (
    <div className="rounded-medium border border-line bg-paper p-4">
      <p className="flex items-center gap-2 font-medium">
        <Blocks aria-hidden className="size-4 text-accent" />
        {entry.title[spoken]}
        <span className="text-small font-normal text-soft">
          {entry.publisher} {entry.version}
        </span>
      </p>
      <p className="text-small text-soft">{entry.description[spoken]}</p>
      {access && (
        <>
          <p className="mt-3 mb-1 text-tiny text-soft">{w('may')}</p>
          <ul className="grid gap-1 text-small">
            {access.hosts.length === 0 && <Restraint text={w('network')} />}
            {access.files.read.length + access.files.write.length === 0 && <Restraint text={w('files')} />}
            {access.modelTokens === 0 && <Restraint text={w('model')} />}
            {access.effects.every((effect) => effect === 'read') && <Restraint text={w('effect')} />}
          </ul>
        </>
      )}
    </div>
  )
}

const Restraint = ({ text }: { readonly text: string }): ReactNode => (
  <li className="flex items-start gap-2">
    <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
    {text}
  </li>
)

function Install({ entry }: { readonly entry: CatalogueEntry }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const install = useMutation({
    mutationFn: () =>
      server.skills.install({ name: entry.name, version: entry.version, from: entry.source, approve: true }),
    onSuccess: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === 'start' || queryKey[0] === 'skills',
      }),
  })
  return (
    <div className="space-y-3">
      {install.error && <Refused error={install.error} />}
      <Button look="primary" isBusy={install.isPending} onClick={() => install.mutate()}>
        {w('install')}
      </Button>
    </div>
  )
}

function Run(): ReactNode {
  const w = useWords(words)
  const [table, setTable] = useState(TABLE)
  const [formulas, setFormulas] = useState(FORMULAS)
  const run = useMutation({
    mutationFn: () =>
      server.skills.call(SKILL, {
        operation: 'calculate',
        input: { table, formulas: formulas.split('\n').filter((line) => line.trim() !== '') },
      }),
    onSuccess: () => markDone('skill'),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!run.isPending) run.mutate()
  }
  return (
    <form onSubmit={submit} className="space-y-3">
      <div className="grid gap-3 wide:grid-cols-2">
        <TextArea
          label={w('table')}
          value={table}
          rows={6}
          spellCheck={false}
          className="font-mono text-small"
          onChange={(event) => setTable(event.currentTarget.value)}
        />
        <TextArea
          label={w('formulas')}
          value={formulas}
          rows={6}
          spellCheck={false}
          className="font-mono text-small"
          onChange={(event) => setFormulas(event.currentTarget.value)}
        />
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" look="primary" isBusy={run.isPending}>
          {w('run')}
        </Button>
        <TextLink to="/skills" className="text-small">
          {w('all')}
        </TextLink>
      </div>
      {run.error && <Refused error={run.error} />}
      {run.data && <Result result={run.data} />}
    </form>
  )
}

function Result({ result }: { readonly result: SkillResult }): ReactNode {
  const w = useWords(words)
  const rows = resultRows(result.value)
  return (
    <div role="status" className="space-y-1.5">
      <div className="overflow-x-auto rounded-medium border border-line">
        <table className="w-full text-small">
          <caption className="unseen">{w('result')}</caption>
          <thead>
            <tr className="border-b border-line text-soft">
              <th scope="col" className="px-3 py-1.5 text-start font-medium">
                {w('formula')}
              </th>
              <th scope="col" className="px-3 py-1.5 text-end font-medium">
                {w('value')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ formula, value }, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- one row for each formula, in their order
              <tr key={at} className="border-b border-line last:border-0">
                <td className="px-3 py-1.5 font-mono text-tiny">{formula}</td>
                <td className="px-3 py-1.5 text-end tabular-nums">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-tiny text-soft">
        {w('took', { version: result.version, took: duration(result.durationMs) })}
      </p>
    </div>
  )
}
