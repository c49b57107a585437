import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { NotFound } from './shell/not-found.tsx'
import { RouteRefused } from './shell/route-refused.tsx'
import { Frame } from './shell/frame.tsx'
import { accountRoutes } from './screens/account/account-routes.tsx'
import { adminRoutes } from './screens/admin/admin-routes.tsx'
import { peopleRoutes } from './screens/admin/people-routes.tsx'
import { routingRoutes } from './screens/admin/routing-routes.tsx'
import { chatRoutes } from './screens/chat/chat-routes.tsx'
import { listRoutes } from './screens/chat/list/list-routes.tsx'
import { knowledgeRoutes } from './screens/knowledge/knowledge-routes.tsx'
import { skillsRoutes } from './screens/skills/skills-routes.tsx'
import { startRoutes } from './screens/start/start-routes.tsx'
import { trustRoutes } from './screens/trust/trust-routes.tsx'

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: RouteRefused })
const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/chat', replace: true })
  },
})

const parent = (): typeof root => root
export type Parent = typeof parent

/** Every address of the app and the screen that stands there. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    ...startRoutes(parent),
    ...chatRoutes(parent),
    ...listRoutes(parent),
    ...knowledgeRoutes(parent),
    ...skillsRoutes(parent),
    ...trustRoutes(parent),
    ...adminRoutes(parent),
    ...peopleRoutes(parent),
    ...routingRoutes(parent),
    ...accountRoutes(parent),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})
