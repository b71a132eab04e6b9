import { Link } from '@tanstack/react-router'

import { usePlaces } from '../../app/places'
import { words } from './words'

/** A shop without data: the way to the first prices. */
export function Start() {
  const placeOf = usePlaces()
  return (
    <section className="max-w-[640px] rounded-8 border border-line bg-surface p-6">
      <h2 className="text-16 font-semibold">{words.startTitle}</h2>
      <p className="mb-4 text-13 text-muted">{words.startAbout}</p>
      <ol className="flex flex-col">
        {words.start.map((step, at) => {
          const link = placeOf({ page: step.page })
          return (
            <li key={step.title} className="flex gap-3 border-t border-line py-3">
              <span aria-hidden className="figures grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-12 font-semibold text-accent">
                {at + 1}
              </span>
              <span>
                {link ? (
                  <Link {...link} className="text-14 font-medium text-accent hover:underline">
                    {step.title}
                  </Link>
                ) : (
                  <span className="text-14 font-medium">{step.title}</span>
                )}
                <span className="block text-13 text-muted">{step.text}</span>
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
