"""What generated classes inherit that no description can say."""
