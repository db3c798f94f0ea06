"""``vidispine jobs``: what people do with jobs, each in a module of its own."""
