"""The evaluations of `shopwright evaluate`: one quality each, measured on anybody's data, without a server or a shop."""
