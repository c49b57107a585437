import { spawnSync } from 'node:child_process'

/** Why text in images cannot be recognised here; false when it can. */
export const noTesseract = ((): string | false => {
  const { stdout } = spawnSync('tesseract', ['--list-langs'], { encoding: 'utf8' })
  return ['eng', 'chi_sim'].every((language) => (stdout ?? '').includes(language))
    ? false
    : 'tesseract with eng and chi_sim is missing: bash scripts/system-packages.sh'
})()
