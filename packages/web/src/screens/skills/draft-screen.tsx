import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { SkillDraft, SkillDraftInput } from '@freehold/sdk'
import { FileUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Checkbox, SelectField, TextArea, TextField } from '../../parts/field.tsx'
import { Page, Section, Sheet } from '../../parts/page.tsx'
import { save } from '../../parts/saving.ts'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { AccessView } from './access-view.tsx'
import { CallForm } from './call-form.tsx'
import { INSTALLED } from './installed.ts'
import { openApiRemark, refusedDocument } from './openapi-remarks.ts'
import { ReportView } from './report-view.tsx'
import { effectWords, skillsWords } from './skills-words.ts'

const words = defineWords('draft', {
  lead: {
    en: 'An OpenAPI document becomes one skill.yaml. Choose what it may do, try it at once, and install it; nothing is kept before.',
    zh: '由一份 OpenAPI 文档生成一个 skill.yaml。选择它能做什么，立即试用，再安装；在此之前不保存任何内容。',
  },
  document: { en: 'OpenAPI document (JSON or YAML)', zh: 'OpenAPI 文档（JSON 或 YAML）' },
  file: { en: 'Take a file', zh: '选择文件' },
  name: { en: 'Name', zh: '名称' },
  nameHelp: {
    en: 'Small letters, digits and hyphens; empty: from the document',
    zh: '小写字母、数字和连字符；留空则取自文档',
  },
  baseUrl: { en: 'Address of the server', zh: '服务器地址' },
  baseUrlHelp: { en: 'Empty: the first one of the document', zh: '留空则使用文档中的第一个' },
  zone: { en: 'Where that is', zh: '所在位置' },
  auto: { en: 'by the name of the host', zh: '按主机名判断' },
  private: { en: 'Private zone', zh: '私有区' },
  managed: { en: 'Managed service (what leaves is desensitised)', zh: '托管服务（发出的内容会先脱敏）' },
  make: { en: 'Make a draft', zh: '生成草稿' },
  operations: { en: 'Operations of the document', zh: '文档中的操作' },
  operationsLead: { en: 'What only reads is taken unless you say otherwise.', zh: '默认只采用只读操作。' },
  take: { en: 'Take over the choice', zh: '采用所选' },
  may: { en: 'What it may do', zh: '权限' },
  manifest: { en: 'skill.yaml', zh: 'skill.yaml' },
  manifestLead: {
    en: 'Change it by hand where you like; then check it again.',
    zh: '可以手动修改，然后重新检查。',
  },
  check: { en: 'Check again', zh: '重新检查' },
  download: { en: 'Download', zh: '下载' },
  report: { en: 'Check', zh: '检查' },
  try: { en: 'Try it', zh: '试用' },
  tryLead: {
    en: 'One call, in the same sandbox and through the same broker as an installed skill. Secrets are for this call only.',
    zh: '在与已安装技能相同的沙箱和代理中调用一次。密钥仅用于此次调用。',
  },
  secret: { en: 'Secret {name}, for this trial', zh: '密钥 {name}（仅此次试用）' },
  install: { en: 'Install and permit', zh: '安装并许可' },
  notes: { en: 'To be looked at', zh: '需要留意' },
})

/** From an OpenAPI document to an installed skill, with a trial on the way. */
export function DraftScreen(): ReactNode {
  const s = useWords(skillsWords)
  const w = useWords(words)
  const [document, setDocument] = useState('')
  const [name, setName] = useState('')
  const [baseUrl, setBaseUrl] = useState('')
  const [zone, setZone] = useState<'' | 'private' | 'managed'>('')
  const files = useRef<HTMLInputElement>(null)
  const drafting = useMutation({
    mutationFn: (more: Pick<SkillDraftInput, 'include' | 'manifest' | 'files'>) =>
      server.skills.draft(
        more.manifest === undefined
          ? {
              document,
              ...(name.trim() !== '' && { name: name.trim() }),
              ...(baseUrl.trim() !== '' && { baseUrl: baseUrl.trim() }),
              ...(zone !== '' && { zone }),
              ...more,
            }
          : more,
      ),
  })
  return (
    <Page title={s('new')} lead={w('lead')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (document.trim() !== '' && !drafting.isPending) drafting.mutate({})
        }}
      >
        <TextArea
          label={w('document')}
          value={document}
          rows={8}
          spellCheck={false}
          className="font-mono text-small"
          onChange={(event) => setDocument(event.currentTarget.value)}
        />
        <div>
          <Button
            size="small"
            icon={<FileUp aria-hidden className="size-4" />}
            onClick={() => files.current?.click()}
          >
            {w('file')}
          </Button>
          <input
            ref={files}
            type="file"
            hidden
            accept=".json,.yaml,.yml"
            aria-label={w('file')}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) void file.text().then(setDocument)
              event.currentTarget.value = ''
            }}
          />
        </div>
        <div className="grid gap-4 wide:grid-cols-3">
          <TextField
            label={w('name')}
            help={w('nameHelp')}
            value={name}
            maxLength={64}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextField
            label={w('baseUrl')}
            help={w('baseUrlHelp')}
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.currentTarget.value)}
          />
          <SelectField
            label={w('zone')}
            value={zone}
            onChange={(event) => setZone(event.currentTarget.value as typeof zone)}
          >
            <option value="">{w('auto')}</option>
            <option value="private">{w('private')}</option>
            <option value="managed">{w('managed')}</option>
          </SelectField>
        </div>
        <Button type="submit" look="primary" disabled={document.trim() === ''} isBusy={drafting.isPending}>
          {w('make')}
        </Button>
      </form>
      {drafting.error !== null && <Refused error={drafting.error} reason={refusedDocument(drafting.error)} />}
      {drafting.data && (
        <Draft
          key={drafting.data.digest}
          draft={drafting.data}
          isBusy={drafting.isPending}
          onInclude={(include) => drafting.mutate({ include })}
          onManifest={(manifest, beside) => drafting.mutate({ manifest, files: beside })}
        />
      )}
    </Page>
  )
}

