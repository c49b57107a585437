import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import { createEngine } from '../../privacy/detect/engine.ts'
import { Desensitiser } from '../../privacy/mask/desensitiser.ts'
import { Scanning } from '../../privacy/mask/scanning.ts'
import { profileNamed } from '../../privacy/policy/profile.ts'
import type { Store } from '../../store/store.ts'
import { Classifying } from './classifying.ts'
import { Desensitising } from './desensitising.ts'
import { createNonceKeys } from './nonce-keys.ts'

interface Around {
  readonly store: Store
  readonly config: () => {
    readonly desensitise: Readonly<Record<string, ProfileRules>>
    readonly classes: { readonly found: FoundClasses }
  }
}

/** What finds the class of a request and what masks it, with what both of them read by. */
export interface Privacy {
  readonly classifying: Classifying
  readonly desensitising: Desensitising
}

/** Puts the parts of steps 4 and 6 together. */
export function openPrivacy({ store, config }: Around): Privacy {
  const desensitiser = new Desensitiser(new Scanning(createEngine()))
  return {
    classifying: new Classifying({ desensitiser, found: () => config().classes.found }),
    desensitising: new Desensitising({
      desensitiser,
      profile: (name) => profileNamed(name, config().desensitise),
      nonceKey: createNonceKeys(store),
    }),
  }
}
