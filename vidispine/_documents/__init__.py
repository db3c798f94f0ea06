"""Documents: models of JSON, and the conversion of their values. Internal."""
