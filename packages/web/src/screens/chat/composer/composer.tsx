import type { TemplateView } from '@freehold/sdk'
import { ArrowUp, ListPlus, Plus, Square } from 'lucide-react'
import type { ClipboardEvent, DragEvent, ReactNode } from 'react'
import { useRef, useState, useSyncExternalStore } from 'react'
import { useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { comingLater } from '../../../parts/later.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { useConnection } from '../../../shell/connection.ts'
import { Foresight } from '../../trust/foresight.tsx'
import type { KeepPrivate } from '../../trust/keeping.ts'
import type { Queued } from '../run/queue.ts'
import type { Wording } from '../run/wording.ts'
import { AttachedFiles } from './attached-files.tsx'
import { attachingTo, NOT_BEGUN } from './attaching.ts'
import type { Choice } from './choices.ts'
import { ChosenChips } from './chosen-chips.tsx'
import { composerWords } from './composer-words.ts'
import { MessageField } from './message-field.tsx'
import { ModelMenu } from './model-menu.tsx'
import { QueuedMessages } from './queued.tsx'
import { useDraft } from './use-draft.ts'

const FillDialog = comingLater(async () => (await import('../templates/fill-dialog.tsx')).FillDialog)

interface ComposerProps {
  /** Null: it is begun with the first message, or the first file. */
  readonly conversation: string | null
  /** What the conversation is set to. */
  readonly model: string | null
  /** The whole conversation stays home already. */
  readonly isKeptPrivate: boolean
  readonly isBusy: boolean
  readonly isStopping: boolean
  readonly queue: readonly Queued[]
  readonly onSend: (wording: Wording) => Promise<void>
  readonly onStop: () => void
  readonly onSendQueued: (key: string) => void
  readonly onWithdraw: (key: string) => Queued | null
  /** Begins the conversation, so that files have a place; whatever is being written goes along. */
  readonly onBegin: () => Promise<string>
  readonly onNew: (isTemporary: boolean) => void
  /** Has the whole conversation stay home, or not any more. */
  readonly onKeep: (isKept: boolean) => Promise<void>
}

/** Where one writes. */
export function Composer(props: ComposerProps): ReactNode {
  const { conversation, isBusy, queue, onSend, onBegin } = props
  const w = useWords(composerWords)
  const { draft, change, clear } = useDraft(conversation)
  const [refusal, setRefusal] = useState<unknown>(null)
  const [isOver, setOver] = useState(false)
  const [template, setTemplate] = useState<TemplateView | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const attaching = conversation === null ? NOT_BEGUN : attachingTo(conversation)
  const files = useSyncExternalStore(attaching.subscribe, attaching.files)
  const isReading = files.some(({ state }) => state === 'sending' || state === 'reading')
  const model = draft.model ?? props.model
  const isOnline = useConnection()

  const attach = async (added: readonly File[]): Promise<void> => {
    if (added.length === 0) return
    setRefusal(null)
    try {
      attachingTo(conversation ?? (await onBegin())).add(added)
    } catch (error) {
      setRefusal(error)
    }
  }
  const send = async (): Promise<void> => {
    const text = draft.text.trim()
    if (text === '') return
    if (isReading) return notify(w('filesWait'))
    // While an answer is made it only waits, and goes when that is complete.
    if (!isOnline && !isBusy) return announce(w('offline'))
    const attached = conversation === null ? [] : attachingTo(conversation).take()
    clear()
    setRefusal(null)
    try {
      await onSend({
        text,
        ...(draft.model !== null && { model: draft.model }),
        ...(draft.collections.length > 0 && { collections: draft.collections.map(({ id }) => id) }),
        ...(draft.skills.length > 0 && { skills: draft.skills.map(({ name }) => name) }),
        ...(attached.length > 0 && { attachments: attached.map(({ id }) => id) }),
        ...(draft.keepPrivate === 'message' && { keepPrivate: true }),
      })
    } catch (error) {
      // Nothing of what was written is lost, and what was to stay home still is.
      change({ text, skills: draft.skills, keepPrivate: draft.keepPrivate })
      if (conversation !== null) attachingTo(conversation).giveBack(attached)
      setRefusal(error)
    }
  }
  const choose = ({ does, name }: Choice): string => {
    announce(w('chosen', { name }))
    switch (does.what) {
      case 'new':
      case 'temporary':
        props.onNew(does.what === 'temporary')
        return ''
      case 'model-list':
        return '@'
      case 'attach':
        picker.current?.click()
        return ''
      case 'template':
        if (does.template.variables.length === 0) return does.template.text
        setTemplate(does.template)
        return ''
      case 'model':
        change({ model: does.model })
        return ''
      case 'collection': {
        const others = draft.collections.filter(({ id }) => id !== does.collection.id)
        change({ collections: [...others, does.collection] })
        return ''
      }
      default: {
        const others = draft.skills.filter(({ name: one }) => one !== does.skill.name)
        change({ skills: [...others, does.skill] })
        return ''
      }
    }
  }
  const keepPrivate = props.isKeptPrivate ? 'conversation' : draft.keepPrivate
  const keep = async (next: KeepPrivate): Promise<void> => {
    change({ keepPrivate: next })
    const isKept = next === 'conversation'
    if (isKept === (keepPrivate === 'conversation')) return
    try {
      await props.onKeep(isKept)
    } catch (error) {
      change({ keepPrivate })
      setRefusal(error)
    }
  }
  const edit = (key: string): void => {
    const queued = props.onWithdraw(key)
    if (queued === null) return
    change({
      text: [queued.text, draft.text].filter((part) => part !== '').join('\n\n'),
      ...(queued.skills && { skills: queued.skills.map((name) => ({ name, title: name })) }),
      ...(queued.keepPrivate && keepPrivate === 'no' && { keepPrivate: 'message' as const }),
    })
    field.current?.focus()
  }
  const dropped = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    void attach(Array.from(event.dataTransfer.files))
  }
  const pasted = (event: ClipboardEvent): void => {
    const found = Array.from(event.clipboardData.files)
    if (found.length === 0) return
    event.preventDefault()
    void attach(found)
  }

  return (
    <div>
      {template !== null && (
        <FillDialog
          template={template}
          action={w('insert')}
          onClose={() => setTemplate(null)}
          onFilled={(text) => change({ text: draft.text + text })}
        />
      )}
      {refusal !== null && (
        <div className="mb-2">
          <Refused error={refusal} />
        </div>
      )}
      <QueuedMessages
        queue={queue}
        mayGo={!isBusy}
        onSend={props.onSendQueued}
        onEdit={edit}
        onWithdraw={props.onWithdraw}
      />
      <Foresight
        text={draft.text}
        {...(conversation !== null && { conversation })}
        {...(model !== null && { model })}
        attachments={files.flatMap(({ id, state }) => (id !== null && state === 'ready' ? [id] : []))}
        collections={draft.collections.map(({ id }) => id)}
        keepPrivate={keepPrivate}
        onKeepPrivate={(next) => void keep(next)}
      />
      <form
        aria-label={w('label')}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
        className={cx(
          'relative rounded-large border bg-sheet shadow-raised focus-within:border-accent',
          isOver ? 'border-accent' : 'border-edge/60',
        )}
      >
        {isOver && (
          <p className="absolute inset-0 z-10 grid place-items-center rounded-large bg-tint text-accent">
            {w('drop')}
          </p>
        )}
        <AttachedFiles
          files={files}
          onRemove={(key) => conversation !== null && attachingTo(conversation).remove(key)}
        />
        <ChosenChips draft={draft} onChange={change} />
        <MessageField
          ref={field}
          text={draft.text}
          placeholder={w(conversation === null ? 'placeholder' : 'placeholderMore')}
          onText={(text) => change({ text })}
          onChoose={choose}
          onSend={() => void send()}
          onPaste={pasted}
        />
        {!isOnline && <p className="px-4 pb-1 text-small text-caution">{w('offline')}</p>}
        <div className="flex items-center gap-1 px-2 pb-2">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              void attach(Array.from(currentTarget.files ?? []))
              currentTarget.value = ''
            }}
          />
          <IconButton size="small" label={w('attach')} onClick={() => picker.current?.click()}>
            <Plus aria-hidden className="size-5" />
          </IconButton>
          <ModelMenu model={model} onChoose={(next) => change({ model: next })} />
          <span className="grow" />
          {isBusy && (
            <IconButton
              label={w('stop')}
              look="plain"
              isBusy={props.isStopping}
              onClick={props.onStop}
              className="rounded-full!"
            >
              {!props.isStopping && <Square aria-hidden className="size-3.5 fill-current" />}
            </IconButton>
          )}
          <IconButton
            type="submit"
            look="primary"
            label={w(isBusy ? 'queue' : 'send')}
            disabled={draft.text.trim() === ''}
            className="rounded-full!"
          >
            {isBusy ? (
              <ListPlus aria-hidden className="size-5" />
            ) : (
              <ArrowUp aria-hidden className="size-5" />
            )}
          </IconButton>
        </div>
      </form>
    </div>
  )
}
