"""What became of leads, and what it says of another ranking: logs, splits, estimates."""
