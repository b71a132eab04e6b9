"""Who did what, when and why: the journal as an auditor reads and exports it. It changes nothing."""
