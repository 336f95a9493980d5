"""When and how many: forecasts and their backtests live here, above metrics and below answers; none is made yet."""
