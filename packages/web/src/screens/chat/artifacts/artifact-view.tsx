import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ArtifactText, Citation } from '@freehold/sdk'
import { ArrowLeft, Copy, Download, Trash2 } from 'lucide-react'
import { Tabs as RadixTabs } from 'radix-ui'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { say, useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { ClassChip } from '../../../parts/chip.tsx'
import { deleteSoon } from '../../../parts/delete-soon.ts'
import { SelectField } from '../../../parts/field.tsx'
import { PlainText } from '../../../parts/plain-text.tsx'
import { save } from '../../../parts/saving.ts'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { Diagram } from '../markdown/diagram.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import { ArtifactDiff } from './artifact-diff.tsx'
import { ArtifactEdit } from './artifact-edit.tsx'
import { ArtifactFrame } from './artifact-frame.tsx'
import { artifactWords } from './artifact-words.ts'
import { fileNameOf, kindOf, svgPage } from './kind.ts'

interface ArtifactViewProps {
  readonly id: string
  readonly onBack: () => void
}

/** One artifact: what it looks like, its text, what a version changed, and a version of one's own. */
export function ArtifactView({ id, onBack }: ArtifactViewProps): ReactNode {
  const [version, setVersion] = useState<number | null>(null)
  const query = useQuery({
    queryKey: ['artifact', id, version],
    queryFn: () => server.artifacts.read(id, version === null ? {} : { version }),
    placeholderData: keepPreviousData,
  })
  return (
    <Shown query={query}>
      {(artifact) => <Opened artifact={artifact} onVersion={setVersion} onBack={onBack} />}
    </Shown>
  )
}

interface OpenedProps {
  readonly artifact: ArtifactText
  /** Null: the newest, also when there is a newer one. */
  readonly onVersion: (version: number | null) => void
  readonly onBack: () => void
}

function Opened({ artifact, onVersion, onBack }: OpenedProps): ReactNode {
  const w = useWords(artifactWords)
  const [tab, setTab] = useState('preview')
  const { id, title, mediaType, text, version, versions } = artifact
  const tabs = [
    { id: 'preview', title: w('preview'), content: <Preview key={version} artifact={artifact} /> },
    {
      id: 'source',
      title: w('source'),
      content: <PlainText text={text} span={null} label={w('textOf', { title })} isCode />,
    },
    { id: 'changes', title: w('changes'), content: <ArtifactDiff id={id} version={version} text={text} /> },
    {
      id: 'edit',
      title: w('edit'),
      content: (
        <ArtifactEdit
          key={version}
          artifact={artifact}
          onSaved={() => {
            onVersion(null)
            setTab('preview')
          }}
        />
      ),
    },
  ]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="space-y-2 border-b border-line px-2 py-2">
        <div className="flex items-center gap-1">
          <IconButton size="small" label={w('back')} onClick={onBack}>
            <ArrowLeft aria-hidden className="size-4" />
          </IconButton>
          <h2 className="min-w-0 grow truncate font-display text-lead">{title}</h2>
          <Actions artifact={artifact} onDeleted={onBack} />
        </div>
        <div className="flex flex-wrap items-center gap-2 px-1.5">
          <ClassChip of={artifact.class} />
          <span className="font-mono text-tiny text-soft">{mediaType}</span>
          <span className="grow" />
          {versions.length > 1 && (
            <div className="w-44">
              <SelectField
                label={w('version')}
                isLabelUnseen
                value={version}
                onChange={(event) => onVersion(Number(event.currentTarget.value))}
                className="text-small"
              >
                {versions
                  .toSorted((a, b) => b.version - a.version)
                  .map((one) => (
                    <option key={one.version} value={one.version}>
                      {w('versionBy', { n: one.version, who: w(one.by) })}
                    </option>
                  ))}
              </SelectField>
            </div>
          )}
        </div>
      </div>
      <RadixTabs.Root value={tab} onValueChange={setTab} className="flex min-h-0 grow flex-col">
        <RadixTabs.List aria-label={title} className="flex shrink-0 gap-1 border-b border-line px-2">
          {tabs.map((one) => (
            <RadixTabs.Trigger
              key={one.id}
              value={one.id}
              className="-mb-px min-h-9 border-b-2 border-transparent px-2.5 text-small font-medium text-soft data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {one.title}
            </RadixTabs.Trigger>
          ))}
        </RadixTabs.List>
        {tabs.map((one) => (
          <RadixTabs.Content
            key={one.id}
            value={one.id}
            className="flex min-h-0 grow flex-col outline-none data-[state=inactive]:hidden"
          >
            {one.content}
          </RadixTabs.Content>
        ))}
      </RadixTabs.Root>
    </div>
  )
}

function Actions({
  artifact,
  onDeleted,
}: {
  readonly artifact: ArtifactText
  readonly onDeleted: () => void
}) {
  const w = useWords(artifactWords)
  const queries = useQueryClient()
  const { id, conversation, title, mediaType, text } = artifact
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      notify(w('copied'))
    } catch (error) {
      notifyRefusal(error)
    }
  }
  const remove = (): void => {
    deleteSoon({
      text: say(artifactWords, 'deleted', { title }),
      ids: [id],
      send: (client) => client.artifacts.delete(id),
      onGone: () => void queries.invalidateQueries({ queryKey: ['artifacts', conversation] }),
    })
    onDeleted()
  }
  return (
    <>
      <IconButton size="small" label={w('copy')} onClick={() => void copy()}>
        <Copy aria-hidden className="size-4" />
      </IconButton>
      <IconButton
        size="small"
        label={w('download')}
        onClick={() => save(fileNameOf(title, mediaType), text, mediaType)}
      >
        <Download aria-hidden className="size-4" />
      </IconButton>
      <IconButton size="small" label={w('delete')} onClick={remove}>
        <Trash2 aria-hidden className="size-4" />
      </IconButton>
    </>
  )
}

/** What could run stands in the frame; the rest is drawn by the app itself. */
function Preview({ artifact: { title, mediaType, text } }: { readonly artifact: ArtifactText }): ReactNode {
  const w = useWords(artifactWords)
  const kind = kindOf(mediaType)
  if (kind === 'html' || kind === 'svg')
    return <ArtifactFrame title={w('frame', { title })} page={kind === 'svg' ? svgPage(text) : text} />
  if (kind === 'code') return <PlainText text={text} span={null} label={w('textOf', { title })} isCode />
  return (
    <div
      role="region"
      aria-label={w('frame', { title })}
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto p-4"
    >
      {kind === 'markdown' ? (
        <Markdown text={text} isOpen={false} citations={NO_CITATIONS} />
      ) : (
        <Diagram code={text} />
      )}
    </div>
  )
}

const NO_CITATIONS: readonly Citation[] = []
