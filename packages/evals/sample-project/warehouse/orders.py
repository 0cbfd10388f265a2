"""Orders: placed, paid, shipped or cancelled."""

from dataclasses import dataclass, field
from enum import Enum

from warehouse.pricing import order_total
from warehouse.stock import OutOfStock, Stock


class State(Enum):
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


ALLOWED = {
    State.PLACED: {State.PAID, State.CANCELLED},
    State.PAID: {State.SHIPPED, State.CANCELLED},
    State.SHIPPED: set(),
    State.CANCELLED: set(),
}


@dataclass
class Order:
    number: int
    lines: list[tuple[str, int, int]]
    state: State = State.PLACED
    history: list[State] = field(default_factory=list)

    def total(self) -> int:
        return order_total([(unit_cents, quantity) for _, unit_cents, quantity in self.lines])

    def move(self, state: State) -> None:
        if state not in ALLOWED[self.state]:
            raise ValueError(f"order {self.number} is {self.state.value} and cannot become {state.value}")
        self.history.append(self.state)
        self.state = state


class OrderBook:
    """All orders of a warehouse; reserves stock when an order is placed."""

    def __init__(self, stock: Stock):
        self.stock = stock
        self.orders: dict[int, Order] = {}

    def place(self, lines: list[tuple[str, int, int]]) -> Order:
        reserved: list[tuple[str, int]] = []
        try:
            for article, _, quantity in lines:
                self.stock.reserve(article, quantity)
                reserved.append((article, quantity))
        except OutOfStock:
            for article, quantity in reserved:
                self.stock.release(article, quantity)
            raise
        order = Order(number=len(self.orders) + 1, lines=lines)
        self.orders[order.number] = order
        return order

    def ship(self, number: int) -> None:
        order = self.orders[number]
        order.move(State.SHIPPED)
        for article, _, quantity in order.lines:
            self.stock.take(article, quantity)

    def cancel(self, number: int) -> None:
        order = self.orders[number]
        order.move(State.CANCELLED)
        for article, _, quantity in order.lines:
            self.stock.release(article, quantity)
