/** SPDX licences under which a skill may be passed on. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'ISC',
  'MPL-2.0',
  'Unlicense',
  'CC0-1.0',
  'CC-BY-4.0',
  'Zlib',
  'BSL-1.0',
  'Python-2.0',
  'PSF-2.0',
  'BlueOak-1.0.0',
  'MulanPSL-2.0',
  'EUPL-1.2',
  'LGPL-2.1-only',
  'LGPL-2.1-or-later',
  'LGPL-3.0-only',
  'LGPL-3.0-or-later',
  'Unicode-3.0',
])

/** Whether an SPDX expression allows it: one of the alternatives of OR, and every part of AND. */
export function isAllowedLicence(expression: string): boolean {
  return expression.split(/\s+OR\s+/).some((one) =>
    one.split(/\s+AND\s+/).every((part) =>
      ALLOWED_LICENCES.has(
        part
          .replaceAll(/[()]/g, '')
          .replace(/\s+WITH\s+[\w.-]+$/, '')
          .trim(),
      ),
    ),
  )
}
