import { notify, notifyRefusal } from '../../../parts/toast.tsx'

/** Puts a text where it can be pasted from, and says so. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notify(said)
  } catch (error) {
    notifyRefusal(error)
  }
}
