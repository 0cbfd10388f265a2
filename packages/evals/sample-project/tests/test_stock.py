import pytest

from warehouse.stock import OutOfStock, Stock


def test_reserved_articles_are_not_available():
    stock = Stock()
    stock.add("bolt", 5)
    stock.reserve("bolt", 3)
    assert stock.available("bolt") == 2


def test_more_than_there_is_is_refused():
    stock = Stock()
    stock.add("bolt", 5)
    with pytest.raises(OutOfStock) as caught:
        stock.reserve("bolt", 6)
    assert caught.value.available == 5


def test_negative_quantities_are_refused():
    with pytest.raises(ValueError):
        Stock().add("bolt", 0)
