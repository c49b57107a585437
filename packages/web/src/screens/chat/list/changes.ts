import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ConversationChange, ConversationView, ProjectView } from '@freehold/sdk'
import { useRouter } from '@tanstack/react-router'
import { deleteSoon, useHidden } from '../../../parts/delete-soon.ts'
import { fetchFile, save } from '../../../parts/saving.ts'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { say } from '../../../language/words.ts'
import { language } from '../../../language/language.ts'
import { server } from '../../../server.ts'
import { conversationPath } from './addresses.ts'
import { listWords } from './list-words.ts'
import { tellNews } from './news.ts'
import { CONVERSATIONS, place } from './use-conversations.ts'

/** As many as the server deletes at once. */
const AT_ONCE = 200
const SIDE_BY_SIDE = 4

export type ExportFormat = 'md' | 'json' | 'html'

export interface Changes {
  /** Shown at once, and taken back where it is refused. */
  readonly change: (row: ConversationView, change: ConversationChange) => Promise<void>
  readonly archive: (rows: readonly ConversationView[], isArchived: boolean) => Promise<void>
  /** With a way to undo it. */
  readonly remove: (rows: readonly ConversationView[]) => void
  readonly exportAs: (row: ConversationView, format: ExportFormat) => Promise<void>
}

/** What one does with conversations in a list. */
export function useChanges(): Changes {
  const queries = useQueryClient()
  const router = useRouter()
  const invalidate = (): void => void queries.invalidateQueries({ queryKey: CONVERSATIONS })

  const change = async (row: ConversationView, wanted: ConversationChange): Promise<void> => {
    place(queries, { ...row, ...(wanted as Partial<ConversationView>) })
    try {
      place(queries, await server.conversations.change(row.id, wanted))
      tellNews(row.id)
    } catch (error) {
      place(queries, row)
      notifyRefusal(error)
    }
  }

  const changeAll = async (rows: readonly ConversationView[], isArchived: boolean): Promise<void> => {
    const left = [...rows]
    const next = async (): Promise<void> => {
      for (let row = left.pop(); row !== undefined; row = left.pop())
        await change(row, { archived: isArchived })
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next))
  }

  return {
    change,
    async archive(rows, isArchived) {
      const changed = rows.map((row) => ({ ...row, archived: isArchived }))
      notify(say(listWords, isArchived ? 'archived' : 'unarchived', { count: rows.length }), {
        undo: () => void changeAll(changed, !isArchived),
      })
      await changeAll(rows, isArchived)
    },
    remove(rows) {
      const ids = rows.map(({ id }) => id)
      if (ids.some((id) => router.state.location.pathname === conversationPath(id)))
        void router.navigate({ to: '/chat' })
      deleteSoon({
        text: say(listWords, 'deleted', { count: ids.length }),
        ids,
        async send(client) {
          for (let from = 0; from < ids.length; from += AT_ONCE)
            await client.conversations.deleteMany({ ids: ids.slice(from, from + AT_ONCE) })
        },
        onGone: invalidate,
      })
    },
    async exportAs(row, format) {
      try {
        const name = `${row.title ?? say(listWords, 'untitled')}.${format}`
        if (format === 'json')
          save(name, JSON.stringify(await server.conversations.export(row.id), null, 2), 'application/json')
        else if (format === 'md')
          save(name, await server.conversations.exportMarkdown(row.id), 'text/markdown')
        else
          fetchFile(
            server.address('conversation.export', {
              params: { id: row.id },
              query: { format: 'html', language: language() },
            }),
          )
      } catch (error) {
        notifyRefusal(error)
      }
    },
  }
}

const PROJECTS = [...CONVERSATIONS, 'projects'] as const

export interface Projects {
  readonly projects: readonly ProjectView[]
  readonly create: (name: string) => Promise<ProjectView>
  readonly rename: (id: string, name: string) => Promise<void>
  /** With a way to undo it; its conversations stay. */
  readonly remove: (project: ProjectView) => void
}

/** The projects of the person, by name. */
export function useProjects(): Projects {
  const queries = useQueryClient()
  const hidden = useHidden()
  const query = useQuery({
    queryKey: PROJECTS,
    async queryFn() {
      const projects: ProjectView[] = []
      for await (const project of server.projects.list({ limit: 200 })) projects.push(project)
      return projects.toSorted((a, b) => a.name.localeCompare(b.name))
    },
  })
  const invalidate = (): Promise<void> => queries.invalidateQueries({ queryKey: CONVERSATIONS })
  return {
    projects: (query.data ?? []).filter(({ id }) => !hidden.has(id)),
    async create(name: string): Promise<ProjectView> {
      const project = await server.projects.create({ name })
      await invalidate()
      return project
    },
    async rename(id: string, name: string): Promise<void> {
      await server.projects.change(id, { name })
      await invalidate()
    },
    remove({ id, name }: ProjectView): void {
      deleteSoon({
        text: say(listWords, 'projectDeleted', { name }),
        ids: [id],
        send: (client) => client.projects.delete(id),
        onGone: () => void invalidate(),
      })
    },
  }
}
