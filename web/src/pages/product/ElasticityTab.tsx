import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Age } from '../../parts/Age'
import { Chart } from '../../parts/chart'
import { EmptyState } from '../../parts/EmptyState'
import { money, short } from '../../parts/format'
import { Guarded, Panel } from '../../parts/Panel'
import { Diagnosis, Effect, RefusalNote, Rivals, Source } from './ElasticityParts'
import { units } from './outlook'
import type { TabProps } from './ProductPage'
import { type Product, responseQuery } from './queries'
import { type CurvePoint, demandPicture, guidesOf, isAtEnd, mostProfitable, pointAt, type PriceResponse, profitBand, profitPicture } from './response'
import { words } from './words'

const say = words.elasticity

/** How demand answers to the price, how sure that is, and what a week brings at other prices. */
export function ElasticityTab({ product }: TabProps) {
  return (
    <Guarded>
      <Answered product={product} />
    </Guarded>
  )
}

function Answered({ product }: { product: Product }) {
  const response = useSuspenseQuery(responseQuery(product.id)).data
  if (!response) {
    return (
      <Panel>
        <EmptyState title={say.none}>{say.noneAbout}</EmptyState>
      </Panel>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {response.refused && <RefusalNote response={response} />}
      <div className="grid grid-cols-[minmax(0,1fr)_300px] items-start gap-4">
        <Curves product={product} response={response} />
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title={say.title}>
            <Effect response={response} />
          </Panel>
          <Panel title={say.source}>
            <Source response={response} />
          </Panel>
          {response.rivals && (
            <Panel title={say.rivals}>
              <Rivals rivals={response.rivals} />
            </Panel>
          )}
          <Panel title={say.diagnosis} actions={<span className="text-12 text-muted"><Age at={response.made_at} after={48} /></span>}>
            <Diagnosis response={response} />
          </Panel>
        </div>
      </div>
    </div>
  )
}

function Curves({ product, response }: { product: Product; response: PriceResponse }) {
  const { curve, currency, refused } = response
  // A response that no price should be chosen by names no best price.
  const best = useMemo(() => (refused ? null : mostProfitable(curve)), [curve, refused])
  const demand = useMemo(() => demandPicture(curve, say), [curve])
  const profit = useMemo(() => profitPicture(curve, say), [curve])
  const price = (x: number) => money(x.toFixed(2), currency)
  const guides = guidesOf({ ours: product.price, best, curve, names: say.guides })
  if (curve.length < 2) {
    return (
      <Panel>
        <EmptyState title={say.noCurve}>{say.noCurveAbout}</EmptyState>
      </Panel>
    )
  }
  const shared = { x: price, along: say.along, guides }
  return (
    <Panel>
      <div className="flex flex-col gap-6">
        <Chart title={say.demand} label={say.demand} {...demand} {...shared} value={units} height={260} fromZero />
        {profit ? (
          <Chart title={say.profitTitle} label={say.profitTitle} {...profit} {...shared} value={(y) => money(y.toFixed(2), currency)} tick={(y) => short(y, currency)} height={240} fromZero />
        ) : (
          <p className="text-13 text-muted">{say.noCost}</p>
        )}
        <Best product={product} response={response} />
        <p className="max-w-[80ch] text-12 text-muted">{say.curveNote}</p>
      </div>
    </Panel>
  )
}

/** The price that earns most and what it brings, against ours; said with care, for it is no proposal. */
function Best({ product, response }: { product: Product; response: PriceResponse }) {
  const { curve, currency, refused } = response
  const best = refused ? null : mostProfitable(curve)
  const here = pointAt(curve, product.price)
  if (!best) return null
  const [most, now] = [profitText(best, currency), here && here.price !== best.price ? profitText(here, currency) : null]
  const edge = isAtEnd(curve, best) ? ` ${say.atEnd}` : ''
  return (
    <p className="max-w-[80ch] text-13">
      {say.earnsMost(money(best.price, currency))}
      {most && now && <> {say.against(most, now)}</>}
      {edge} <span className="text-muted">{say.noProposal}</span>
    </p>
  )
}

/** What a week earns at a price, with its interval. */
function profitText(point: CurvePoint, currency: string): string | null {
  const band = profitBand(point)
  const text = (value: number) => money(value.toFixed(2), currency)
  return band && say.within(text(band.middle), text(band.low), text(band.high))
}
