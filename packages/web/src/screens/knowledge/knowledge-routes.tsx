import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const offset = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined

/** The addresses of this area. */
export const knowledgeRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/knowledge',
    component: lazyRouteComponent(() => import('./collections-screen.tsx'), 'CollectionsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/knowledge/$collection',
    validateSearch: (search): { tab?: string; q?: string } => {
      const [tab, q] = [text(search['tab']), text(search['q'])]
      return { ...(tab !== undefined && { tab }), ...(q !== undefined && { q }) }
    },
    component: lazyRouteComponent(() => import('./collection-screen.tsx'), 'CollectionScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/knowledge/$collection/$document',
    validateSearch: (search): { start?: number; end?: number } => {
      const [start, end] = [offset(search['start']), offset(search['end'])]
      return start === undefined || end === undefined ? {} : { start, end }
    },
    component: lazyRouteComponent(() => import('./document-screen.tsx'), 'DocumentScreen'),
  }),
]
