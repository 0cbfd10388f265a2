import pytest

from warehouse.orders import OrderBook, State
from warehouse.report import revenue_report
from warehouse.stock import OutOfStock, Stock


def make_book() -> OrderBook:
    stock = Stock()
    stock.add("bolt", 100)
    stock.add("nut", 1)
    return OrderBook(stock)


def test_an_order_that_cannot_be_filled_reserves_nothing():
    book = make_book()
    with pytest.raises(OutOfStock):
        book.place([("bolt", 10, 5), ("nut", 10, 2)])
    assert book.stock.available("bolt") == 100


def test_shipping_takes_from_stock_and_counts_as_revenue():
    book = make_book()
    order = book.place([("bolt", 1000, 4)])
    order.move(State.PAID)
    book.ship(order.number)
    assert book.stock.available("bolt") == 96
    assert revenue_report(book) == "1 shipped, 44.90 EUR"


def test_a_shipped_order_cannot_be_cancelled():
    book = make_book()
    order = book.place([("bolt", 1000, 4)])
    order.move(State.PAID)
    book.ship(order.number)
    with pytest.raises(ValueError):
        book.cancel(order.number)
