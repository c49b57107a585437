import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, FileCode2, FileText, Globe, Image, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { size } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { useHidden } from '../../../parts/delete-soon.ts'
import { Moment } from '../../../parts/moment.tsx'
import { Empty, Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { AttachmentList } from '../attachments/attachment-list.tsx'
import { PassagePane } from '../pane/passage-pane.tsx'
import type { OneFile } from '../pane/passage.ts'
import { ArtifactView } from './artifact-view.tsx'
import { artifactWords } from './artifact-words.ts'
import { kindOf } from './kind.ts'

interface FilesPaneProps {
  readonly conversation: string
  /** The one that is opened first, and again whenever another object says so. */
  readonly one: OneFile | null
}

/** What lies beside the messages of a conversation: documents that came out, and files that were put in. */
export function FilesPane({ conversation, one }: FilesPaneProps): ReactNode {
  const w = useWords(artifactWords)
  const [opened, setOpened] = useState(one)
  const [wished, setWished] = useState(one)
  if (wished !== one) {
    setWished(one)
    setOpened(one)
  }
  const back = (): void => setOpened(null)
  if (opened?.kind === 'artifact') return <ArtifactView key={opened.id} id={opened.id} onBack={back} />
  if (opened?.kind === 'file')
    return (
      <div className="flex h-full min-h-0 flex-col">
        <div className="p-2">
          <Button
            size="small"
            look="quiet"
            icon={<ArrowLeft aria-hidden className="size-4" />}
            onClick={back}
          >
            {w('back')}
          </Button>
        </div>
        <div className="min-h-0 grow">
          <PassagePane
            key={opened.id}
            documentId={opened.id}
            collectionId={conversation}
            title={opened.name}
            span={null}
            attachment
          />
        </div>
      </div>
    )
  return (
    <div className="min-h-0 grow space-y-6 overflow-y-auto p-4">
      <section aria-label={w('artifacts')}>
        <h2 className="mb-2 font-display text-lead">{w('artifacts')}</h2>
        <ArtifactList conversation={conversation} onOpen={(id) => setOpened({ kind: 'artifact', id })} />
      </section>
      <section aria-label={w('files')}>
        <h2 className="mb-2 font-display text-lead">{w('files')}</h2>
        <AttachmentList
          conversation={conversation}
          onOpen={({ id, name }) => setOpened({ kind: 'file', id, name })}
        />
      </section>
    </div>
  )
}

const ICONS = { markdown: FileText, html: Globe, svg: Image, mermaid: Workflow, code: FileCode2 } as const

interface ArtifactListProps {
  readonly conversation: string
  readonly onOpen: (id: string) => void
}

/** The artifacts of a conversation, each as its newest version. */
function ArtifactList({ conversation, onOpen }: ArtifactListProps): ReactNode {
  const w = useWords(artifactWords)
  const hidden = useHidden()
  const query = useQuery({
    queryKey: ['artifacts', conversation],
    queryFn: () => server.artifacts.list(conversation),
  })
  return (
    <Shown query={query}>
      {({ data }) => {
        const shown = data.filter(({ id }) => !hidden.has(id))
        if (shown.length === 0) return <Empty title={w('none')}>{w('noneLead')}</Empty>
        return (
          <ul className="grid gap-1.5">
            {shown.map((one) => {
              const Icon = ICONS[kindOf(one.mediaType)]
              return (
                <li key={one.id}>
                  <button
                    type="button"
                    onClick={() => onOpen(one.id)}
                    className="flex w-full items-center gap-3 rounded-medium border border-line bg-sheet px-3 py-2 text-start hover:bg-tint"
                  >
                    <Icon aria-hidden className="size-5 shrink-0 text-soft" />
                    <span className="min-w-0 grow">
                      <span className="block truncate font-medium">{one.title}</span>
                      <span className="block text-small text-soft">
                        {w('version')} {one.version} · {size(one.sizeBytes)}
                      </span>
                    </span>
                    <span className="text-tiny text-soft">
                      <Moment at={one.createdAt} />
                    </span>
                  </button>
                </li>
              )
            })}
          </ul>
        )
      }}
    </Shown>
  )
}
