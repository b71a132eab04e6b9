drop table price_response;
