"""What the contexts run on: database, journal, jobs, cache, HTTP, storage, telemetry. It knows no context."""
