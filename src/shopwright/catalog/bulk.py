"""One change for many products: fields, a status, tags. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from shopwright.catalog.domain import Product, ProductChange, ProductStatus


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What each product of a selection is given. Tags are taken away before others are added."""

    fields: ProductChange
    status: ProductStatus | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def applied(self, product: Product, now: datetime) -> Product:
        """Return the product after the change; itself when it says nothing new. Raises InvalidProduct."""
        after = product.changed(self._of(product), now)
        if self.status is None or self.status is after.status:
            return after
        return replace(after, status=self.status, version=product.version + 1, updated_at=now)

    def _of(self, product: Product) -> ProductChange:
        if not self.add_tags and not self.remove_tags:
            return self.fields
        before = self.fields.get("tags", product.tags)
        kept = [tag for tag in before if tag not in self.remove_tags]
        return cast("ProductChange", {**self.fields, "tags": tuple(dict.fromkeys([*kept, *self.add_tags]))})
