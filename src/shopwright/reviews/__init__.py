"""What buyers write about products."""
