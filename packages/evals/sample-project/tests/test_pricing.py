from warehouse.pricing import line_total, order_total, shipping_cost


def test_a_few_cost_the_list_price():
    assert line_total(100, 9) == 900


def test_ten_are_a_bulk_order():
    assert line_total(100, 10) == 850


def test_more_than_ten_are_a_bulk_order():
    assert line_total(100, 20) == 1700


def test_large_orders_ship_for_free():
    assert shipping_cost(5000) == 0
    assert shipping_cost(4999) == 490


def test_order_total_has_shipping():
    assert order_total([(100, 1), (250, 2)]) == 600 + 490
