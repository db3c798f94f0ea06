"""Items and what describes, gathers and protects them."""
