import { DropdownMenu } from 'radix-ui'

import { counted } from '../../parts/format'
import { Menu, MenuItem } from './Menu'
import { ExportButton, type ExportProps } from './menus'
import { exportAddress } from './search'
import { words } from './words'

/** All products of the filter as a file, in the order of the list. */
export function ExportMenu({ search, total, defaultOpen }: ExportProps & { defaultOpen?: boolean }) {
  return (
    <Menu
      defaultOpen={defaultOpen}
      trigger={<ExportButton of={{ search, total }} />}
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
