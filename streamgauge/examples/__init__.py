"""An invented company, the same for the same seed: for docs, tests, benchmarks and `streamgauge demo`."""
