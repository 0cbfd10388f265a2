"""Reports for people: what is left, what was sold."""

from warehouse.orders import OrderBook, State
from warehouse.stock import Stock


def format_cents(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} EUR"


def stock_report(stock: Stock) -> str:
    rows = [f"{article:<20} {stock.available(article):>6}" for article in sorted(stock.counts)]
    return "\n".join(rows) if rows else "nothing in stock"


def revenue_report(book: OrderBook) -> str:
    shipped = [order for order in book.orders.values() if order.state is State.SHIPPED]
    return f"{len(shipped)} shipped, {format_cents(sum(order.total() for order in shipped))}"
