import { Link, Outlet, useMatches, useNavigate } from '@tanstack/react-router'
import { CircleUserRound, Menu as MenuIcon, PanelLeft, Search, SquarePen } from 'lucide-react'
import type { ReactNode } from 'react'
import { Suspense, useEffect, useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { IconButton } from '../parts/button.tsx'
import { cx } from '../parts/class-names.ts'
import { comingLater } from '../parts/later.tsx'
import { PanePlace } from '../screens/chat/pane/pane-place.tsx'
import { useSession } from '../session/session.ts'
import type { Area } from './areas.ts'
import { AREAS, areaWords } from './areas.ts'
import { Columns } from './columns.tsx'
import { openFinder } from './finder.ts'
import { FinderPlace } from './finder-place.tsx'
import { useConnection } from './connection.ts'
import { PersonMenu } from './person-menu.tsx'
import { keep, readKept } from '../kept.ts'

const PhoneMenu = comingLater(async () => (await import('./phone-menu.tsx')).PhoneMenu)

const words = defineWords('frame', {
  skip: { en: 'Skip to the content', zh: '跳到内容' },
  areas: { en: 'Areas', zh: '区域' },
  menu: { en: 'Open the menu', zh: '打开菜单' },
  hide: { en: 'Hide the list', zh: '隐藏列表' },
  show: { en: 'Show the list', zh: '显示列表' },
  newChat: { en: 'New chat', zh: '新对话' },
  find: { en: 'Find anything (Ctrl K)', zh: '查找一切（Ctrl K）' },
  account: { en: 'Your account', zh: '您的账户' },
  offline: {
    en: 'No connection. What you see is what was loaded before; nothing you write is sent.',
    zh: '没有网络连接。您看到的是之前加载的内容，现在写下的内容不会发送。',
  },
})

const KEPT = 'freehold.column'

/** The areas that the person has. */
export function useAreas(): readonly Area[] {
  const { caller } = useSession()
  return AREAS.filter(
    ({ powers }) => powers.length === 0 || powers.some((power) => caller.powers.includes(power)),
  )
}

/** What stands around every screen: the rail of areas, the column of the area, and the screen. */
export function Frame(): ReactNode {
  const w = useWords(words)
  const here = useArea()
  const isOnline = useConnection()
  const navigate = useNavigate()
  const [isColumnShown, setColumnShown] = useState(() => readKept(KEPT) !== 'hidden')
  const [isMenuOpen, setMenuOpen] = useState(false)
  const at = useMatches({ select: (matches) => matches.at(-1)?.pathname })
  useEffect(() => setMenuOpen(false), [at])
  const hasColumn = here !== null && here in Columns

  const toggle = (): void => {
    keep(KEPT, isColumnShown ? 'hidden' : 'shown')
    setColumnShown(!isColumnShown)
  }

  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="absolute start-2 top-2 z-50 -translate-y-20 rounded-medium bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        {w('skip')}
      </a>
      {!isOnline && (
        <p role="status" className="bg-caution-tint px-4 py-1.5 text-center text-small text-caution">
          {w('offline')}
        </p>
      )}
      <div className="flex min-h-0 grow max-wide:flex-col">
        <header className="flex items-center gap-1 border-b border-line px-2 py-1.5 wide:hidden">
          <IconButton label={w('menu')} onClick={() => setMenuOpen(true)}>
            <MenuIcon aria-hidden className="size-5" />
          </IconButton>
          <Link to="/" className="flex grow items-center gap-2 font-display">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            Freehold
          </Link>
          {here === 'chat' && (
            <IconButton label={w('newChat')} onClick={() => void navigate({ to: '/chat' })}>
              <SquarePen aria-hidden className="size-5" />
            </IconButton>
          )}
          <IconButton label={w('find')} onClick={openFinder}>
            <Search aria-hidden className="size-5" />
          </IconButton>
          <PersonMenu label={w('account')} icon={<CircleUserRound aria-hidden className="size-5" />} />
        </header>
        <Rail here={here} isColumnShown={isColumnShown} {...(hasColumn && { onToggle: toggle })} />
        {hasColumn && isColumnShown && (
          <div className="hidden w-68 shrink-0 overflow-hidden border-e border-line wide:block">
            <Column of={here} />
          </div>
        )}
        <main id="content" tabIndex={-1} className="min-h-0 min-w-0 grow bg-desk outline-none">
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
        <PanePlace />
      </div>
      <FinderPlace />
      {isMenuOpen && (
        <PhoneMenu onClose={() => setMenuOpen(false)}>
          <AreaList here={here} />
          <div className="min-h-0 grow overflow-hidden border-t border-line">
            {hasColumn && <Column of={here} />}
          </div>
        </PhoneMenu>
      )}
    </div>
  )
}

