import { useEffect, useRef } from 'react'
import { announce } from '../../../parts/announce.tsx'
import { spoken, wholeSentences } from './sentences.ts'

/** Often enough to follow, seldom enough to be heard to the end. */
const REST_MS = 2500

/** Has a screen reader say what comes, sentence by sentence, and what became of it at the end. */
export function useSpeech(text: string, isRunning: boolean, atEnd: string): void {
  const place = useRef({ next: 0, wasRunning: false, latest: '' })
  place.current.latest = text
  useEffect(() => {
    if (!isRunning) return undefined
    place.current = { next: 0, wasRunning: true, latest: place.current.latest }
    const timer = setInterval(() => {
      const { said, next } = wholeSentences(place.current.latest, place.current.next)
      place.current.next = next
      if (said !== '') announce(said)
    }, REST_MS)
    return () => clearInterval(timer)
  }, [isRunning])
  useEffect(() => {
    if (isRunning || !place.current.wasRunning) return
    place.current.wasRunning = false
    announce(`${spoken(place.current.latest.slice(place.current.next))} ${atEnd}`.trim())
  }, [isRunning, atEnd])
}
