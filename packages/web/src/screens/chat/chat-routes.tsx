import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const chatRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/chat',
    component: lazyRouteComponent(() => import('./chat-screen.tsx'), 'ChatScreen'),
  }),
]
