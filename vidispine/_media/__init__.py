"""What `vidispine.media` is made of: imports, downloads, and waiting for their jobs."""
