import { deleteNow } from '../parts/delete-soon.ts'
import { notifyRefusal } from '../parts/toast.tsx'
import { server } from '../server.ts'
import { useComings } from './session.ts'

/** Ends the session; what was deleted a moment ago is deleted before. */
export function useSignOut(): () => Promise<void> {
  const { leave } = useComings()
  return async () => {
    try {
      await deleteNow()
      await server.sessions.close()
      leave()
    } catch (error) {
      notifyRefusal(error)
    }
  }
}
