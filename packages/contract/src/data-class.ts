import { z } from 'zod'

/** Data classes in rising order of what their disclosure would cost. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const
export const dataClass = z.enum(DATA_CLASSES)
export type DataClass = z.infer<typeof dataClass>

/** The highest of the given classes; a class only ever rises. */
export function highestClass(first: DataClass, ...others: readonly DataClass[]): DataClass {
  return others.reduce((top, next) => (isWithin(next, top) ? top : next), first)
}

/** Whether content of `subject` class stays within `ceiling`. */
export function isWithin(subject: DataClass, ceiling: DataClass): boolean {
  return DATA_CLASSES.indexOf(subject) <= DATA_CLASSES.indexOf(ceiling)
}

/** The classes up to and including `ceiling`. */
export function classesWithin(ceiling: DataClass): readonly DataClass[] {
  return DATA_CLASSES.slice(0, DATA_CLASSES.indexOf(ceiling) + 1)
}