/** The area that the address is in. */
function useArea(): Area['id'] | null {
  const path = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? '/' })
  return AREAS.find((area) => path === area.path || path.startsWith(`${area.path}/`))?.id ?? null
}

function Column({ of }: { readonly of: Area['id'] }): ReactNode {
  const Content = Columns[of]
  return (
    <Suspense>
      <Content />
    </Suspense>
  )
}

interface RailProps {
  readonly here: Area['id'] | null
  readonly isColumnShown: boolean
  readonly onToggle?: () => void
}

function Rail({ here, isColumnShown, onToggle }: RailProps): ReactNode {
  const w = useWords(words)
  const a = useWords(areaWords)
  const areas = useAreas()
  return (
    <header
      data-hints="beside"
      className="hidden w-18 shrink-0 flex-col items-center gap-1 border-e border-line py-2.5 wide:flex"
    >
      <Link to="/" aria-label="Freehold" className="mb-2 rounded-medium p-1">
        <img src="/favicon.svg" alt="" width="28" height="28" />
      </Link>
      <nav id="rooms" aria-label={w('areas')} className="flex flex-col gap-1">
        {areas.map(({ id, path, icon: Icon }) => (
          <Link
            key={id}
            to={path}
            aria-current={here === id ? 'page' : undefined}
            className={cx(
              'grid min-h-12 w-16 place-items-center content-center gap-0.5 rounded-medium text-[0.6875rem] leading-4',
              here === id ? 'bg-tint font-medium text-accent' : 'text-soft hover:bg-tint hover:text-ink',
            )}
          >
            <Icon aria-hidden className="size-5" />
            {a(id)}
          </Link>
        ))}
      </nav>
      <span className="grow" />
      {onToggle && (
        <IconButton
          label={w(isColumnShown ? 'hide' : 'show')}
          onClick={onToggle}
          aria-expanded={isColumnShown}
        >
          <PanelLeft aria-hidden className="size-5" />
        </IconButton>
      )}
      <IconButton label={w('find')} onClick={openFinder}>
        <Search aria-hidden className="size-5" />
      </IconButton>
      <PersonMenu label={w('account')} icon={<CircleUserRound aria-hidden className="size-5" />} />
    </header>
  )
}

function AreaList({ here }: { readonly here: Area['id'] | null }): ReactNode {
  const w = useWords(words)
  const a = useWords(areaWords)
  const areas = useAreas()
  return (
    <nav aria-label={w('areas')} className="grid gap-0.5 p-2">
      {areas.map(({ id, path, icon: Icon }) => (
        <Link
          key={id}
          to={path}
          aria-current={here === id ? 'page' : undefined}
          className={cx(
            'flex min-h-10 items-center gap-3 rounded-medium px-3 pointer-coarse:min-h-11',
            here === id ? 'bg-tint text-accent' : 'hover:bg-tint',
          )}
        >
          <Icon aria-hidden className="size-5" />
          {a(id)}
        </Link>
      ))}
    </nav>
  )
}
