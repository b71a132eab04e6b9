"""The web pages as files: built from their sources when these have changed, and served beside the API."""
