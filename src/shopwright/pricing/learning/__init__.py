"""Learning: what applied prices were expected to bring meets what they brought, so that confidence can be judged."""
