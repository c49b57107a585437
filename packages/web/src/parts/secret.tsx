import { Copy, Download, Printer } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { save } from './saving.ts'

const words = defineWords('secret', {
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied.', zh: '已复制。' },
  marked: { en: 'Marked: copy it with your keyboard.', zh: '已选中，请用键盘复制。' },
  download: { en: 'Download', zh: '下载' },
  print: { en: 'Print', zh: '打印' },
  done: { en: 'Done', zh: '完成' },
})

/** Something that is shown now and never again. */
export interface Secret {
  readonly title: string
  readonly text: ReactNode
  readonly lines: readonly string[]
  /** It can be kept as a file of this name, and printed. */
  readonly file?: string
}

interface SecretDialogProps {
  readonly secret: Secret
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Shows a secret that no answer holds a second time. It is there while it is rendered. */
export function SecretDialog({ secret, onClose, children }: SecretDialogProps): ReactNode {
  const w = useWords(words)
  const list = useRef<HTMLOListElement>(null)
  const [told, setTold] = useState('')
  const { title, text, lines, file } = secret
  const whole = lines.join('\n')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(whole)
      setTold(w('copied'))
    } catch {
      // Without TLS browsers hand out no clipboard: it is marked, to be copied by hand.
      if (list.current) getSelection()?.selectAllChildren(list.current)
      setTold(w('marked'))
    }
  }
  return (
    <Dialog isOpen onClose={onClose} title={title} className="print-alone">
      <div className="space-y-4">
        <div>{text}</div>
        <ol
          ref={list}
          data-secret
          className={`gap-x-6 gap-y-1 rounded-medium border border-line bg-sunk p-4 font-mono text-small break-all ${lines.length > 1 ? 'grid grid-cols-2' : ''}`}
        >
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
        {children}
        <div className="flex flex-wrap items-center gap-2 print:hidden">
          <Button look="primary" icon={<Copy aria-hidden className="size-4" />} onClick={() => void copy()}>
            {w('copy')}
          </Button>
          {file !== undefined && (
            <>
              <Button
                icon={<Download aria-hidden className="size-4" />}
                onClick={() => save(file, `${whole}\n`)}
              >
                {w('download')}
              </Button>
              <Button icon={<Printer aria-hidden className="size-4" />} onClick={() => print()}>
                {w('print')}
              </Button>
            </>
          )}
          <p role="status" className="grow text-small text-soft">
            {told}
          </p>
          <Button onClick={onClose}>{w('done')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
