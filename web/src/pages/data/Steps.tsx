import { Check } from 'lucide-react'

import type { Step } from './progress'
import { words } from './words'

/** Where in the four steps an import stands. */
export function Steps({ step, done }: { step: Step; done: boolean }) {
  return (
    <ol className="flex items-center gap-5 text-13">
      {words.steps.map((name, index) => {
        const number = index + 1
        const isBehind = number < step || done
        const isHere = number === step && !done
        const look = isHere ? 'border-accent bg-accent text-accent-text' : isBehind ? 'border-good text-good' : 'border-line-strong text-muted'
        return (
          <li key={name} aria-current={isHere ? 'step' : undefined} className={`flex items-center gap-2 ${isHere ? 'font-semibold' : 'text-muted'}`}>
            <span aria-hidden className={`figures flex size-5 items-center justify-center rounded-full border text-11 ${look}`}>
              {isBehind ? <Check size={12} /> : number}
            </span>
            {name}
            {isBehind && <span className="sr-only">, done</span>}
          </li>
        )
      })}
    </ol>
  )
}
