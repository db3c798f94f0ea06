"""``vidispine items``: what people do with items, each in a module of its own."""
