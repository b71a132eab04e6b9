import { useSuspenseInfiniteQuery } from '@tanstack/react-query'

import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { date } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import type { TabProps } from './ProductPage'
import { type Product, reviewsQuery } from './queries'
import { Ratings } from './Ratings'
import { words } from './words'

/** What customers wrote, newest first. */
export function ReviewsTab({ product }: TabProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_300px] items-start gap-4">
      <Panel title={words.reviews}>
        <Reviews product={product} />
      </Panel>
      <Panel title={words.rating}>
        <Ratings product={product} />
      </Panel>
    </div>
  )
}

function Reviews({ product }: { product: Product }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(reviewsQuery(product.id))
  const reviews = data.pages.flatMap((page) => page.items)
  if (reviews.length === 0) return <EmptyState title={words.noReviews}>{words.noReviewsAbout}</EmptyState>
  return (
    <>
      <ul className="-mt-3 max-w-[80ch]">
        {reviews.map((review) => (
          <li key={review.id} className="border-b border-line py-3 last:border-b-0">
            <p className="flex flex-wrap items-baseline gap-x-3 text-13">
              <span role="img" aria-label={`${review.rating} of 5`} className="tracking-wide text-warn">
                {'★'.repeat(review.rating)}
                <span className="text-line-strong">{'☆'.repeat(Math.max(0, 5 - review.rating))}</span>
              </span>
              {review.title && <span className="font-medium">{review.title}</span>}
              <span className="ml-auto text-12 text-muted">
                {date(review.written_on, 'day')} · {review.source}
              </span>
            </p>
            <p className="mt-1 text-14 whitespace-pre-line" lang={review.language ?? undefined}>
              {review.text}
            </p>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.showMore}
        </Button>
      )}
    </>
  )
}
