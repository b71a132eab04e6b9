import { useQuery } from '@tanstack/react-query'

import { Figure } from '../../parts/Figure'
import { money, number } from '../../parts/format'
import { Problem } from '../../parts/Problem'
import { type ProductFigures, figuresQuery } from './queries'
import { words } from './words'

/** The figures of a product in a row, each with what it is over. */
export function KeyFigures({ id, currency }: { id: string; currency: string }) {
  const { data, error, refetch } = useQuery(figuresQuery(id))
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <div className="skeleton h-[100px] rounded-8" />
  return (
    <div className="grid grid-cols-7 gap-px overflow-hidden rounded-8 border border-line bg-line">
      <Figure label={words.price} value={amount(data.price, currency)} missing={words.noPrice} period={words.now} about={words.abouts.price} change={proposed(data, currency)} />
      <Figure label={words.cost} value={amount(data.cost, currency)} missing={words.noCost} period={words.now} about={words.abouts.cost} />
      <Figure label={words.margin} value={data.margin === null ? null : `${number(data.margin, 1)} %`} missing={words.noCost} period={words.now} about={marginAbout(data, currency)} />
      <Figure label={words.rank} value={data.rank === null || data.offers === 0 ? null : `${data.rank} of ${data.offers + 1}`} missing={words.noOffers} period={words.days7} at={data.newest_offer ?? undefined} about={words.abouts.rank} />
      <Figure label={words.index} value={data.index === null ? null : number(data.index, 1)} missing={words.noOffers} period={words.days7} at={data.newest_offer ?? undefined} about={words.abouts.index} />
      <Figure label={words.cover} value={data.cover_days === null ? null : `${number(data.cover_days)} d`} missing={words.noCover} period={words.days28} about={words.abouts.cover} />
      <Figure label={words.sold} value={number(data.units)} period={words.days28} about={words.abouts.sold} />
    </div>
  )
}

function marginAbout(data: ProductFigures, currency: string): string {
  return data.unit_profit === null ? words.abouts.margin : `${words.abouts.margin}: ${money(data.unit_profit, currency)} a unit`
}

function amount(value: string | null, currency: string): string | null {
  return value === null ? null : money(value, currency)
}

function proposed(data: ProductFigures, currency: string) {
  if (data.price === null || data.proposed_price === null) return null
  const share = Number(data.proposed_price) / Number(data.price) - 1
  return { share, text: `${money(data.proposed_price, currency)} proposed`, meaning: 'neutral' as const }
}
