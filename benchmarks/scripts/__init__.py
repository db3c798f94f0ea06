"""What each contender runs in an environment of its own."""
