drop table forecast_kept, forecast;
