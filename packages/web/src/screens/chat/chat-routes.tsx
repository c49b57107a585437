import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const chatRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/chat',
    validateSearch: (search): { temporary?: true } => (search['temporary'] ? { temporary: true } : {}),
    component: lazyRouteComponent(() => import('./chat-screen.tsx'), 'ChatScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/chat/$id',
    /** `message`: what a search has found. */
    validateSearch: (search): { message?: string } =>
      typeof search['message'] === 'string' ? { message: search['message'] } : {},
    component: lazyRouteComponent(() => import('./conversation-screen.tsx'), 'ConversationScreen'),
  }),
]
