"""Stock, prices, orders and shipments of a small warehouse."""
