"""The script of each contender, which runs in the contender's own environment."""
