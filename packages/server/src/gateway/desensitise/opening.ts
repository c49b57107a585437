import { createEngine } from '../../privacy/detect/engine.ts'
import { Desensitiser } from '../../privacy/mask/desensitiser.ts'
import { profileNamed } from '../../privacy/policy/profile.ts'
import type { Store } from '../../store/store.ts'
import { Desensitising } from './desensitising.ts'
import { createNonceKeys } from './nonce-keys.ts'

interface Around {
  readonly store: Store
}

/** Puts the parts of step 6 together. */
export function openDesensitising({ store }: Around): Desensitising {
  return new Desensitising({
    desensitiser: new Desensitiser(createEngine()),
    profile: (name) => profileNamed(name, {}),
    nonceKey: createNonceKeys(store),
  })
}
