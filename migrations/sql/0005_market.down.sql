drop table offer_point, offer, competitor;
