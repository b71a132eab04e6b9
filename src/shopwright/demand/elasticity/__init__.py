"""How demand answers to price: estimated over whole catalogs, with intervals, and refused where nothing is known."""
