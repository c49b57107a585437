import type { RouteInput, RouteList, RoutingProblem } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowRight, ArrowUp, Pencil, Plus, Trash2 } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { Button, IconButton } from '../../../parts/button.tsx'
import { Section, Sheet } from '../../../parts/page.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { DryRunResult } from '../../trust/dry-run.tsx'
import { refusedProblem, routingProblem } from '../../trust/routing-problems.ts'
import { useCondition } from '../../trust/rule-name.tsx'
import type { Draft } from './rule-drafts.ts'
import { draftsOf, isSame, moved, whenOf } from './rule-drafts.ts'
import { RuleForm } from './rule-form.tsx'
import { ROUTING, targetsQuery } from './targets.ts'

const words = defineWords('rule-editor', {
  title: { en: 'Rules of the settings', zh: '设置中的规则' },
  lead: {
    en: 'Move a rule with its arrows, or with Alt and an arrow key. Nothing is in force before it is saved.',
    zh: '用箭头按钮或 Alt 加方向键移动规则。保存之前不会生效。',
  },
  none: { en: 'None yet.', zh: '还没有。' },
  add: { en: 'Add a rule', zh: '添加规则' },
  up: { en: 'Move rule {at} up', zh: '上移第 {at} 条规则' },
  down: { en: 'Move rule {at} down', zh: '下移第 {at} 条规则' },
  edit: { en: 'Edit rule {at}', zh: '编辑第 {at} 条规则' },
  delete: { en: 'Remove rule {at}', zh: '移除第 {at} 条规则' },
  moved: { en: 'It is rule {at} of {all} now.', zh: '现在是第 {at} 条，共 {all} 条。' },
  removed: { en: 'Rule {at} is removed when you save.', zh: '保存后将移除第 {at} 条规则。' },
  masked: { en: 'masked by {profile}', zh: '按 {profile} 脱敏' },
  opaque: { en: 'lets out what cannot be read', zh: '允许发出无法读取的内容' },
  cached: { en: 'keeps answers for {seconds} s', zh: '缓存回答 {seconds} 秒' },
  problem: { en: 'Not in use: {why}', zh: '未启用：{why}' },
  unsaved: { en: 'Not saved yet.', zh: '尚未保存。' },
  outdated: {
    en: 'Somebody saved other targets or rules meanwhile. Saving yours is refused: discard them and look at what is there.',
    zh: '期间有人保存了其他目标或规则，您的修改将无法保存。请放弃修改并查看现有内容。',
  },
  save: { en: 'Save the rules', zh: '保存规则' },
  saved: { en: 'The rules are in force.', zh: '规则已生效。' },
  try: { en: 'Try on recent requests', zh: '在最近的请求上试算' },
  trial: { en: 'Put on trial', zh: '开始试行' },
  onTrial: {
    en: 'The rules are on trial: each request from now on is compared, and nothing is done by them.',
    zh: '规则已开始试行：此后的每个请求都会比较，但不会按它们处理。',
  },
  discard: { en: 'Discard', zh: '放弃修改' },
})

interface RuleEditorProps {
  readonly list: RouteList
  /** Stands behind the others as if it had been added; null: none was proposed. */
  readonly proposed: RouteInput | null
}

