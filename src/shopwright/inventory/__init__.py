"""What is in stock, and where."""
