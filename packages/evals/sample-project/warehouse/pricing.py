"""What an order costs. Amounts are in cents, so that nothing is lost to rounding."""

BULK_QUANTITY = 10
BULK_DISCOUNT_PERCENT = 15
FREE_SHIPPING_FROM_CENTS = 5000
SHIPPING_CENTS = 490


def line_total(unit_cents: int, quantity: int) -> int:
    """The price of one line of an order. Ten or more of an article are cheaper."""
    total = unit_cents * quantity
    if quantity > BULK_QUANTITY:
        total -= total * BULK_DISCOUNT_PERCENT // 100
    return total


def shipping_cost(subtotal_cents: int) -> int:
    """Shipping is free for large orders."""
    return 0 if subtotal_cents >= FREE_SHIPPING_FROM_CENTS else SHIPPING_CENTS


def order_total(lines: list[tuple[int, int]]) -> int:
    """The price of an order with shipping; `lines` are (unit price in cents, quantity)."""
    subtotal = sum(line_total(unit_cents, quantity) for unit_cents, quantity in lines)
    return subtotal + shipping_cost(subtotal)
