import type { CatalogueEntry, CatalogueQuery, SkillCatalogueView } from '@freehold/contract/skill-shop.ts'
import { BUILT_IN } from '@freehold/contract/skill-shop.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { ListedSkill } from '../catalogue/listed-skill.ts'
import { searchSkills } from '../catalogue/listed-skill.ts'
import { compareVersions } from '../manifest/version-range.ts'
import type { Repositories } from '../repositories.ts'
import type { BuiltInSkills } from './built-in.ts'

export interface ShopRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly builtIn: Pick<BuiltInSkills, 'list'>
  readonly repositories: Pick<Repositories, 'listed' | 'revoked'>
}

interface Offer {
  readonly source: string
  readonly listed: ListedSkill
}

/** What can be installed by name, and what of it is. @throws Fault `invalid` for a place where no list goes on */
export async function listShop(
  { store, builtIn, repositories }: ShopRooms,
  caller: Caller,
  { query, after, limit }: CatalogueQuery,
): Promise<SkillCatalogueView> {
  const shelves = [
    { name: BUILT_IN, skills: await builtIn.list(), problem: null },
    ...(await repositories.listed()),
  ]
  const offers = shelves.flatMap(({ name: source, skills }) =>
    searchSkills(skills, query).map((listed): Offer => ({ source, listed })),
  )
  // Of each shelf those come first that are called as was asked; what the shelves have is put together by name.
  const inOrder = query.trim() === '' ? offers.toSorted(byName) : offers
  const begin = after === undefined ? 0 : inOrder.findIndex((one) => placeOf(one) === after) + 1
  if (after !== undefined && begin === 0)
    throw new Fault('invalid', 'after: is no place in this list. Begin again without it.', { param: 'after' })
  const page = inOrder.slice(begin, begin + limit)
  const installed = await store.withTenant(caller, (tx) =>
    installedOf(
      tx,
      page.map(({ listed }) => listed.name),
    ),
  )
  const last = page.at(-1)
  const data = await Promise.all(
    page.map(async (offer) => {
      const revoked = (await repositories.revoked(offer.listed))?.reason ?? null
      return entryOf(offer, { revoked, installed: installed.get(offer.listed.name) ?? null })
    }),
  )
  return {
    data,
    next: last !== undefined && begin + limit < inOrder.length ? placeOf(last) : null,
    sources: shelves.map(({ name, problem }) => ({ name, problem })),
  }
}

const placeOf = ({ source, listed }: Offer): string => `${listed.name} ${source}`
const byName = (one: Offer, other: Offer): number => (placeOf(one) < placeOf(other) ? -1 : 1)

type Installed = Omit<NonNullable<CatalogueEntry['installed']>, 'isOlder'>

async function installedOf({ db }: Tx, names: readonly string[]): Promise<ReadonlyMap<string, Installed>> {
  if (names.length === 0) return new Map()
  const rows = await db
    .selectFrom('skill')
    .leftJoin('skill_version', 'skill_version.digest', 'skill.active')
    .select(['skill.name', 'skill.state', 'skill.active', 'skill_version.version'])
    .where('skill.name', 'in', names)
    .execute()
  return new Map(rows.map(({ name, state, active, version }) => [name, { version, digest: active, state }]))
}

interface Around {
  readonly installed: Installed | null
  readonly revoked: string | null
}

function entryOf({ source, listed }: Offer, { installed, revoked }: Around): CatalogueEntry {
  const { name, title, description, zh, kind, version, publisher, digest, level, verdict, access } = listed
  return {
    name,
    source,
    title: { en: title, zh: zh?.title ?? title },
    description: { en: description, zh: zh?.description ?? description },
    kind,
    version,
    publisher,
    digest,
    level: source === BUILT_IN ? 'certified' : (level ?? null),
    verdict: verdict ?? null,
    access: access ?? null,
    revoked,
    installed: installed && {
      ...installed,
      isOlder: installed.version === null || compareVersions(installed.version, version) < 0,
    },
  }
}
