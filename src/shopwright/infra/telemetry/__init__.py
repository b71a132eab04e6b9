"""What the program tells about itself: logs, metrics and traces. It never carries secrets or personal data."""
