import { useSuspenseQuery } from '@tanstack/react-query'

import { counted, number, percent } from '../../parts/format'
import { type Product, ratingsQuery } from './queries'
import { words } from './words'

const STARS = ['5', '4', '3', '2', '1'] as const

/** The mean of all reviews, and how many gave how many stars. */
export function Ratings({ product }: { product: Product }) {
  const { reviews, mean, by_stars: counts } = useSuspenseQuery(ratingsQuery(product.id)).data
  if (mean === null) return <p className="text-13 text-muted">{words.noReviews}</p>
  return (
    <>
      <p className="flex items-baseline gap-2">
        <span className="figures text-24 font-semibold">{number(mean, 1)}</span>
        <span className="text-13 text-muted">{words.ofFive(counted(reviews, 'review'))}</span>
      </p>
      <dl className="mt-3 flex flex-col gap-1.5 text-12">
        {STARS.map((stars) => {
          const count = counts[stars] ?? 0
          return (
            <div key={stars} className="flex items-center gap-2">
              <dt className="figures w-11 shrink-0 text-muted">{counted(Number(stars), 'star')}</dt>
              <dd className="flex flex-1 items-center gap-2">
                <span aria-hidden className="h-2 flex-1 overflow-hidden rounded-full bg-hover">
                  <span className="block h-full rounded-full bg-accent" style={{ width: percent(count / reviews) }} />
                </span>
                <span className="figures w-10 shrink-0 text-right">{number(count)}</span>
              </dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}