interface DraftProps {
  readonly draft: SkillDraft
  readonly isBusy: boolean
  readonly onInclude: (ids: readonly string[]) => void
  readonly onManifest: (manifest: string, files: Record<string, string>) => void
}

function Draft({ draft, isBusy, onInclude, onManifest }: DraftProps): ReactNode {
  const w = useWords(words)
  const e = useWords(effectWords)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [taken, setTaken] = useState(
    () => new Set(draft.found.filter(({ isTaken }) => isTaken).map(({ id }) => id)),
  )
  const [manifest, setManifest] = useState(draft.manifest)
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({})
  const installation = useMutation({
    mutationFn: () => server.skills.install({ bundle: draft.bundle, approve: true }, { timeoutMs: 120_000 }),
    async onSuccess({ name }) {
      await queries.invalidateQueries({ queryKey: INSTALLED })
      await navigate({ to: '/skills/of/$name', params: { name } })
    },
  })
  return (
    <>
      {draft.found.length > 0 && (
        <Section title={w('operations')} lead={w('operationsLead')}>
          <Sheet className="space-y-2">
            {draft.found.map(({ id, method, path, summary, effect, problem, problemRemark }) => (
              <Checkbox
                key={id}
                label={
                  <>
                    <code className="text-small">
                      {method.toUpperCase()} {path}
                    </code>{' '}
                    <Chip tone={effect === 'read' ? 'good' : 'caution'}>{e(effect)}</Chip>
                  </>
                }
                help={openApiRemark(problemRemark) ?? problem ?? summary ?? id}
                checked={taken.has(id)}
                disabled={problem !== null}
                onChange={(isOn) => {
                  const next = new Set(taken)
                  if (isOn) next.add(id)
                  else next.delete(id)
                  setTaken(next)
                }}
              />
            ))}
            <Button
              size="small"
              isBusy={isBusy}
              disabled={taken.size === 0}
              onClick={() => onInclude([...taken])}
            >
              {w('take')}
            </Button>
          </Sheet>
        </Section>
      )}
      {draft.notes.length > 0 && (
        <Section title={w('notes')}>
          <ul className="list-disc ps-5 text-small">
            {draft.notes.map(({ rule, message, remark }) => {
              const said = openApiRemark(remark)
              return (
                <li key={`${rule} ${message}`} {...(said === null && { lang: 'en' })}>
                  {said ?? message}
                </li>
              )
            })}
          </ul>
        </Section>
      )}
      <Section title={w('may')}>
        <AccessView access={draft.access} />
      </Section>
      <Section title={w('manifest')} lead={w('manifestLead')}>
        <TextArea
          label={w('manifest')}
          isLabelUnseen
          value={manifest}
          rows={16}
          spellCheck={false}
          className="font-mono text-small"
          onChange={(event) => setManifest(event.currentTarget.value)}
        />
        <div className="flex gap-2">
          <Button isBusy={isBusy} onClick={() => onManifest(manifest, draft.files)}>
            {w('check')}
          </Button>
          <Button onClick={() => save('skill.yaml', manifest, 'application/yaml')}>{w('download')}</Button>
        </div>
      </Section>
      <Section title={w('report')}>
        <ReportView report={draft.report} />
      </Section>
      <Section title={w('try')} lead={w('tryLead')}>
        <Sheet className="space-y-4">
          {draft.access.secrets.map(({ name }) => (
            <TextField
              key={name}
              label={w('secret', { name })}
              type="password"
              autoComplete="new-password"
              value={secrets[name] ?? ''}
              onChange={(event) => setSecrets({ ...secrets, [name]: event.currentTarget.value })}
            />
          ))}
          <CallForm
            operations={draft.operations}
            onCall={(wish) =>
              server.skills.try({
                manifest: draft.manifest,
                files: draft.files,
                ...wish,
                secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
              })
            }
          />
        </Sheet>
      </Section>
      {installation.error !== null && <Refused error={installation.error} />}
      <div>
        <Button look="primary" isBusy={installation.isPending} onClick={() => installation.mutate()}>
          {w('install')}
        </Button>
      </div>
    </>
  )
}
