"""How many of each article there are, and where."""

from dataclasses import dataclass, field


class OutOfStock(Exception):
    """Raised when more is taken than there is."""

    def __init__(self, article: str, wanted: int, available: int):
        super().__init__(f"{article}: {wanted} wanted, {available} available")
        self.article = article
        self.wanted = wanted
        self.available = available


@dataclass
class Stock:
    """Counts by article. Counts are never negative."""

    counts: dict[str, int] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)

    def add(self, article: str, quantity: int) -> None:
        if quantity <= 0:
            raise ValueError(f"quantity must be positive, not {quantity}")
        self.counts[article] = self.counts.get(article, 0) + quantity

    def available(self, article: str) -> int:
        return self.counts.get(article, 0) - self.reserved.get(article, 0)

    def reserve(self, article: str, quantity: int) -> None:
        """Sets some aside for an order that is not paid yet."""
        if quantity > self.available(article):
            raise OutOfStock(article, quantity, self.available(article))
        self.reserved[article] = self.reserved.get(article, 0) + quantity

    def release(self, article: str, quantity: int) -> None:
        """Gives back what was reserved for an order that was cancelled."""
        self.reserved[article] = max(0, self.reserved.get(article, 0) - quantity)

    def take(self, article: str, quantity: int) -> None:
        """Removes reserved articles when an order is shipped."""
        self.release(article, quantity)
        if quantity > self.counts.get(article, 0):
            raise OutOfStock(article, quantity, self.counts.get(article, 0))
        self.counts[article] -= quantity
