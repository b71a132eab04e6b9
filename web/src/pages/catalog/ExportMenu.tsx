import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'

import { Button } from '../../parts/Button'
import { counted } from '../../parts/format'
import { Menu, MenuItem } from './Menu'
import { type CatalogSearch, exportAddress } from './search'
import { words } from './words'

/** All products of the filter as a file, in the order of the list. */
export function ExportMenu({ search, total }: { search: CatalogSearch; total: number }) {
  return (
    <Menu
      trigger={
        <Button icon={<Download size={14} aria-hidden />} disabled={total === 0}>
          {words.export}
        </Button>
      }
    >
      <DropdownMenu.Label className="px-2 py-1 text-12 text-muted">{counted(total, 'product')}</DropdownMenu.Label>
      {Object.entries(words.exportAs).map(([format, name]) => (
        <MenuItem key={format} asChild>
          <a href={exportAddress(search, format)} download>
            {name}
          </a>
        </MenuItem>
      ))}
    </Menu>
  )
}
