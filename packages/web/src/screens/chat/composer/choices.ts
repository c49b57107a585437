import { useQuery } from '@tanstack/react-query'
import type { TemplateView } from '@freehold/sdk'
import { useWords } from '../../../language/words.ts'
import { server } from '../../../server.ts'
import { useMay } from '../../../session/session.ts'
import { titleOf } from '../../skills/both.ts'
import { composerWords } from './composer-words.ts'
import type { NamedCollection, NamedSkill } from './draft.ts'
import { LOCAL_MODEL, modelsQuery } from './models.ts'
import type { Trigger } from './trigger.ts'
import { fitting } from './trigger.ts'

export type ChoiceDoes =
  | { readonly what: 'new' | 'temporary' | 'model-list' | 'attach' }
  /** It has gaps that are filled in first. */
  | { readonly what: 'template'; readonly template: TemplateView }
  | { readonly what: 'model'; readonly model: string }
  | { readonly what: 'skill'; readonly skill: NamedSkill }
  | { readonly what: 'collection'; readonly collection: NamedCollection }

/** One line of the list behind a sign. */
export interface Choice {
  readonly key: string
  readonly name: string
  readonly note: string
  readonly does: ChoiceDoes
}

const MOST = 8

async function wholeOf<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const one of list) all.push(one)
  return all
}

/** What the sign under the caret offers. Asked for only once somebody writes the sign. */
export function useChoices(trigger: Trigger | null): readonly Choice[] {
  const w = useWords(composerWords)
  const may = useMay()
  const sign = trigger?.sign
  const models = useQuery({ ...modelsQuery, enabled: sign === '@' && may('model') })
  const skills = useQuery({
    queryKey: ['chat', 'skills'],
    queryFn: async () => (await server.skills.list()).data.filter(({ isUsable }) => isUsable),
    enabled: sign === '@' && may('skills'),
    staleTime: 60_000,
  })
  const collections = useQuery({
    queryKey: ['chat', 'collections'],
    queryFn: () => wholeOf(server.collections.list({ limit: 200 })),
    enabled: sign === '#' && may('knowledge'),
    staleTime: 60_000,
  })
  const templates = useQuery({
    queryKey: ['templates', 'to-insert'],
    queryFn: () => wholeOf(server.templates.list({ limit: 200 })),
    enabled: sign === '/',
    staleTime: 10_000,
  })
  if (trigger === null) return []
  const offered: readonly Choice[] = {
    '/': () => [
      { key: 'new', name: 'new', note: w('newChat'), does: { what: 'new' } as const },
      { key: 'temporary', name: 'temporary', note: w('temporary'), does: { what: 'temporary' } as const },
      { key: 'model', name: 'model', note: w('chooseModel'), does: { what: 'model-list' } as const },
      { key: 'attach', name: 'attach', note: w('attachCommand'), does: { what: 'attach' } as const },
      ...(templates.data ?? []).map((template) => ({
        key: template.id,
        name: template.name,
        note: w('template'),
        does: { what: 'template', template } as const,
      })),
    ],
    '@': () => [
      ...(models.data ?? []).map((model) => ({
        key: `model ${model}`,
        name: model,
        note: model === LOCAL_MODEL ? w('builtIn') : w('modelKind'),
        does: { what: 'model', model } as const,
      })),
      ...(skills.data ?? []).map((skill) => ({
        key: `skill ${skill.name}`,
        name: titleOf(skill),
        note: w('skillKind'),
        does: { what: 'skill', skill: { name: skill.name, title: titleOf(skill) } } as const,
      })),
    ],
    '#': () =>
      (collections.data ?? []).map(({ id, name, documents }) => ({
        key: id,
        name,
        note: w('documents', { count: documents }),
        does: { what: 'collection', collection: { id, name } } as const,
      })),
  }[trigger.sign]()
  return fitting(offered, trigger.query).slice(0, MOST)
}
