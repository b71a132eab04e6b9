"""Background work: typed jobs in a queue of the database, workers that run them, schedules, progress to look at."""
