import { useQuery } from '@tanstack/react-query'

import { Figure, Figures } from '../../parts/Figure'
import { counted, money, number, percent } from '../../parts/format'
import { Problem } from '../../parts/Problem'
import { type ProductFigures, figuresQuery, ratingsQuery } from './queries'
import { words } from './words'

/** The figures of a product in a row, each with what it rests on. */
export function KeyFigures({ id, currency }: { id: string; currency: string }) {
  const { data, error, refetch } = useQuery(figuresQuery(id))
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <div className="skeleton h-[100px] rounded-8" />
  const { rank, offers, margin, index, cover_days } = data
  const market = { missing: words.noOffers, period: words.days7, at: data.newest_offer ?? undefined }
  return (
    <Figures columns={8}>
      <Figure label={words.price} value={amount(data.price, currency)} missing={words.noPrice} period={words.now} about={words.abouts.price} change={proposed(data, currency)} note={words.inForce} />
      <Figure label={words.cost} value={amount(data.cost, currency)} missing={words.noCost} period={words.now} about={words.abouts.cost} note={words.net} />
      <Figure label={words.margin} value={margin === null ? null : percent(Number(margin) / 100)} missing={words.noCost} period={words.now} about={words.abouts.margin} note={data.unit_profit && words.perUnit(money(data.unit_profit, currency))} />
      <Figure label={words.rank} value={rank === null || offers === 0 ? null : words.rankOf(rank, offers + 1)} about={words.abouts.rank} note={data.lowest_offer && words.lowestOffer(money(data.lowest_offer, currency))} {...market} />
      <Figure label={words.index} value={index === null ? null : number(index, 1)} about={words.abouts.index} note={words.par} {...market} />
      <Figure label={words.cover} value={cover_days === null ? null : words.daysLong(number(cover_days))} missing={words.noCover} period={words.days28} about={words.abouts.cover} note={data.inventory_level && words.inStock(number(data.inventory_level))} />
      <Figure label={words.sold} value={number(data.units)} period={words.days28} about={words.abouts.sold} note={words.days28} />
      <Rating id={id} />
    </Figures>
  )
}

function Rating({ id }: { id: string }) {
  const { data, error } = useQuery(ratingsQuery(id))
  const mean = data?.mean ?? null
  const missing = error ? words.noRating : data ? words.noReviews : ''
  return (
    <Figure
      label={words.rating}
      value={mean === null ? null : number(mean, 1)}
      missing={missing}
      period={words.ever}
      about={words.abouts.rating}
      note={data && counted(data.reviews, 'review')}
      to={{ to: '/catalog/$productId', params: { productId: id }, search: { tab: 'reviews' } }}
    />
  )
}

function amount(value: string | null, currency: string): string | null {
  return value === null ? null : money(value, currency)
}

function proposed(data: ProductFigures, currency: string) {
  if (data.price === null || data.proposed_price === null) return null
  const share = Number(data.proposed_price) / Number(data.price) - 1
  return { share, text: words.proposedTo(money(data.proposed_price, currency)), meaning: 'neutral' as const }
}