/** The rules of the settings: to be ordered, changed, tried out and saved together. */
export function RuleEditor({ list, proposed }: RuleEditorProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [edited, setEdited] = useState<{
    readonly version: number
    readonly drafts: readonly Draft[]
  } | null>(() =>
    proposed === null
      ? null
      : {
          version: list.version,
          drafts: [...draftsOf(list.data), { key: crypto.randomUUID(), rule: proposed }],
        },
  )
  const [open, setOpen] = useState<{ readonly at: number | null } | null>(null)
  const current = draftsOf(list.data)
  const drafts = edited?.drafts ?? current
  const version = edited?.version ?? list.version
  const isChanged = edited !== null && !isSame(drafts, current)
  const body = { routes: drafts.map(({ rule }) => rule), version }

  const dryRun = useMutation({ mutationFn: () => server.routes.dryRun({ routes: body.routes }) })
  const settle = (): Promise<void[]> => {
    setEdited(null)
    dryRun.reset()
    return Promise.all(
      [ROUTING, ['trust', 'rules']].map((queryKey) => queries.invalidateQueries({ queryKey })),
    )
  }
  const save = useMutation({
    mutationFn: () => server.routes.replace(body),
    async onSuccess() {
      notify(w('saved'))
      await settle()
    },
  })
  const trial = useMutation({
    mutationFn: () => server.shadow.set(body),
    async onSuccess() {
      notify(w('onTrial'))
      await settle()
    },
  })
  const change = (next: readonly Draft[]): void => {
    setEdited({ version, drafts: next })
    for (const one of [save, trial, dryRun]) one.reset()
  }
  const take = (rule: RouteInput): void => {
    const at = open?.at ?? null
    const draft = { key: crypto.randomUUID(), rule }
    change(
      at === null ? [...drafts, draft] : drafts.with(at, { ...draft, key: drafts[at]?.key ?? draft.key }),
    )
  }
  const refusal = save.error ?? trial.error
  const isConflict = refusal instanceof FreeholdError && refusal.code === 'conflict'
  return (
    <Section
      title={w('title')}
      lead={w('lead')}
      actions={
        <Button
          size="small"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => setOpen({ at: null })}
        >
          {w('add')}
        </Button>
      }
    >
      {drafts.length === 0 ? (
        <p className="text-small text-soft">{w('none')}</p>
      ) : (
        <DraftList
          drafts={drafts}
          problems={
            isChanged
              ? []
              : list.data.filter(({ origin }) => origin === 'settings').map((one) => one.problems)
          }
          onChange={change}
          onEdit={(at) => setOpen({ at })}
        />
      )}
      {isChanged && (
        <Sheet className="space-y-3">
          <p role="status" className="text-small">
            {w('unsaved')}
          </p>
          {(edited.version !== list.version || isConflict) && (
            <p className="text-small text-alarm">{w('outdated')}</p>
          )}
          {refusal && !isConflict && <Refused error={refusal} reason={refusedProblem(refusal)} />}
          <div className="flex flex-wrap gap-2">
            <Button look="primary" isBusy={save.isPending} onClick={() => save.mutate()}>
              {w('save')}
            </Button>
            <Button isBusy={dryRun.isPending} onClick={() => dryRun.mutate()}>
              {w('try')}
            </Button>
            <Button isBusy={trial.isPending} onClick={() => trial.mutate()}>
              {w('trial')}
            </Button>
            <Button
              look="quiet"
              onClick={() => {
                setEdited(null)
                for (const one of [save, trial, dryRun]) one.reset()
              }}
            >
              {w('discard')}
            </Button>
          </div>
          {dryRun.error && <Refused error={dryRun.error} reason={refusedProblem(dryRun.error)} />}
          <div aria-live="polite">{dryRun.data && <DryRunResult view={dryRun.data} />}</div>
        </Sheet>
      )}
      {open !== null && (
        <RuleForm
          before={open.at === null ? null : (drafts[open.at]?.rule ?? null)}
          onTake={take}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  )
}

interface DraftListProps {
  readonly drafts: readonly Draft[]
  /** Why each is not in use. */
  readonly problems: readonly (readonly RoutingProblem[])[]
  readonly onChange: (drafts: readonly Draft[]) => void
  readonly onEdit: (at: number) => void
}

function DraftList({ drafts, problems, onChange, onEdit }: DraftListProps): ReactNode {
  const w = useWords(words)
  const condition = useCondition()
  const targets = useQuery(targetsQuery)
  const managed = new Set(targets.data?.data.filter(({ zone }) => zone === 'managed').map(({ name }) => name))
  const list = useRef<HTMLOListElement>(null)
  /** The button that moved a rule; the browser takes the focus from what it moves. */
  const pressed = useRef<{ readonly key: string; readonly way: string } | null>(null)
  useEffect(() => {
    if (pressed.current === null) return
    const { key, way } = pressed.current
    pressed.current = null
    const row = [...(list.current?.children ?? [])].find((one) => one.getAttribute('data-key') === key)
    row?.querySelector<HTMLElement>(`[data-way=${way}]`)?.focus()
  }, [drafts])
  const move = (at: number, by: -1 | 1): void => {
    const next = moved(drafts, at, at + by)
    if (next === drafts) return
    pressed.current = { key: drafts[at]?.key ?? '', way: by < 0 ? 'up' : 'down' }
    onChange(next)
    announce(w('moved', { at: at + by + 1, all: drafts.length }))
  }
  const onKey = (event: KeyboardEvent, at: number): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    move(at, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <ol
      ref={list}
      aria-label={w('title')}
      className="divide-y divide-line rounded-large border border-line bg-sheet"
    >
      {drafts.map(({ key, rule }, at) => (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its buttons do the same
        <li
          key={key}
          data-key={key}
          onKeyDown={(event) => onKey(event, at)}
          className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 ps-4 pe-2"
        >
          <span className="w-5 text-small text-soft tabular-nums">{at + 1}.</span>
          <div className="min-w-0 grow basis-56">
            <p className="flex flex-wrap items-center gap-x-2">
              <span>{condition(whenOf(rule))}</span>
              <ArrowRight aria-hidden className="size-3.5 text-soft" />
              <span className="font-medium">
                {rule.to.map((step) => (typeof step === 'string' ? step : step.join(' + '))).join(', ')}
              </span>
            </p>
            <p className="text-tiny text-soft">
              {[
                // Nothing is masked on the way to a target of one's own.
                rule.to.flat().some((name) => managed.has(name)) &&
                  w('masked', { profile: rule.desensitise ?? 'strict' }),
                rule.opaque === 'allow' && w('opaque'),
                rule.cache !== undefined && w('cached', { seconds: rule.cache.ttlSeconds }),
              ]
                .filter((fact) => typeof fact === 'string')
                .join(' · ')}
            </p>
            {problems[at]?.map((one) => (
              <p key={one.message} className="text-tiny text-alarm">
                {w('problem', { why: routingProblem(one) })}
              </p>
            ))}
          </div>
          <div className="flex">
            <IconButton
              size="small"
              data-way="up"
              label={w('up', { at: at + 1 })}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            >
              <ArrowUp aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              size="small"
              data-way="down"
              label={w('down', { at: at + 1 })}
              disabled={at === drafts.length - 1}
              onClick={() => move(at, 1)}
            >
              <ArrowDown aria-hidden className="size-4" />
            </IconButton>
            <IconButton size="small" label={w('edit', { at: at + 1 })} onClick={() => onEdit(at)}>
              <Pencil aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              size="small"
              label={w('delete', { at: at + 1 })}
              onClick={() => {
                onChange(drafts.toSpliced(at, 1))
                notify(w('removed', { at: at + 1 }), { undo: () => onChange(drafts) })
              }}
            >
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          </div>
        </li>
      ))}
    </ol>
  )
}
