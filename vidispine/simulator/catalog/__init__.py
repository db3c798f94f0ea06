"""Items, collections and documents, their metadata, field definitions and search."""
