import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// happy-dom lays nothing out: without a size no row of a virtual list would be in sight.
const sizes = { offsetHeight: 600, offsetWidth: 1000, clientHeight: 600, clientWidth: 1000 }
for (const [name, size] of Object.entries(sizes)) {
  Object.defineProperty(ownerOf(document.createElement('div'), name), name, { configurable: true, get: () => size })
}

/** The prototype that answers for a property. */
function ownerOf(element: object, name: string): object {
  let owner: object = element
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object
  return owner
}

afterEach(cleanup)
