"""The implementation of `vidispine.media`: imports, downloads, and waiting for their jobs."""
