import type { ReactNode } from 'react'
import { useWords } from '../../language/words.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { isMac, keysOf } from '../../shell/shortcuts.ts'
import { finderWords } from './finder-words.ts'

interface KeyboardHelpProps {
  readonly onClose: () => void
}

/** All keys in one place. */
export function KeyboardHelp({ onClose }: KeyboardHelpProps): ReactNode {
  const w = useWords(finderWords)
  const onMac = isMac()
  const shift = onMac ? '⇧' : 'Shift'
  const groups = [
    {
      title: w('everywhere'),
      keys: [
        [keysOf('find', onMac), w('keyFind')],
        [keysOf('findHere', onMac), w('keyFindHere')],
        [keysOf('newChat', onMac), w('keyNew')],
        [keysOf('previous', onMac), w('keyPrevious')],
        [keysOf('next', onMac), w('keyNext')],
        [keysOf('help', onMac), w('keyHelp')],
      ],
    },
    {
      title: w('inList'),
      keys: [
        [['↑', '↓'], w('keyRows')],
        [['Home', 'End'], w('keyEnds')],
        [['F2'], w('keyRename')],
        [['Delete'], w('keyDelete')],
        [[w('space')], w('keyTick')],
        [[shift, '↓'], w('keyRange')],
      ],
    },
    {
      title: w('inChat'),
      keys: [
        [['Enter'], w('keySend')],
        [[shift, 'Enter'], w('keyLine')],
      ],
    },
    {
      title: w('inPane'),
      keys: [
        [['←', '→'], w('keyWidth')],
        [['Esc'], w('keyClose')],
      ],
    },
  ] as const
  return (
    <Dialog isOpen onClose={onClose} title={w('helpTitle')} lead={w('helpLead')} className="max-w-2xl!">
      <div className="gap-x-8 wide:columns-2">
        {groups.map(({ title, keys }) => (
          <section key={title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-small font-medium text-soft">{title}</h3>
            <dl>
              {keys.map(([pressed, does]) => (
                <div
                  key={does}
                  className="flex items-baseline gap-3 border-b border-line/60 py-1.5 text-small"
                >
                  <dt className="order-2 flex gap-1">
                    {pressed.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd className="grow">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

export const Key = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <kbd className="rounded-small border border-line bg-sunk px-1.5 font-sans text-tiny whitespace-nowrap text-soft">
    {children}
  </kbd>
)
