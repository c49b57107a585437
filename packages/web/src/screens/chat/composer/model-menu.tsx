import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { buttonClass } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { Menu, MenuItem } from '../../../parts/menu.tsx'
import { composerWords } from './composer-words.ts'
import { LOCAL_MODEL, modelsQuery } from './models.ts'

interface ModelMenuProps {
  /** Null: the usual one. */
  readonly model: string | null
  readonly onChoose: (model: string | null) => void
}

/** Who answers. */
export function ModelMenu({ model, onChoose }: ModelMenuProps): ReactNode {
  const w = useWords(composerWords)
  const models = useQuery(modelsQuery)
  const shown = model ?? w('usual')
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={w('model', { name: shown })}
          className={cx(buttonClass('quiet', 'small'), 'min-w-0 shrink! text-soft')}
        >
          <span className="truncate">{shown}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </button>
      }
    >
      <MenuItem isChecked={model === null} onSelect={() => onChoose(null)}>
        {w('usual')}
      </MenuItem>
      {models.data?.map((id) => (
        <MenuItem key={id} isChecked={model === id} onSelect={() => onChoose(id)}>
          <span className="font-mono">{id}</span>
          {id === LOCAL_MODEL && <span className="block text-tiny text-soft">{w('builtIn')}</span>}
        </MenuItem>
      ))}
    </Menu>
  )
}
