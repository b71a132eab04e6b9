import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'

import { useMay } from '../../api/me'
import { api, read } from '../../api/client'
import { useKeys } from '../../app/keys'
import { announce, announceProblem } from '../../app/toasts'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { SearchFilter } from '../../parts/Filters'
import { money, percent } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { type Candidate, candidatesFor } from './candidates'
import { compare } from './compare'
import { type Offer, type OurProduct, ourProductsQuery, productQuery, productsNamedQuery } from './queries'
import { words } from './words'

const HEAD = 'border-b border-line py-1.5 pr-3 text-left text-12 font-medium text-muted'
const CELL = 'border-b border-line py-2 pr-3 align-top'

/** Their offer and our product side by side, differing fields marked; the same, or not. */
export function MatchPanel({ offer, onDecided }: { offer: Offer; onDecided: () => void }) {
  const ours = useQuery({ ...ourProductsQuery, enabled: useMay()('catalog:read') && offer.product_id === null }).data
  const candidates = useMemo(() => (ours && offer.product_id === null ? candidatesFor(offer, ours.values()) : []), [offer, ours])
  const [named, setChosen] = useState<string | null>(offer.product_id)
  const chosen = named ?? candidates[0]?.product.id ?? null
  const product = useQuery({ ...productQuery(chosen ?? ''), enabled: chosen !== null }).data ?? null
  const mayDecide = useMay()('market:write')
  const decide = useDecide(offer, onDecided)
  const canConfirm = mayDecide && chosen !== null && !decide.isPending
  const canReject = mayDecide && !decide.isPending && offer.match_state !== 'rejected'
  useKeys(words.tabs.matches, [
    { keys: 's', label: words.same, run: () => decide.mutate(chosen), off: !canConfirm },
    { keys: 'n', label: words.notSame, run: () => decide.mutate(null), off: !canReject },
  ])
  return (
    <Panel
      title={offer.competitor}
      aside={offer.match_reason ? `${percent(Number(offer.match_confidence), 0)} ${words.sure}: ${offer.match_reason}` : null}
      actions={
        <>
          <Button keyName="N" disabled={!canReject} onClick={() => decide.mutate(null)}>
            {words.notSame}
          </Button>
          <Button kind="primary" keyName="S" disabled={!canConfirm} onClick={() => decide.mutate(chosen)}>
            {words.same}
          </Button>
        </>
      }
      className="overflow-auto"
    >
      <table className="w-full table-fixed border-separate border-spacing-0 text-13">
        <thead>
          <tr>
            <th scope="col" className={`${HEAD} w-28`}>
              <span className="sr-only">Field</span>
            </th>
            <th scope="col" className={HEAD}>{words.theirs}</th>
            <th scope="col" className={HEAD}>{words.ours}{product && ` · ${product.sku}`}</th>
          </tr>
        </thead>
        <tbody>
          {compare(offer, product, money).map((one) => (
            <tr key={one.field} className={one.differs ? 'bg-warn-soft' : ''}>
              <th scope="row" className={`${CELL} text-left text-muted`}>
                {words.fields[one.field]} {one.differs && <Badge tone="warn">{words.differs}</Badge>}
              </th>
              <td className={CELL}>{one.theirs ?? <Nothing />}</td>
              <td className={CELL}>{one.ours ?? <Nothing />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {offer.url && (
        <a href={offer.url} target="_blank" rel="noreferrer noopener" className="mt-3 inline-block text-13 text-accent hover:underline">
          {words.toShop}
        </a>
      )}
      {candidates.length > 0 && <Candidates candidates={candidates} chosen={chosen} onChoose={setChosen} />}
      <ChooseProduct chosen={chosen} onChoose={setChosen} />
    </Panel>
  )
}

type ChooseProps = { chosen: string | null; onChoose: (id: string) => void }

/** What the offer may be by its words: nobody has said so, a person looks and decides. */
function Candidates({ candidates, ...choose }: ChooseProps & { candidates: readonly Candidate[] }) {
  return (
    <section className="mt-4 border-t border-line pt-3">
      <h3 className="text-13 font-semibold">{words.candidates}</h3>
      <p className="mb-2 text-12 text-muted">{words.candidatesAbout}</p>
      <ul className="text-13">
        {candidates.map(({ product, share }) => (
          <Choice key={product.id} product={product} note={percent(share, 0)} {...choose} />
        ))}
      </ul>
    </section>
  )
}

/** Name another product of ours, or one at all. */
function ChooseProduct({ chosen, onChoose }: ChooseProps) {
  const [text, setText] = useState<string>()
  const found = useQuery(productsNamedQuery(text ?? '')).data
  return (
    <section className="mt-4 border-t border-line pt-3">
      <h3 className="mb-2 text-13 font-semibold">{words.chooseProduct}</h3>
      <SearchFilter label={words.chooseAbout} value={text} onChange={setText} width={320} />
      <ul className="mt-2 text-13" aria-live="polite">
        {found?.items.length === 0 && <li className="text-muted">{words.notFound}</li>}
        {found?.items.map((product) => (
          <Choice key={product.id} product={product} chosen={chosen} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  )
}

function Choice({ product, note, chosen, onChoose }: ChooseProps & { product: Pick<OurProduct, 'id' | 'name' | 'sku'>; note?: string }) {
  const isChosen = product.id === chosen
  return (
    <li>
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={() => onChoose(product.id)}
        className={`flex w-full gap-3 rounded-6 px-2 py-1.5 text-left hover:bg-hover ${isChosen ? 'bg-accent-soft font-medium' : ''}`}
      >
        <span className="min-w-0 flex-1 truncate">{product.name}</span>
        <span className="text-muted">{product.sku}</span>
        {note && <span className="figures w-10 text-right text-muted">{note}</span>}
      </button>
    </li>
  )
}

/** Note a decision: a product, or null for none of ours. It can be decided anew under its state. */
function useDecide(offer: Offer, onDecided: () => void) {
  const client = useQueryClient()
  const path = { offer_id: offer.id }
  const undo = useMutation({
    mutationFn: () => asBefore(offer),
    onSuccess: () => announce(words.undone),
    onError: announceProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['market'] }),
  })
  return useMutation({
    mutationFn: (productId: string | null) =>
      productId === null
        ? read(api.POST('/api/v1/market/matches/{offer_id}/reject', { params: { path } }))
        : read(api.POST('/api/v1/market/matches/{offer_id}/confirm', { params: { path }, body: { product_id: productId } })),
    onSuccess: (_, productId) => {
      announce(productId === null ? words.rejected : words.confirmed, { undo: () => undo.mutate() })
      onDecided()
      void client.invalidateQueries({ queryKey: ['market'] })
    },
    onError: announceProblem,
  })
}

/** Decide as it was decided before, or let it wait again. */
function asBefore({ id, product_id, match_state }: Offer) {
  const params = { path: { offer_id: id } }
  if (match_state === 'rejected') return read(api.POST('/api/v1/market/matches/{offer_id}/reject', { params }))
  if (match_state === 'review' || match_state === 'unmatched') {
    return read(api.POST('/api/v1/market/matches/{offer_id}/reopen', { params, body: { product_id } }))
  }
  return read(api.POST('/api/v1/market/matches/{offer_id}/confirm', { params, body: { product_id } }))
}
