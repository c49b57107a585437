import type { HomeView } from '@freehold/sdk'

export type Day = HomeView['days'][number]

const NOTHING = { local: 0, private: 0, managed: 0, kept: 0, unanswered: 0 }

/** Each day of the time that was asked for, also those on which nobody asked anything. */
export function everyDay({ from, to, days }: Pick<HomeView, 'from' | 'to' | 'days'>): readonly Day[] {
  const known = new Map(days.map((day) => [day.day, day]))
  const all: Day[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10)
    all.push(known.get(day) ?? { day, ...NOTHING })
  }
  return all
}

export const answeredOn = (day: Omit<Day, 'day'>): number => day.local + day.private + day.managed + day.kept

/** The day so many days before one, in UTC. */
export const dayBefore = (nowMs: number, days: number): string =>
  new Date(nowMs - days * 86_400_000).toISOString().slice(0, 10)
