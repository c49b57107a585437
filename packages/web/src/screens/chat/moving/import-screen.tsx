import type { DataClass } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { FileJson, Upload } from 'lucide-react'
import type { DragEvent, ReactNode } from 'react'
import { useRef, useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { Button, TextLink } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { SelectField } from '../../../parts/field.tsx'
import { Page, Sheet } from '../../../parts/page.tsx'
import { refusalLine } from '../../../refusal/refusal-words.ts'
import { server } from '../../../server.ts'
import { CONVERSATIONS } from '../list/use-conversations.ts'
import { batchesOf } from './batches.ts'
import { DATA_CLASSES, classWords } from '../../../data-classes.ts'

const words = defineWords('import', {
  title: { en: 'Import conversations', zh: '导入对话' },
  lead: {
    en: 'Bring along what you talked about elsewhere. It is encrypted like everything here; files and pictures are not in such exports.',
    zh: '把您在别处的对话带过来，它们会像这里的一切一样加密保存。导出文件中不含附件和图片。',
  },
  chatgpt: {
    en: 'ChatGPT: conversations.json, out of the ZIP that you are sent after “Export data”',
    zh: 'ChatGPT：“导出数据”后收到的 ZIP 中的 conversations.json',
  },
  webui: { en: 'Open WebUI: the JSON of “Export chats”', zh: 'Open WebUI：“导出对话”得到的 JSON' },
  librechat: { en: 'LibreChat: the JSON of a conversation', zh: 'LibreChat：单个对话的 JSON' },
  freehold: { en: 'Freehold: the JSON of “Export”', zh: 'Freehold：“导出”得到的 JSON' },
  from: { en: 'What can be imported', zh: '可以导入的内容' },
  class: { en: 'Class of what is imported', zh: '导入内容的密级' },
  classHelp: { en: 'It can be raised later, never lowered.', zh: '之后可以调高，不能调低。' },
  drop: { en: 'Drop JSON files here, or', zh: '将 JSON 文件拖到这里，或' },
  pick: { en: 'Choose files', zh: '选择文件' },
  file: { en: 'File', zh: '文件' },
  busy: { en: '{done} of {count}', zh: '{done} / {count}' },
  result: {
    en: '{count, plural, one {# conversation} other {# conversations}} with {messages, plural, one {# message} other {# messages}} imported',
    zh: '已导入 {count} 个对话、{messages} 条消息',
  },
  skipped: {
    en: '{count, plural, one {# was} other {# were}} left out, because nobody said a word in it.',
    zh: '有 {count} 个空对话未导入。',
  },
  tooLarge: {
    en: '{count, plural, one {# conversation is} other {# conversations are}} larger than 6 MiB and left out.',
    zh: '有 {count} 个对话超过 6 MiB，未导入。',
  },
  unread: { en: 'This is no JSON export.', zh: '这不是 JSON 导出文件。' },
  toChats: { en: 'To the conversations', zh: '查看对话' },
})

interface Progress {
  readonly name: string
  readonly done: number
  readonly count: number
  readonly conversations: number
  readonly messages: number
  readonly skipped: number
  readonly tooLarge: number
  /** What went wrong, in a line; what was imported before stays. */
  readonly wrong: string | null
}

/** Takes in what other products exported. */
export function ImportScreen(): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const queries = useQueryClient()
  const picker = useRef<HTMLInputElement>(null)
  const [dataClass, setClass] = useState<DataClass>('internal')
  const [files, setFiles] = useState<readonly Progress[]>([])
  const [isOver, setOver] = useState(false)
  const [isBusy, setBusy] = useState(false)

  const importFile = async (file: File, tell: (progress: Progress) => void): Promise<void> => {
    let now: Progress = {
      name: file.name,
      done: 0,
      count: 0,
      conversations: 0,
      messages: 0,
      skipped: 0,
      tooLarge: 0,
      wrong: null,
    }
    const next = (more: Partial<Progress>): void => {
      now = { ...now, ...more }
      tell(now)
    }
    try {
      const { batches, tooLarge } = batchesOf(await file.text())
      const count = batches.reduce((sum, { length }) => sum + length, 0)
      next({ count, tooLarge })
      for (const batch of batches) {
        const made = await server.conversations.import({ data: batch, class: dataClass }, { timeoutMs: 0 })
        next({
          done: now.done + batch.length,
          conversations: now.conversations + made.conversations.length,
          messages: now.messages + made.messages,
          skipped: now.skipped + made.skipped,
        })
      }
      announce(w('result', { count: now.conversations, messages: now.messages }))
    } catch (error) {
      next({ wrong: error instanceof SyntaxError ? w('unread') : refusalLine(error) })
    }
  }
  const importAll = async (chosen: readonly File[]): Promise<void> => {
    if (isBusy || chosen.length === 0) return
    setBusy(true)
    for (const [at, file] of chosen.entries())
      await importFile(file, (progress) =>
        setFiles((before) => [...before.slice(0, at), progress, ...before.slice(at + 1)]),
      )
    setBusy(false)
    // Old conversations come in between what is known of the lists.
    await queries.resetQueries({ queryKey: [...CONVERSATIONS, 'list'] })
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    setFiles([])
    void importAll([...event.dataTransfer.files])
  }
  return (
    <Page title={w('title')} lead={w('lead')}>
      <Sheet>
        <h2 className="mb-1 font-sans text-body font-medium">{w('from')}</h2>
        <ul className="list-disc space-y-0.5 ps-5 text-small text-soft">
          {(['chatgpt', 'webui', 'librechat', 'freehold'] as const).map((key) => (
            <li key={key}>{w(key)}</li>
          ))}
        </ul>
      </Sheet>
      <div className="max-w-80">
        <SelectField
          label={w('class')}
          help={w('classHelp')}
          value={dataClass}
          disabled={isBusy}
          // The options are the classes.
          onChange={(event) => setClass(event.currentTarget.value as DataClass)}
        >
          {DATA_CLASSES.map((one) => (
            <option key={one} value={one}>
              {c(one)}
            </option>
          ))}
        </SelectField>
      </div>
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'flex flex-wrap items-center justify-center gap-3 rounded-large border border-dashed px-6 py-10',
          isOver ? 'border-accent bg-tint' : 'border-edge',
        )}
      >
        <p className="text-soft">{w('drop')}</p>
        <Button
          icon={<Upload aria-hidden className="size-4" />}
          isBusy={isBusy}
          onClick={() => picker.current?.click()}
        >
          {w('pick')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept="application/json,.json"
          multiple
          hidden
          aria-label={w('file')}
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])]
            event.currentTarget.value = ''
            setFiles([])
            void importAll(chosen)
          }}
        />
      </div>
      {files.length > 0 && (
        <ul className="divide-y divide-line rounded-large border border-line bg-sheet">
          {files.map((file) => (
            <FileProgress key={file.name} file={file} />
          ))}
        </ul>
      )}
      {!isBusy && files.some(({ conversations }) => conversations > 0) && (
        <TextLink to="/chat">{w('toChats')}</TextLink>
      )}
    </Page>
  )
}

function FileProgress({ file }: { readonly file: Progress }): ReactNode {
  const w = useWords(words)
  const { name, done, count, conversations, messages, skipped, tooLarge, wrong } = file
  const isDone = done === count && wrong === null
  return (
    <li className="flex gap-3 p-4">
      <FileJson aria-hidden className="mt-0.5 size-5 shrink-0 text-soft" />
      <div className="min-w-0 grow space-y-1">
        <p className="truncate font-medium">{name}</p>
        {!isDone && wrong === null && (
          <div className="flex items-center gap-3">
            <progress
              aria-label={name}
              value={done}
              max={Math.max(count, 1)}
              className="h-2 grow accent-accent"
            />
            <p className="text-small text-soft tabular-nums">{w('busy', { done, count })}</p>
          </div>
        )}
        {(isDone || conversations > 0) && (
          <p className="text-small">{w('result', { count: conversations, messages })}</p>
        )}
        {skipped > 0 && <p className="text-small text-soft">{w('skipped', { count: skipped })}</p>}
        {tooLarge > 0 && <p className="text-small text-caution">{w('tooLarge', { count: tooLarge })}</p>}
        {wrong !== null && <p className="text-small text-alarm">{wrong}</p>}
      </div>
    </li>
  )
}
