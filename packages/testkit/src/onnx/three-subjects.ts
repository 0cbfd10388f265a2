// Three files about different things, in words that the tiny model knows and in others.

export const threeSubjects = {
  "src/accounts.py":
    "def enter(user, secret):\n    # login of a user, opens a session\n    return session(user, secret)\n",
  "src/billing.py":
    "def total(order):\n    # price with shipping and discount\n    return order.price + shipping(order)\n",
  "lib/media.py": "def shrink(picture):\n    # compress an image to a thumbnail\n    return thumbnail(picture)\n",
};
